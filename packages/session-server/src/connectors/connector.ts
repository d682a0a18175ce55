/**
 * Doors to identity apps. Owns the connector contract and one folder for each provider, none of
 * which knows another. Depends on the session's types. Leaves the session's states to `flow`.
 *
 * A connector is configured (`wallet({ … })` checks its options and returns a `ConnectorConfig`),
 * then opened once at start with what it may use of the server. Beyond the common part it has
 * small capabilities; a capability that is null is one that the provider does not have. Exactly one
 * of `wallet`, `redirect` and `upstream` says how people are signed in.
 */
import type { InstallLinks, Mode } from '@beckon/protocol';
import type { Timers } from '../jobs/timers-port.ts';
import type { NetworkReason } from '../outbound/network-reason.ts';
import type { Identity, LocalizedText } from '../session/index.ts';

/** A connector's id is a scope, a claim, and a part of addresses. */
export const CONNECTOR_ID: RegExp = /^[a-z][a-z0-9_-]{0,31}$/;
export const CONNECTOR_ID_RULE = 'must be 1 to 32 of a-z, 0-9, _ and -, beginning with a letter';

export interface ConnectorIssue {
  /** Relative to the options, dotted: `issuers.0.issuer`. Empty for the options as a whole. */
  readonly path: string;
  /** Never repeats a value. */
  readonly message: string;
}

/** The picture of an app as a connector has it: its bytes, checked. */
export interface Picture {
  readonly type: 'image/svg+xml' | 'image/png';
  readonly content: Uint8Array;
}

/** For light and for dark grounds; both may be the same. */
export interface Mark {
  readonly light: Picture;
  readonly dark: Picture;
}

/** What an operator writes to give an app its picture, in the options of any connector. */
export interface MarkOptions {
  /**
   * The app's picture in lists: an SVG or a PNG file, square, 64 KiB at most, a PNG of 1024 pixels on a side at most. A text is a path, relative to the working
   * directory; `new URL('./mark.svg', import.meta.url)` is relative to the configuration. `dark` is `light` by default.
   * Default: a neutral tile. Use a provider's logo only as the provider allows it.
   */
  readonly mark?: { readonly light: string | URL | undefined; readonly dark?: string | URL | undefined } | undefined;
}

export interface ConnectorConfig {
  /** Part of `sub` and of the callback URL: fixed once set. 1 to 32 of `a-z`, `0-9`, `_` and `-`, beginning with a letter. */
  readonly id: string;
  /** What is wrong with the options; the configuration reports it with everything else. */
  readonly issues: readonly ConnectorIssue[];
  /** What is wrong with the options on a server of this issuer, and would be right on another; none by default. */
  issuesAt?(issuer: string): readonly ConnectorIssue[];
  /** The app's picture, for light and dark grounds; null or missing leaves it to a neutral tile. `defineConnector` reads it. */
  readonly mark?: Mark | null;
  /** Called only when there are no issues. Fetches nothing: a provider that is down must not keep the server from starting. */
  open(context: ConnectorContext): Promise<Connector>;
}

/** What the server lends a connector. */
export interface ConnectorContext {
  /** Beckon's own issuer, with no trailing slash. */
  readonly issuer: string;
  /** Ms since the epoch. */
  readonly now: () => number;
  /** `fetch` with the server's limits: 10 s, 1 MiB; a redirect is an error, or with `redirect: 'manual'` an answer, and never followed. */
  readonly fetch: typeof fetch;
  /** As `fetch`, for an event stream: the time limit covers only the wait for the response's head. */
  readonly stream: typeof fetch;
  readonly randomBytes: (size: number) => Uint8Array;
  /**
   * The pause between two tries of a call: resolves after `duration_ms`, or once `signal` aborts; never rejects. The
   * clock is the server's, so that tests need not wait.
   */
  readonly sleep: (duration_ms: number, signal?: AbortSignal) => Promise<void>;
  /** Every other wait: a poll, a silence, the limit of a call. A connector sets no timer of its own. */
  readonly timers: Timers;
  /** A budget that all sessions and nodes share through the store. Lets at most `limit` through in any `window_ms`. */
  readonly budget: (name: string, limit: number, window_ms: number) => Budget;
  /** Tells the operator of a surprise that ends nothing: words such as those of `ConnectorError.detail`. */
  readonly log?: (detail: string) => void;
}

