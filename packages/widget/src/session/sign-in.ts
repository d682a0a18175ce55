import type { ConnectorId, ConnectorOffer, EndCause, Mode, QrCode } from '@beckon/protocol';

export interface SignInOptions {
  /** The session server's issuer, for example `https://id.example.com`. */
  readonly server: string;
  readonly clientId: string;
  readonly request: SignInRequest;
  /** Chooses this connector at once; the person may not change it. */
  readonly connector?: ConnectorId | undefined;
  readonly loginHint?: string | undefined;
  /**
   * What to do when a code was not scanned in time. Default `auto`: renew 3 times, then ask.
   * `manual`: always ask. `never`: offer nothing but the way back.
   */
  readonly refreshExpired?: 'auto' | 'manual' | 'never' | undefined;
}

/** Where the authorization request comes from. */
export type SignInRequest =
  /** Pushed by the page's backend (RFC 9126). */
  | { readonly requestUri: string }
  /** An endpoint of the page's own backend that pushes a request when asked and answers `{ client_id, request_uri }`. */
  | { readonly requestUrl: string }
  /** The authorization request's own parameters, snake_case, for public clients. */
  | { readonly parameters: Readonly<Record<string, string>> };

/** Every state that a person can see. The enumerated `phase` is also the `data-phase` of what is drawn. */
export type SignInState =
  | (StateBase & { readonly phase: 'idle' })
  /** `session` is null until there is one; else the chosen app's code or link is on its way. `slow`: since more than 8 s. */
  | (StateBase & { readonly phase: 'starting'; readonly session: SessionView | null; readonly slow: boolean })
  /** Several identity apps are offered and none is chosen. `unavailable`: one that was, and does not answer, with the id of the request that says so. */
  | (StateBase & {
      readonly phase: 'choosing';
      readonly session: SessionView;
      readonly unavailable: ConnectorOffer | null;
      readonly requestId: string | null;
    })
  /** Too many want the same at once: it goes on by itself at `retryAt`, ms since the epoch by this page's clock. */
  | (StateBase & { readonly phase: 'busy'; readonly session: SessionView | null; readonly retryAt: number })
  /** The chosen app (`session.connector`) needs to know whom to ask. `problem`: why what was typed will not do. */
  | (StateBase & { readonly phase: 'identifier'; readonly session: SessionView; readonly problem: Problem | null })
  /** `renews`: a fresh code comes without being asked for when this one is over. */
  | (StateBase & {
      readonly phase: 'qr';
      readonly session: SessionView;
      readonly qr: QrCode;
      readonly renews: boolean;
    })
  | (StateBase & { readonly phase: 'same_device'; readonly session: SessionView; readonly url: string })
  | (StateBase & { readonly phase: 'direct'; readonly session: SessionView })
  /** `number`: the two digits to type on the phone, where this sign-in matches numbers. */
  | (StateBase & { readonly phase: 'retrieved'; readonly session: SessionView; readonly number: string | null })
  /**
   * `redirectTo` is null where the code goes to the browser that comes back (same device), and while
   * `confirmPerson`: the person here must say whether they are `person`, by `confirm()` or `cancel()`.
   * `slow`: the page should have left 3 s ago, or the other browser window should have gone on 8 s ago.
   */
  | (StateBase & {
      readonly phase: 'confirmed';
      readonly session: SessionView;
      readonly redirectTo: string | null;
      /** Who approved, masked: `A… L…`. Null where it was not said. */
      readonly person: string | null;
      readonly confirmPerson: boolean;
      readonly slow: boolean;
    })
  /** `elsewhere`: another tab finished it, and this one was never told where to go. */
  | (StateBase & { readonly phase: 'completed'; readonly session: SessionView; readonly elsewhere: boolean })
  | (StateBase & {
      readonly phase: 'declined';
      readonly session: SessionView;
      readonly redirectTo: string | null;
      /** Why; null where it was not said. A newer server may say what is not listed. */
      readonly reason: EndCause | null;
      /** Under which the server's log has the session's beginning, for support. */
      readonly requestId: string | null;
    })
  /** `canRenew` is false once the authorization request itself is over: the person must go back. */
  | (StateBase & {
      readonly phase: 'expired';
      readonly session: SessionView;
      readonly redirectTo: string | null;
      readonly canRenew: boolean;
      /** A phone was asked, and did not answer in time. */
      readonly noAnswer: boolean;
    })
  | (StateBase & { readonly phase: 'cancelled'; readonly session: SessionView; readonly redirectTo: string | null })
  /**
   * `session` is null when none could be started. `code` is an error code of the wire contract, `network`, or
   * `setup_…` for a mistake of the page's developer. `requestId`: under which the server's log has it, for support.
   */
  | (StateBase & {
      readonly phase: 'failed';
      readonly session: SessionView | null;
      readonly code: string;
      readonly redirectTo: string | null;
      readonly canRetry: boolean;
      readonly requestId: string | null;
    });

export type Phase = SignInState['phase'];

/** Why the server refused an identifier. */
export interface Problem {
  /** An error code of the wire contract. */
  readonly code: string;
  /** The server's own words. */
  readonly description: string;
  /** Ms since the epoch by this page's clock, before which it makes no sense to try again; null: any time. */
  readonly retryAt: number | null;
  /** Under which the server's log has the refusal, for support; null where it did not say. */
  readonly requestId: string | null;
}

interface StateBase {
  /** How the client hears of changes. `reconnecting` is no error: what is shown stays usable. */
  readonly connection: 'none' | 'socket' | 'poll' | 'reconnecting';
}

/** What every state with a session knows of it. */
export interface SessionView {
  readonly sessionId: string;
  readonly clientName: string;
  readonly logoUri: string | null;
  readonly connectors: readonly ConnectorOffer[];
  /** The chosen one, from the moment that the person chose it. */
  readonly connector: ConnectorOffer | null;
  readonly mode: Mode | null;
  /** What the app on the phone shows too, for the person to compare; null where it shows none. */
  readonly words: string | null;
  /** With which one this browser last signed in to this client. */
  readonly lastUsed: ConnectorId | null;
  /** Ms since the epoch by this page's clock, the server's clock difference already taken out. */
  readonly expiresAt: number;
  /**
   * Add to `performance.timeOrigin + performance.now()` to get the server's clock, in ms. This page's clock is
   * that, not `Date.now()`: it stays right when the device's clock is set.
   */
  readonly clockOffset: number;
}

export interface SignIn {
  /** The same object until something changes, as `useSyncExternalStore` asks. */
  getSnapshot(): SignInState;
  subscribe(listener: () => void): () => void;
  /** Begins, or begins again after `failed` or where starting is `slow`. Does nothing while one is under way. */
  start(): void;
  /**
   * Also while `retrieved` in mode `same_device`, for a fresh link of the same app.
   * `loginHint`: what the person typed; it is sent once and not kept.
   */
  choose(connector: ConnectorId, mode: Mode, loginHint?: string): void;
  /**
   * Call it in the click that opens `url` of `same_device`: a link to a provider then leads there at
   * once; else it shows a page that asks first. Delays nothing.
   */
  arm(): void;
  /**
   * A fresh code for the same authorization request; after `expired` or `declined`. While `confirmed` with no
   * `redirectTo` it gives the sign-in up, which another window did not finish, and begins another.
   */
  renew(): void;
  cancel(): void;
  /** The person here says that they are the one who approved; while `confirmPerson`. */
  confirm(): void;
  /** Stops all work and listeners; nothing is left behind. */
  close(): void;
}
