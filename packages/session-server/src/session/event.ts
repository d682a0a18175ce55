import type { ErrorCode } from '@beckon/protocol';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Identity, LocalizedText } from './identity.ts';
import type { Choice, FailedSession, Device, ProviderSession, Session, Trouble, UpstreamState } from './session.ts';

/** How long each status lasts, in ms. */
export interface Lifetimes {
  readonly unscanned_ms: number;
  readonly scanned_ms: number;
  readonly code_ms: number;
}

/** What can happen to a session. */
export type SessionEvent =
  /** The sender has checked that the session offers this connector in this mode. */
  | {
      readonly type: 'choose';
      readonly choice: Choice;
      /** The provider's session that has begun for this choice; null where it has none, or has not begun. */
      readonly upstream: UpstreamState | null;
    }
  /** The provider did not begin what was chosen: nothing is chosen any more. */
  | { readonly type: 'withdraw'; readonly trouble: Trouble }
  /** The provider did not begin what the person turned to: what the session shows stays. For its story. */
  | { readonly type: 'unbegun'; readonly choice: Pick<Choice, 'connector' | 'mode'> }
  /** The provider replaced its session by a new one, of the same `run`, before anybody took it. */
  | { readonly type: 'restart'; readonly upstream: UpstreamState }
  /** The owner opens the link on the same device, which `choice.ticket` names. */
  | { readonly type: 'arm' }
  /** The connector keeps something else of the same provider's session. */
  | { readonly type: 'keep'; readonly run: string; readonly provider_state: unknown }
  /** A valid scan. `number` is drawn beforehand; it is kept only where the policy asks for number matching. */
  | {
      readonly type: 'retrieve';
      /** What the scan was for: a link of one way does not claim a session that now goes another. */
      readonly choice: Pick<Choice, 'connector' | 'mode' | 'ticket'>;
      readonly holder: string;
      readonly device: Device | null;
      readonly number: string;
      /** True: claims only what the owner has armed, and uses one click up. Default false. */
      readonly armed?: boolean;
    }
  /** The digits that were typed on the phone, where they come before the decision. */
  | { readonly type: 'match'; readonly holder: string; readonly number: string }
  | {
      readonly type: 'confirm';
      readonly holder: string;
      readonly number: string | null;
      readonly identity: Identity;
      /** What the person accepted; more than was asked for is cut off. */
      readonly scope: readonly string[];
      readonly provider_session?: ProviderSession;
      /** By which id the provider's tokens are kept. */
      readonly tokens_id?: string;
    }
  /** Before anybody has claimed the session, only `not_me` counts, and from anybody who saw the code. */
  | {
      readonly type: 'decline';
      readonly holder: string;
      readonly reason: 'user' | 'not_me';
      readonly message: LocalizedText | null;
    }
  | { readonly type: 'cancel' }
  /** The person in front of the waiting browser says that the one who approved is them. */
  | { readonly type: 'recognise' }
  | { readonly type: 'fail'; readonly error: FailedSession['error'] }
  /** Time has passed. */
  | { readonly type: 'tick' }
  /** The provider's session is over before its time by our clock. */
  | { readonly type: 'expire' }
  /**
   * The browser was reloaded, and its website asks for the same sign-in by another request. The caller that
   * sends it has checked that the two differ in nothing but what the website tells them apart by.
   */
  | { readonly type: 'resume'; readonly request_id: string; readonly request: AuthorizationRequest }
  /** A watcher collects: mints a code unless a live one is there. */
  | { readonly type: 'mint' }
  /** The page that posts code `n` is opened: it posts the next code, and can be opened once. */
  | { readonly type: 'deliver'; readonly n: number }
  | { readonly type: 'redeem'; readonly n: number };

/**
 * What must happen after the change has been stored. Every change publishes. `cancel_upstream` tells
 * the identity app that no browser waits any more: at every end that it does not know of by itself, and
 * when another choice replaces its session.
 */
export type Effect = { readonly type: 'publish' } | { readonly type: 'cancel_upstream' };

/** Why an event was refused. */
export type RefusalCode = Extract<
  ErrorCode,
  'session_expired' | 'already_claimed' | 'invalid_transition' | 'verification_failed'
>;

export type Transition =
  /** `effects` is empty and `session` the very same object when nothing changed. */
  | { readonly ok: true; readonly session: Session; readonly effects: readonly Effect[] }
  /**
   * A refusal may change the session all the same (its time was over, or a wrong number declined
   * it): it is then another object, to be stored like any change. Else it is the very same one.
   */
  | {
      readonly ok: false;
      readonly error: RefusalCode;
      readonly session: Session;
      readonly effects: readonly Effect[];
    };