export interface Budget {
  /**
   * Takes `count` at once or nothing. Never lets more than the limit through in any window, however
   * the window is laid. With `requester` what strangers take is shared fairly between networks, and
   * a part is kept for clients that authenticate; without it for what has begun already.
   * @throws ConnectorError `rate_limited` with the time to come back
   */
  take(count: number, requester?: Requester): Promise<void>;
}

/** For whom the provider is asked. */
export interface Requester {
  /** Of the browser that waits, narrowest first: /24, or /64 and /48. Never empty. */
  readonly networks: readonly string[];
  /** Whether the client pushed the request (RFC 9126) and authenticated while it did. */
  readonly client_authenticated: boolean;
}

export interface Connector {
  readonly id: string;
  /** What people call the app, by BCP 47 language tag; `en` always. */
  readonly names: LocalizedText;
  /** The button that the provider prescribes; null leaves it to the widget. Colours as `#rrggbb`. */
  readonly button: { readonly background: string; readonly text: string } | null;
  readonly modes: readonly Mode[];
  /** Where people get the app: https, or http on a loopback host. Null or missing where that is not known. */
  readonly install?: InstallLinks | null;
  /** What Beckon itself can enforce with it in a cross-device sign-in; false where the consent is the provider's own. */
  readonly verifies: { readonly number: boolean; readonly network: boolean };
  /**
   * The `acr` values that its sign-ins can reach; empty where it says none. Null or missing where that is not known: it
   * may reach any.
   */
  readonly reaches?: readonly string[] | null;
  /** The phone asks Beckon's own wallet API. */
  readonly wallet: WalletCapability | null;
  /** The person's browser goes to the provider and comes back to `/callback/{id}` with a code. */
  readonly redirect: RedirectCapability | null;
  /** The provider keeps a session of its own, which ours follows. */
  readonly upstream: UpstreamCapability | null;
  /** Renews and revokes the tokens that came with an identity; null where they run out by themselves. */
  readonly tokens: TokenCapability | null;
  /** The provider calls `POST /webhooks/{id}`. */
  readonly webhooks: WebhookCapability | null;
  /** Ends the provider's own browser session. */
  readonly logout: LogoutCapability | null;
}

/** What a connector begins with: it has none of them but those that it says. */
export const NO_CAPABILITIES: Pick<Connector, 'wallet' | 'redirect' | 'upstream' | 'tokens' | 'webhooks' | 'logout'> = {
  wallet: null,
  redirect: null,
  upstream: null,
  tokens: null,
  webhooks: null,
  logout: null,
};

export type { LocalizedText } from '../session/index.ts';

/** What the relying party asked for, as far as it concerns a provider. */
export interface UpstreamRequest {
  readonly client_id: string;
  readonly client_name: string;
  /** As it asked for them; `offline_access` only where it may use a refresh token of the provider's. */
  readonly scope: readonly string[];
  /**
   * The standard claims that are asked for (OpenID Connect Core §5.1), where the relying party asks for single ones: those of
   * its scope, and of a scope that is in `scope` for single claims only these. Missing: all of `scope`.
   */
  readonly claims?: readonly string[];
  readonly prompt: readonly string[];
  /** Whether the relying party sent an `id_token_hint`: it links an account that the person has. */
  readonly linking: boolean;
  /** Seconds; the answer's `auth_time` is checked against it by flow. */
  readonly max_age: number | null;
  readonly login_hint: string | null;
  /** BCP 47 tags, best first. */
  readonly ui_locales: readonly string[];
  /** Best first; never one that `reaches` rules out for all of them. */
  readonly acr_values: readonly string[];
}

// ── wallets ──────────────────────────────────────────────────────────────────────────────────────

