/**
 * Conducts a session: load → transition → compare-and-swap → effects → publish, and the loop over
 * work that is due. Depends on the pure session, the store's and the connectors' contracts. Knows
 * nothing of HTTP, sockets or tokens' formats.
 */
import type { EndStatus, ErrorCode, Mode, SessionHandle, Snapshot } from '@beckon/protocol';
import type { Bus, Change } from '../bus/index.ts';
import type { AuthorizationRequest, Client, CompletedSession, ConfirmedSession, Party } from '../session/index.ts';
import type { Write } from '../store/store.ts';

/** What a browser holds of its session. */
export interface SessionCredentials {
  readonly session_id: string;
  readonly session_secret: string;
}

/** What a wallet read from a QR code or an app link. */
export interface Scan {
  readonly session_id: string;
  readonly step: string;
  readonly mac: string;
}

/** What the phone shows before the person decides. */
export interface Consent {
  readonly client: { readonly name: string; readonly logo_uri: string | null; readonly origin: string };
  readonly scopes: readonly { readonly scope: string; readonly claims: readonly string[] }[];
  readonly requester: {
    /** Its beginning, for people to read: `192.0.2.…`. */
    readonly address: string;
    readonly user_agent: string;
    readonly origin: string | null;
    /** False where they are on two networks, or where that is not known; null where the client does not want it compared. */
    readonly same_network: boolean | null;
  };
  readonly verification: { readonly method: 'number'; readonly digits: 2 } | null;
  readonly retrieval_token: string;
  /** Unix seconds. */
  readonly expires_at: number;
}

/** What the phone's own browser shows when it opens the QR's URL. Looking claims nothing. */
export interface LinkPreview {
  readonly client: Consent['client'];
  readonly connector: string;
  readonly mode: Mode;
  /** The same session in the form that an app link hands over: good for 60 s from the frame's beginning, or as long as a same-device link. */
  readonly hand_over: string;
  /** `address` is whole, to be compared; only its beginning is shown. */
  readonly requester: { readonly address: string; readonly user_agent: string };
  /** Whether phone and browser are on one network; null where the client does not want it compared. */
  readonly networks: 'same' | 'other' | 'unknown' | null;
  /** What is asked for besides who the person is. */
  readonly scopes: readonly string[];
}

/** How a browser that opens the link on the same device goes on. */
export type SameDeviceStart =
  | { readonly type: 'redirect'; readonly location: string }
  /** The person says whether to go on. `form_token` is good as long as the link, in this browser. */
  | {
      readonly type: 'ask';
      readonly client: Consent['client'];
      readonly connector: string;
      readonly form_token: string;
    };

/** How a browser that comes back from a provider goes on. */
export type RedirectEnd =
  | { readonly type: 'redirect'; readonly location: string }
  /** Across devices: "go back to your other screen". */
  | { readonly type: 'done'; readonly client_name: string; readonly session_id: string }
  /** Across devices, where a browser session may have answered in the person's place: is it them, and is that their screen? */
  | {
      readonly type: 'asks';
      /** Comes back with the person's word: see `settle`. */
      readonly state: string;
      readonly client: Consent['client'];
      /** The screen that waits. */
      readonly requester: { readonly address: string; readonly user_agent: string };
      /** Who would be signed in, as the provider calls them; null where it gave no name. */
      readonly person: string | null;
    }
  /** Nothing more to do here; on one device also `completed`, where the code was redeemed already. */
  | {
      readonly type: 'ended';
      readonly client_name: string;
      readonly status: EndStatus;
      /** The provider's prescribed words; null for the usual ones. */
      readonly message: string | null;
    };

export type Redemption =
  /** This call redeemed the code. `writes` given to `redeem` are stored with it, atomically. */
  | { readonly outcome: 'redeemed'; readonly session: CompletedSession; readonly now: number }
  /** The code is genuine but was redeemed before: whatever was issued must be revoked. */
  | { readonly outcome: 'replayed'; readonly session: CompletedSession; readonly now: number }
  /** Never issued, replaced by a newer one, or over. */
  | { readonly outcome: 'invalid' };

