import type { ConnectorId, ConnectorOffer, Mode } from '@beckon/protocol';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { CrossDevicePolicy } from './client.ts';
import type { Identity, LocalizedText } from './identity.ts';
import type { Story } from './story.ts';

/** One end of the sign-in as the server saw it: the browser that started it, or the phone that scanned. */
export interface Device {
  /** The client address, as trusted proxies report it; textual IPv4 or IPv6. */
  readonly address: string;
  /**
   * Whether that address is the device's own: false behind a Unix socket, and behind a proxy that is
   * not trusted.
   */
  readonly comparable: boolean;
  /** At most 256 characters. */
  readonly user_agent: string;
  /** The page's origin where the browser sent one. */
  readonly origin: string | null;
  /** Of a browser: the script of that release, which reads another form of the frames. Missing: a later one, or none. */
  readonly script?: '0.1';
}

/** An app as a sign-in offers it. Its picture is the configuration's of today, and rests in no row. */
export type Offer = Omit<ConnectorOffer, 'mark'>;

export interface Choice {
  readonly connector: ConnectorId;
  readonly mode: Mode;
  /**
   * Whether the code goes to the browser that watches. Always in modes `qr` and `direct`; on one
   * device only where the provider has no way back to a browser.
   */
  readonly cross_device: boolean;
  /** Whether the connector can ask for the number. */
  readonly verifies_number: boolean;
  /**
   * Which link on the same device this choice made, where it leads a browser to a provider: a random
   * text, another one for each choice. Missing in every other choice.
   */
  readonly ticket?: string;
}

/** Whether the number is asked for once this session is claimed. */
export function asksNumber({ choice, policy }: Pick<InitializedSession, 'choice' | 'policy'>): boolean {
  if (choice === null || !choice.cross_device) return false;
  // A required number is asked for in any case: what cannot ask is not offered, and never comes here.
  return policy.verification === 'number' || (policy.verification === 'auto' && choice.verifies_number);
}

/**
 * The owner of the session has opened the link on the same device: the next GET of it claims at once.
 * One click lets one GET in.
 */
export interface Arming {
  /** Clicks that no GET has used yet, at least 1. */
  readonly clicks: number;
  /** The first millisecond at which they do not count any more. */
  readonly until: number;
}

/** A push to a person's phone, as it was counted; the hashes are keyed. */
export interface Push {
  /** Who was asked, through which connector. */
  readonly person: string;
  /** From which networks. */
  readonly networks: readonly string[];
  /** When, ms since the epoch. */
  readonly at: number;
}

/** What a provider with a session of its own gave for this sign-in. */
export interface UpstreamState {
  /** Which of the provider's sessions this is: what is heard of an earlier one does not count. */
  readonly run: string;
  /** Keyed hash of what the person typed; null in every mode but `direct`. */
  readonly identifier: string | null;
  /** The push that it sent; null in every mode but `direct`. */
  readonly push: Push | null;
  /** What browser and app both show; null in every mode but `direct`, and where the app has no room for it. */
  readonly words: string | null;
  /** The provider's codes; one stands still, several are shown in random order, each for `interval_ms`. */
  readonly qr: { readonly texts: readonly string[]; readonly interval_ms: number } | null;
  readonly link: string | null;
  /** When the provider's session is over, ms since the epoch; null when it does not say. */
  readonly expires_at: number | null;
  /** The connector's own, any JSON value. */
  readonly provider_state: unknown;
}

/** Why a provider did not begin what was chosen. */
export interface Trouble {
  readonly error: 'rate_limited' | 'connector_unavailable';
  /** When to choose again, ms since the epoch; null when the provider does not say. */
  readonly retry_at: number | null;
}

/** The first valid scan, which the session then belongs to. */
export interface Retrieval {
  /** Keyed hash of the phone's holder (wallet issuer and subject, or its browser's cookie); `upstream` where the provider knows. */
  readonly holder: string;
  /** Null where the provider does not let us see the phone. */
  readonly device: Device | null;
  readonly at: number;
  /** Whether phone and browser looked like one network at the time; null where that is not known. Null is never "the same". */
  readonly same_network: boolean | null;
  /** The two digits to match; null when this sign-in matches none, or when they were matched. */
  readonly number: string | null;
  /** Whether the person typed the two digits on that phone. */
  readonly matched: boolean;
}