export interface WalletCapability {
  /**
   * Verifies a wallet access token.
   * @throws ConnectorError `wallet_not_trusted` unless it is a wallet's own token for this purpose;
   *   `connector_unavailable` when the issuer's keys cannot be had.
   */
  authenticate(accessToken: string): Promise<WalletHolder>;
  /** The person's claims from the wallet issuer, for the accepted scopes. @throws ConnectorError */
  identify(accessToken: string, holder: WalletHolder, scope: readonly string[]): Promise<Identity>;
  /** The link that opens the app with `text`, on the phone page and on the same device; null when no app link is configured. */
  handOver(text: string): string | null;
  /** As the connector's `install`, where that is missing. */
  readonly installUrl: string | null;
  /** For `/.well-known/apple-app-site-association`: `<team id>.<bundle id>`. */
  readonly appleAppIds: readonly string[];
  /** For `/.well-known/assetlinks.json`. */
  readonly androidApps: readonly AndroidApp[];
}

export interface AndroidApp {
  readonly package_name: string;
  /** SHA-256 of each signing certificate: upper-case hex bytes joined by colons. */
  readonly sha256_cert_fingerprints: readonly string[];
}

export interface WalletHolder {
  readonly issuer: string;
  readonly subject: string;
}

// ── providers that redirect ──────────────────────────────────────────────────────────────────────

export interface RedirectCapability {
  /**
   * Whether the provider can be asked to authenticate the person anew, whatever browser session it has.
   * `always`: it is asked so in mode `qr`, and where the relying party wants it. `on_request`: only where the
   * relying party wants it. `never`: it knows no such thing. Where the provider did not say that it did so, flow
   * asks the person on a page of its own in mode `qr`, and offers `never` to no request with `prompt=login`.
   */
  readonly reauthenticates: 'always' | 'on_request' | 'never';
  /** Where to send the browser. May push a request to the provider first. @throws ConnectorError */
  begin(start: RedirectStart): Promise<RedirectBegun>;
  /**
   * Reads the callback, redeems its code and learns who came. Flow has bound the callback to the
   * browser that started and looked the start up by `state`; everything else about the answer is
   * the connector's to check (duplicates, blanks, `code` with `error`, `iss`, nonce, signature). The
   * person has approved: one failure of a call that only reads does not cost the sign-in.
   * @throws ConnectorError `callback_refused`, `connector_unavailable`
   */
  finish(callback: RedirectCallback): Promise<RedirectOutcome>;
  /**
   * What the provider is asked for when a website asks for these scopes: a phrase for each, as the phone
   * page lists them ("your basic profile"). It may be more than the website gets, where the provider gives
   * no less. Left out: what the website asks for, and nothing else.
   */
  readonly asks?: (scope: readonly string[]) => readonly LocalizedText[];
}

export interface RedirectStart {
  /** `{issuer}/callback/{connector id}`. */
  readonly callback_uri: string;
  /** 43 characters, base64url: fresh for each attempt. */
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636: 43 characters. The challenge is its S256. */
  readonly code_verifier: string;
  readonly request: UpstreamRequest;
  /** `qr`: the phone's browser, of which the person came from another screen; `same_device`: the only one. */
  readonly mode: 'qr' | 'same_device';
  /**
   * Whether to ask the provider to authenticate the person anew; never where `reauthenticates` is `never`. The
   * answer's `auth_time` is checked by flow.
   */
  readonly reauthenticate: boolean;
}

export interface RedirectBegun {
  /** Absolute URL for a 303: https, or http on a loopback host. */
  readonly location: string;
  /** Any JSON value, of 65,536 characters at most; sealed at rest and given back to `finish`. */
  readonly providerState: unknown;
}

export interface RedirectCallback extends RedirectStart {
  /** The callback's query as it came, duplicates included. */
  readonly parameters: URLSearchParams;
  readonly providerState: unknown;
}

export type RedirectOutcome =
  | { readonly type: 'identity'; readonly identity: Identity; readonly tokens: UpstreamTokens | null }
  /** The person said no, or the provider says that they may not. `message` is for them, by language; null for the usual words. */
  | { readonly type: 'declined'; readonly message: LocalizedText | null };

// ── providers with a session of their own ────────────────────────────────────────────────────────