export interface Flow {
  /** Rests a validated authorization request for `request_uri_s` (RFC 9126). */
  push(request: AuthorizationRequest): Promise<{ readonly request_uri: string; readonly expires_in: number }>;
  /** Seals a validated authorization request into a `request_uri` of its own: nothing rests until a session begins. */
  carry(request: AuthorizationRequest): Promise<{ readonly request_uri: string; readonly expires_in: number }>;
  /**
   * The pushed request of this client, for a page that may have kept its session.
   * @throws FlowError `request_expired` when unknown, over, another client's, or burned by a session that is over
   */
  pushed(client_id: string, request_uri: string): Promise<AuthorizationRequest>;

  /**
   * Starts a session for a pushed request, or goes on with `former`: the session that the same
   * browser had before it was reloaded, where it lives and its website asked for the same.
   * @throws FlowError `request_expired`
   */
  create(
    client: Client,
    request_uri: string,
    browser: Party,
    former?: SessionCredentials | null,
  ): Promise<SessionHandle>;
  /**
   * Chooses an identity app. A provider with a session of its own begins it at once where a watcher
   * has looked at the session, and in mode `direct`; else the first look begins it.
   * @throws FlowError, ConnectorError
   */
  choose(
    credentials: SessionCredentials,
    choice: { readonly connector: string; readonly mode: Mode; readonly login_hint: string | null },
  ): Promise<Snapshot>;
  /**
   * The owner opens the link on the same device: the next browser to come by it within 10 s goes on at
   * once. @throws FlowError `invalid_transition` where the link leads to no provider, or the sign-in is past it
   */
  arm(credentials: SessionCredentials): Promise<void>;
  /**
   * The current snapshot, with a code minted where this watcher may collect one, and with the codes
   * of a provider that had to begin first.
   * @throws FlowError `session_not_found` also for a wrong secret; ConnectorError where the provider
   *   did not begin, and the choice was withdrawn
   */
  snapshot(credentials: SessionCredentials): Promise<Snapshot>;
  /**
   * As `snapshot`, for a watcher that stays: what has to begin is not waited for, and told as a change.
   * @param change what the watcher was told: then nothing is read that it says. @throws FlowError
   */
  look(credentials: SessionCredentials, change?: Change | null): Promise<Snapshot>;
  renew(credentials: SessionCredentials, browser: Party): Promise<SessionHandle>;
  cancel(credentials: SessionCredentials): Promise<Snapshot>;
  /** The person in front of the browser says that the one who approved is them: where that is asked for, no code is minted before. */
  recognise(credentials: SessionCredentials): Promise<Snapshot>;
  /** Whose session this is, for the origin check. @throws FlowError `session_not_found` */
  clientOf(credentials: SessionCredentials): Promise<string>;

  /** Calls `listener` after every change of that session, until the returned function is called: see `Bus`. */
  subscribe: Bus['subscribe'];

