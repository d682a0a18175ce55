import type { EndStatus } from '@beckon/protocol';
import type { LocalizedText, Device } from '../session/index.ts';
import type { Consent, Scan, WalletPort } from './wallet-port.ts';

/** What the phone's own browser shows when it opens the QR's URL. Looking claims nothing. */
export interface LinkPreview {
  readonly client: Consent['client'];
  readonly app: PreviewedApp;
  readonly requester: Requester;
  /** What is asked for besides who the person is. */
  readonly scopes: readonly string[];
}

/** The browser that began the sign-in, as the phone sees it. */
export interface Requester {
  /** Whole, to be compared; only its beginning is shown. */
  readonly address: string;
  readonly user_agent: string;
  /** Since the sign-in began, in ms. */
  readonly age_ms: number;
  /** Whether phone and browser are on one network; null where the client does not want it compared. */
  readonly networks: 'same' | 'other' | 'unknown' | null;
}

/** How the page goes on: in the app, or at the provider. */
export type PreviewedApp =
  | {
      readonly type: 'wallet';
      readonly names: LocalizedText;
      /** Opens the app with this session: good for 60 s from the frame's beginning, or as long as a same-device link. Null without an app link. */
      readonly hand_over_url: string | null;
      readonly install_url: string | null;
    }
  | {
      readonly type: 'provider';
      readonly names: LocalizedText;
      /** What the provider is asked for, in phrases; null where it is what will be shared. */
      readonly asks: readonly LocalizedText[] | null;
    };

/** How a browser that opens the link on the same device goes on. */
export type SameDeviceStart =
  | { readonly type: 'redirect'; readonly location: string }
  /** The person says whether to go on. `form_token` is good as long as the link, in this browser. */
  | {
      readonly type: 'ask';
      readonly client: Consent['client'];
      readonly app_names: LocalizedText;
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
      readonly app_names: LocalizedText;
      /** The screen that waits. */
      readonly requester: Requester;
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
      /** What the website asked for in vain; null for any other end. */
      readonly unmet: 'login_required' | 'unmet_authentication_requirements' | null;
    };

/** The browser in which the person proves who they are: the phone's, or the one on the same device. */
export interface RedirectPort extends Pick<WalletPort, 'collected'> {
  /** @throws FlowError `session_not_found`, `session_expired`, `qr_stale`, `already_claimed` */
  preview(scan: Scan, phone: Device): Promise<LinkPreview>;
  /**
   * A token for the phone page's form, in the browser that has `browser_key`: good until 60 s after the
   * beginning of the frame that was scanned. @throws FlowError `qr_stale`, `invalid_transition`
   */
  openForm(scan: Scan, browser_key: string): Promise<string>;
  /** The session that this browser has claimed and not finished: it may go on; null for any other. */
  claimed(
    session_id: string,
    browser_key: string,
  ): Promise<{ readonly client: Consent['client']; readonly app_names: LocalizedText } | null>;
  /** The phone's browser claims the session (by POST: a GET claims nothing). @throws FlowError `qr_stale`, `already_claimed` */
  claim(
    session_id: string,
    form_token: string,
    browser_key: string,
    phone: Device,
  ): Promise<{ readonly needs_number: boolean; readonly client: Consent['client'] }>;
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
    device: Device,
    gone: AbortSignal,
  ): Promise<SameDeviceStart>;
  /** The person answered that page: the browser is bound, and goes where this says. @throws FlowError, ConnectorError */
  goOnHere(
    session_id: string,
    ticket: string,
    form_token: string,
    browser_key: string,
    device: Device,
  ): Promise<string>;
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
}