export interface UpstreamCapability {
  /** Whether its app shows the `words` of a start in mode `direct`. Default false. */
  readonly shows_words?: boolean;
  /** @throws ConnectorError `rate_limited`, `identifier_refused`, `connector_unavailable` */
  start(start: UpstreamStart): Promise<UpstreamStarted>;
  /**
   * What becomes of it, in order, until an end. Returns (without an end) when `signal` aborts. A
   * passing failure is retried inside, within the provider's own limits; what throws ends the session.
   * Called again with the newest `providerState` when another node takes over: it must tell the present state first.
   * @throws ConnectorError `connector_unavailable`
   */
  follow(providerState: unknown, start: UpstreamStart, signal: AbortSignal): AsyncIterable<UpstreamStatus>;
  /** Tells the provider that no browser waits any more. Best effort, at most 10 s. It may be called twice. */
  cancel(providerState: unknown): Promise<void>;
}

export interface UpstreamStart {
  readonly session_id: string;
  readonly mode: Mode;
  /** Only in mode `direct`: what the person typed. Never logged, never in a URL. */
  readonly identifier: string | null;
  /** What the app shows beside the purpose, and the browser too; null unless the capability `shows_words`, in mode `direct`. */
  readonly words: string | null;
  readonly requester: Requester;
  readonly request: UpstreamRequest;
}

export interface UpstreamStarted {
  /** Mode `qr`: the provider's own codes; one stands still, several are shown in random order, each for `interval_ms`. */
  readonly qr: { readonly texts: readonly string[]; readonly interval_ms: number } | null;
  /** Mode `same_device`: what the widget links to. */
  readonly link: string | null;
  /** When the provider's session ends, ms since the epoch; null when it does not say. Ours ends no later. */
  readonly expires_at: number | null;
  /** Any JSON value, of 65,536 characters at most; sealed at rest and given back. */
  readonly providerState: unknown;
}

export type UpstreamStatus =
  /** The person's app has the request. */
  | { readonly status: 'retrieved' }
  /** The provider's session was replaced before anybody took it: new codes for the same sign-in. */
  | { readonly status: 'restarted'; readonly started: UpstreamStarted }
  /** What the next process that follows needs to know, stored before anything else happens: nothing that people see. */
  | { readonly status: 'provider_state'; readonly providerState: unknown }
  | { readonly status: 'confirmed'; readonly identity: Identity; readonly tokens: UpstreamTokens | null }
  /** `reason` where the provider can tell; without it, `user`. `not_me`: the person says that they did not begin this. */
  | { readonly status: 'declined'; readonly reason?: 'user' | 'not_me' }
  | { readonly status: 'expired' };

// ── afterwards ───────────────────────────────────────────────────────────────────────────────────

/**
 * What the provider issued with an identity. Kept, sealed, for a client with `upstream_tokens` alone; else it is
 * dropped at once.
 */
export interface UpstreamTokens {
  /** Printable ASCII, as every token: 16,384 characters at most. */
  readonly access_token: string;
  /** Of no other type: a token that is bound to a key cannot be handed on. */
  readonly token_type: 'Bearer';
  readonly refresh_token: string | null;
  /** Ms since the epoch; null when the provider does not say. */
  readonly expires_at: number | null;
  /** What the access token is good for, space-separated; null when the provider does not say. */
  readonly scope: string | null;
  readonly id_token: string | null;
}

export interface TokenCapability {
  /**
   * Never retried by itself: a refresh token may rotate. `token_refused` says that these tokens will never be renewed
   * again. @throws ConnectorError `token_refused`, `connector_unavailable`, `rate_limited`
   */
  refresh(tokens: UpstreamTokens): Promise<UpstreamTokens>;
  /** Null where the provider revokes none: they run out by themselves. @throws ConnectorError */
  readonly revoke: ((tokens: UpstreamTokens) => Promise<void>) | null;
}

export interface WebhookCapability {
  /** Verifies a delivery over its raw body. @throws ConnectorError `webhook_refused` for a wrong or missing signature or a body that is none */
  read(headers: Readonly<Record<string, string | undefined>>, body: Uint8Array): WebhookEvent;
}