export interface Confirmation {
  readonly identity: Identity;
  /** What the person agreed to: a subset of the request's scope. */
  readonly scope: readonly string[];
  /** Of the scopes that cover single claims, those that the person agreed to. Missing: none. */
  readonly claims_scope?: readonly string[];
  readonly at: number;
  /** Whether the person in front of the waiting browser has said that this is them. */
  readonly recognised: boolean;
  /** What ends the session that the provider now has with this browser; missing where it has none that can be ended. */
  readonly provider_session?: ProviderSession;
  /** By which id the provider's tokens are kept; missing where none are. */
  readonly tokens_id?: string;
}

export interface ProviderSession {
  /** Says to the provider whose session it is; null where it gave none. */
  readonly id_token: string | null;
}

/** Whether no code may be minted yet: the person in front of the waiting browser has not said that this is them. */
export function awaitsRecognition({ policy, choice, confirmation }: ConfirmedSession): boolean {
  // On one device the code goes to the browser in which the person has just proved who they are.
  const waived = !policy.confirm_person || !choice.cross_device;
  return !waived && !confirmation.recognised;
}

/** The authorization code that was last given out: its text is derived from `n`, and never rests. */
export interface MintedCode {
  readonly n: number;
  readonly at: number;
}

/** What every session has, whatever its status. Times are ms since the epoch, by the store's clock. */
export interface SessionCore {
  readonly id: string;
  /** 1 at creation; every change adds one. */
  readonly version: number;
  /** SHA-256 of the session secret, base64url. */
  readonly secret_hash: string;
  /** The pushed request that this session serves. */
  readonly request_id: string;
  readonly request: AuthorizationRequest;
  readonly client_name: string;
  readonly logo_uri: string | null;
  readonly offers: readonly Offer[];
  readonly policy: CrossDevicePolicy;
  readonly browser: Device;
  /** The client uses the provider's tokens. Missing: it gets none. */
  readonly upstream_tokens?: true;
  /** The client's webhook hears of declines. Missing: it does not. */
  readonly tells_declined?: true;
  readonly created_at: number;
  /** The first millisecond at which this status is over. For an end: when it was reached. */
  readonly expires_at: number;
  /** What happened so far, for the operator. `flow/session-rows.ts` adds it. Missing: an earlier release stored the session. */
  readonly story?: Story;
}

export interface InitializedSession extends SessionCore {
  readonly status: 'initialized';
  readonly choice: Choice | null;
  /** Null for providers that have no session of their own, and until theirs has begun. */
  readonly upstream: UpstreamState | null;
  /** Missing: not armed. */
  readonly armed?: Arming;
  /** Why the last choice was withdrawn; null unless a provider did not begin. */
  readonly trouble: Trouble | null;
}
export interface RetrievedSession extends SessionCore {
  readonly status: 'retrieved';
  readonly choice: Choice;
  readonly retrieval: Retrieval;
  readonly upstream: UpstreamState | null;
  /** Missing: not armed. */
  readonly armed?: Arming;
}
export interface ConfirmedSession extends SessionCore {
  readonly status: 'confirmed';
  readonly choice: Choice;
  readonly retrieval: Retrieval;
  readonly confirmation: Confirmation;
  readonly code: MintedCode | null;
}
export interface CompletedSession extends SessionCore {
  readonly status: 'completed';
  readonly choice: Choice;
  /** The counter of the code that was redeemed. */
  readonly redeemed: number;
}
export interface DeclinedSession extends SessionCore {
  readonly status: 'declined';
  readonly choice: Choice;
  /** `not_me`: the person says that they did not start this. */
  readonly reason: 'user' | 'not_me' | 'verification_failed';
  /** The provider's prescribed words for the person; null for the usual ones. */
  readonly message: LocalizedText | null;
}
export interface ExpiredSession extends SessionCore {
  readonly status: 'expired';
  readonly choice: Choice | null;
}
export interface CancelledSession extends SessionCore {
  readonly status: 'cancelled';
  readonly choice: Choice | null;
}
export interface FailedSession extends SessionCore {
  readonly status: 'failed';
  readonly choice: Choice | null;
  /** The last two: the person is not the one that the website asked for, or not as sure as it asked for. */
  readonly error: 'server_error' | 'temporarily_unavailable' | 'login_required' | 'unmet_authentication_requirements';
}

export type LiveSession = InitializedSession | RetrievedSession | ConfirmedSession;
export type EndedSession = CompletedSession | DeclinedSession | ExpiredSession | CancelledSession | FailedSession;
export type Session = LiveSession | EndedSession;