  /** @throws FlowError `session_not_found`, `session_expired`, `qr_stale`, `already_claimed` */
  preview(scan: Scan, phone: Party): Promise<LinkPreview>;
  /**
   * A token for the phone page's form, in the browser that has `browser_key`: good until 60 s after the
   * beginning of the frame that was scanned. @throws FlowError `qr_stale`, `invalid_transition`
   */
  openForm(scan: Scan, browser_key: string): Promise<string>;
  /** The session that this browser has claimed and not finished: it may go on; null for any other. */
  claimed(
    session_id: string,
    browser_key: string,
  ): Promise<{ readonly client_name: string; readonly connector: string } | null>;
  /** The phone's browser claims the session (by POST: a GET claims nothing). @throws FlowError `qr_stale`, `already_claimed` */
  claim(
    session_id: string,
    form_token: string,
    browser_key: string,
    phone: Party,
  ): Promise<{ readonly needs_number: boolean; readonly client_name: string }>;
  /** The digits typed on the phone page; one try. @throws FlowError `verification_failed` */
  match(session_id: string, browser_key: string, number: string): Promise<void>;
  /** The person on the phone did not start this. */
  notMe(session_id: string, form_token: string, browser_key: string): Promise<void>;
  /** Where the browser that claimed the session goes to prove who it is. @throws ConnectorError */
  toProvider(session_id: string, browser_key: string): Promise<string>;
  /**
   * A browser opens the link on the same device. It is bound to the session, and goes to the provider,
   * where the owner armed the link or does so within 1 s, and where it was bound before. Any other is
   * to be asked. Stops waiting once `gone` is aborted, and then claims nothing.
   * @throws FlowError `session_not_found` for another ticket than the present one, `already_claimed`; ConnectorError
   */
  startSameDevice(
    session_id: string,
    ticket: string,
    browser_key: string,
    party: Party,
    gone: AbortSignal,
  ): Promise<SameDeviceStart>;
  /** The person answered that page: the browser is bound, and goes where this says. @throws FlowError, ConnectorError */
  goOnHere(session_id: string, ticket: string, form_token: string, browser_key: string, party: Party): Promise<string>;
  /**
   * The provider's answer, in the browser that was sent there. `browserKeyOf` finds that browser's
   * key for a session. An answer that comes again is answered again. `asks` confirms nothing yet.
   * @throws FlowError `session_not_found`, `verification_failed` (another browser)
   */
  fromProvider(
    connector_id: string,
    parameters: URLSearchParams,
    browserKeyOf: (session_id: string) => string | null,
  ): Promise<RedirectEnd>;
  /**
   * The person's own word to what `fromProvider` asked, from the same browser: `finish` confirms the session,
   * once; `not_me` declines it. Said again, it is answered again.
   * @throws FlowError `session_not_found`, `verification_failed` (another browser), `invalid_transition`
   */
  settle(
    connector_id: string,
    state: string,
    decision: 'finish' | 'not_me',
    browserKeyOf: (session_id: string) => string | null,
  ): Promise<RedirectEnd>;
  /** `GET /session/{id}/information`: the first wallet to come claims the session. */
  retrieve(scan: Scan, access_token: string, phone: Party): Promise<Consent>;
  /** `POST /session/{id}/update`. */
  update(
    session_id: string,
    access_token: string,
    decision: {
      readonly decision: 'approve' | 'decline';
      readonly accepted_scopes: readonly string[];
      readonly verification: string | null;
      readonly retrieval_token: string;
      readonly reason: 'user' | 'not_me';
    },
  ): Promise<{ readonly status: 'confirmed' | 'declined'; readonly location: string | null }>;

  /**
   * Whether the browser that began has collected the code of a session that the phone just
   * confirmed; waits for it up to 2 s. @throws FlowError `session_not_found`
   */
  collected(session_id: string): Promise<boolean>;

  /**
   * Redeems an authorization code exactly once. `check` sees the confirmed session and throws when
   * client, redirect URI or verifier do not match (the code then stays as it was, and a replay's
   * session is checked the same way); `writes` are stored in the same commit.
   */
  redeem(
    code: string,
    check: (request: AuthorizationRequest) => void,
    writes: (session: ConfirmedSession, now: number) => readonly Write[],
  ): Promise<Redemption>;

  /** For the jobs, by the ids of their rows: does what is owed to a provider. */
  followUpstream(run: string, signal: AbortSignal): Promise<void>;
  cancelUpstream(id: string): Promise<void>;
  /** Waits for what providers are being told. Following them ends with the jobs. */
  close(): Promise<void>;
  /** Ends the session if its time is over; the jobs call it for rows that are due. */
  expire(session_id: string): Promise<void>;
}

export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code: ErrorCode;
  /** Seconds; only with `rate_limited`. */
  readonly retry_after_s: number | null;
  constructor(code: ErrorCode, description: string, retry_after_s: number | null = null) {
    super(description);
    this.code = code;
    this.retry_after_s = retry_after_s;
  }
}