export interface WebhookEvent {
  /** The delivery's id: each is acted upon once. At most 128 characters. */
  readonly id: string;
  /** `revoked`: what this person was granted until then ends. `ignored`: acknowledged, nothing to do. */
  readonly effect:
    | {
        readonly type: 'revoked';
        readonly subject: string;
        /**
         * Ms since the epoch, as the provider signed it: what the person agreed to later stays. Null where
         * the provider does not say: then everything until now ends.
         */
        readonly at: number | null;
      }
    | { readonly type: 'ignored' };
}

export interface LogoutCapability {
  /**
   * Where to send the browser so that the provider's session ends too; null where that cannot be. The provider sends it to
   * `return_to`, with what `stateOf` reads. @throws ConnectorError
   */
  url(options: {
    readonly return_to: string;
    readonly state: Readonly<Record<string, string>> | null;
    readonly id_token_hint: string | null;
  }): Promise<string | null>;
  /** The `state` that was given to `url`, of what the browser came back with; null where none did. */
  stateOf(parameters: URLSearchParams): Readonly<Record<string, string>> | null;
}

const CONNECTOR_ERROR_CODES = [
  'wallet_not_trusted',
  'connector_unavailable',
  'rate_limited',
  'callback_refused',
  'identifier_refused',
  'token_refused',
  'webhook_refused',
] as const;
export type ConnectorErrorCode = (typeof CONNECTOR_ERROR_CODES)[number];

/**
 * `message` may be read by people and relying parties: our own words, nothing from upstream.
 * `detail` is for the operator's log: our own words too, with statuses and names but no token,
 * code, identifier, claim or upstream text in it.
 */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: ConnectorErrorCode;
  readonly detail: string;
  /** Seconds; only with `rate_limited`. */
  readonly retry_after_s: number | null;
  /** Whether the provider may have acted all the same: its answer was lost, or cannot be used. A push then counts. */
  readonly may_have_begun: boolean;
  /** Why a call to the provider failed; null where no call did, or its failure has no code. */
  readonly reason: NetworkReason | null;
  constructor(
    code: ConnectorErrorCode,
    message: string,
    detail: string = message,
    retry_after_s: number | null = null,
    may_have_begun = false,
    reason: NetworkReason | null = null,
  ) {
    super(message);
    this.code = code;
    this.detail = detail;
    this.retry_after_s = retry_after_s;
    this.may_have_begun = may_have_begun;
    this.reason = reason;
  }
}

/**
 * Whether it is a `ConnectorError`, of this copy of the package or of another one: a connector that is a package of
 * its own may bring its own copy, whose class is not ours. The name, the code and the members decide.
 */
export function isConnectorError(error: unknown): error is ConnectorError {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message, detail, retry_after_s, may_have_begun } = error as {
    [Member in keyof ConnectorError]?: unknown;
  };
  return (
    name === 'ConnectorError' &&
    (CONNECTOR_ERROR_CODES as readonly unknown[]).includes(code) &&
    typeof message === 'string' &&
    typeof detail === 'string' &&
    (retry_after_s === null || Number.isFinite(retry_after_s)) &&
    typeof may_have_begun === 'boolean'
  );
}

/** No caller is sent away for longer, in s: a browser's timers end at 24 days, and run at once beyond. */
const LONGEST_WAIT_S = 86_400;

/** `retry_after_s` as callers are told it: whole seconds, from 1 to a day, whatever a connector made of its provider's word. */
export function waitOf({ retry_after_s }: Pick<ConnectorError, 'retry_after_s'>): number | null {
  return retry_after_s === null ? null : Math.min(Math.max(Math.ceil(retry_after_s), 1), LONGEST_WAIT_S);
}

/** The provider cannot be had, or answers what it should not. @param detail as `ConnectorError.detail`, @param reason as its `reason` */
export function unavailable(detail: string, reason: NetworkReason | null = null): ConnectorError {
  const message = 'the identity provider cannot be reached right now';
  return new ConnectorError('connector_unavailable', message, detail, null, false, reason);
}
