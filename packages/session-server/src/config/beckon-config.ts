import type { ConnectorConfig } from '../connectors/connector.ts';
import type { ContentEncryption, EncryptionAlgorithm, SigningAlgorithm, WebhookType } from '../session/index.ts';
import type { StoreConfig } from '../store/store.ts';
import type { LogTarget } from '../telemetry/index.ts';

/**
 * The whole configuration of a session server, as `beckon.config.ts` writes it: camelCase, except for the clients. A
 * value that is undefined is an environment variable that is not set, as in a client.
 */
export interface BeckonConfig {
  /** This server's issuer identifier: an https origin with no path (http only on a loopback host). */
  readonly issuer: string | undefined;
  /** Prefix of every QR code's text. Default: the issuer's origin + `/Q/`. */
  readonly qrBaseUrl?: string | undefined;
  /** `sqlite:<path>` or `sqlite::memory:`, `sqlite({ … })`, or a store of your own. Default `sqlite:./beckon.db`. */
  readonly store?: string | StoreConfig | undefined;
  /** What the store may take, in MiB: above it no new sign-in begins, and those under way go on. Default 10240. */
  readonly storeLimitMebibytes?: number | undefined;
  /** At least 32 random bytes, base64url. A list rotates: the first seals and signs, all open and verify. */
  readonly secret: string | readonly (string | undefined)[] | undefined;
  /** At least 32 random bytes, base64url. Never rotate it: every `sub` is derived from it. */
  readonly subjectSecret: string | undefined;
  /**
   * Whether an https issuer may have a `subjectSecret` that looks as if it was typed: for a server that has had it from
   * the start, because it can never change. Default false.
   */
  readonly allowWeakSubjectSecret?: boolean | undefined;
  /**
   * After how many days another key signs, of each algorithm; it is published a day before. Null: only when `keys rotate`
   * is run. Default 90, 7 to 3650.
   */
  readonly signingKeyDays?: number | null | undefined;
  /**
   * The audit trail. `retentionDays`: how long what happened is kept, in days. Default 30, 1 to 3650. `forward`: where it
   * is sent to as well, as JSON lines or as messages of RFC 5424. Default: nowhere.
   */
  readonly audit?: AuditConfig | undefined;
  /** CIDR ranges of the proxies whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly (string | undefined)[] | undefined;
  readonly lifetimes?: LifetimesConfig | undefined;
  /** The relying parties. At least one. */
  readonly clients: readonly ClientConfig[];
  /** The identity apps, in the order in which people see them. At least one. */
  readonly connectors: readonly ConnectorConfig[];
  /** Where operators go: metrics, the console and the admin API. Null: nowhere. Default: none. */
  readonly admin?: AdminConfig | null | undefined;
  /** How websites' webhooks are called. `allowPrivateAddresses`: also on loopback and in private networks. Default false. */
  readonly webhooks?: { readonly allowPrivateAddresses?: boolean | undefined } | undefined;
  /**
   * Takes the log: an object such as a pino logger, whose methods are called with the fields of an event and its name.
   * Only the fields of the published list reach it. Its own level decides what it writes. Default: JSON lines on
   * standard error.
   */
  readonly logger?: LogTarget | undefined;
  /** Where people get help with signing in: the hosted page links to it. https, or http on a loopback host. Default: none. */
  readonly helpUrl?: string | undefined;
  /** Multiplies every rate limit. Default 1. */
  readonly rateLimitFactor?: number | undefined;
  /**
   * The page of the sandbox's phone, for trying sign-ins on one machine: the hosted page links to it with the code that it
   * shows, after `#text=`. Only with an issuer on a loopback host. Default: none.
   */
  readonly sandboxPhone?: string | undefined;
}

export interface AdminConfig {
  /** Default `127.0.0.1`: whatever reaches the port can read metrics, and try tokens. */
  readonly host?: string | undefined;
  readonly port: number;
  /** Who may use the console and the admin API. Default: no one. `beckon-server secret --operator NAME` prints an entry. */
  readonly tokens?: readonly OperatorTokenConfig[] | undefined;
}

export interface AuditConfig {
  readonly retentionDays?: number | undefined;
  readonly forward?:
    | { readonly url: string | undefined; readonly headers?: Readonly<Record<string, string>> | undefined }
    /** `tcp://host:port`, `tls://host:port` or `udp://host:port`. */
    | { readonly syslog: string | undefined }
    | null
    | undefined;
}

export interface OperatorTokenConfig {
  /** What the audit trail calls the one who acts: 1 to 64 of letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** SHA-256 of the token, base64url. */
  readonly hash: string | undefined;
  /** `read` sees everything but a person's claims; `write` acts too. */
  readonly scope: 'read' | 'write';
}

export interface LifetimesConfig {
  /** How long a QR code may wait for its scan, in seconds. Default 120, 2 to 600. */
  readonly unscannedSeconds?: number | undefined;
  /** How long a person may take after the scan, and a browser to collect the code, in seconds. Default 300, 2 to 900. */
  readonly scannedSeconds?: number | undefined;
  /** Life of an authorization code, in seconds. Default and most 60 (RFC 9700 §2.1.1 asks for short). */
  readonly codeSeconds?: number | undefined;
  /** Life of a pushed request (RFC 9126 §2.2), in seconds. Default 600, 5 to 3600. */
  readonly requestUriSeconds?: number | undefined;
  /** How long one QR frame is shown, in ms. Default 2000, 500 to 10000. A frame is accepted for six of these. */
  readonly frameMilliseconds?: number | undefined;
}

/**
 * A relying party, in the one form that it has in files, in the store and on the wire: snake_case, with the names of
 * RFC 7591 §2 where it has them. A value that is undefined is an environment variable that is not set: where it is
 * needed, that is a mistake that says so.
 */
export interface ClientConfig {
  readonly client_id: string | undefined;
  /** One, or two while rotating. Left out for a public client. */
  readonly client_secret?: string | readonly (string | undefined)[] | undefined;
  /** What people read. */
  readonly client_name: string | undefined;
  /** `https:` on one of the client's own origins, or `data:image/…`. */
  readonly logo_uri?: string | undefined;
  /** A page about the client. The hosted page links to it, and to the next two: https, or http on a loopback host. */
  readonly client_uri?: string | undefined;
  /** The client's privacy policy. */
  readonly policy_uri?: string | undefined;
  /** The client's terms of service. */
  readonly tos_uri?: string | undefined;
  /** Default `web`. */
  readonly application_type?: 'web' | 'native' | undefined;
  /** Default `client_secret_basic` with a secret (which also accepts `client_secret_post`), else `none`. */
  readonly token_endpoint_auth_method?: 'client_secret_basic' | 'client_secret_post' | 'none' | undefined;
  /** Compared exactly (RFC 9700 §2.1). */
  readonly redirect_uris: readonly (string | undefined)[];
  /** Origins that embed the widget or the frame. Default: none. */
  readonly allowed_origins?: readonly (string | undefined)[] | undefined;
  /** Where a browser may go once it is signed out, compared exactly. Default: none. */
  readonly post_logout_redirect_uris?: readonly (string | undefined)[] | undefined;
  /** Hears by POST when a sign-in ends (OpenID Connect Back-Channel Logout). Default: none. */
  readonly backchannel_logout_uri?: string | undefined;
  /**
   * Where the client hears of sign-ins and their ends, signed (Standard Webhooks): https, or http on a loopback host. One
   * secret, or two while rotating; `events` are all by default. Default: none.
   */
  readonly webhook?:
    | {
        readonly uri: string | undefined;
        readonly secrets: readonly (string | undefined)[];
        readonly events?: readonly WebhookType[] | undefined;
      }
    | undefined;
  /**
   * `pairwise`: a person has another `sub` here than at clients of another sector (OpenID Connect Core §8). Fixed once
   * people have signed in. Default `public`.
   */
  readonly subject_type?: 'public' | 'pairwise' | undefined;
  /**
   * For `pairwise` with redirect URIs of several hosts, or of an app: an address that lists them as a JSON array. Its
   * host is the sector. Default: the host of the redirect URIs.
   */
  readonly sector_identifier_uri?: string | undefined;
  /** Space-separated. Default `openid`. */
  readonly scope?: string | undefined;
  /** Ids of connectors. Default: all. */
  readonly connectors?: readonly string[] | undefined;
  /** Default `RS256`. */
  readonly id_token_signed_response_alg?: SigningAlgorithm | undefined;
  /** The client's public keys (RFC 7517 §5), for what is encrypted for it. At most 16. Default: none. */
  readonly jwks?: { readonly keys: readonly PublicKeyConfig[] } | undefined;
  /** Encrypts id_tokens and logout tokens for the first fitting key of `jwks`. Default: they are signed alone. */
  readonly id_token_encrypted_response_alg?: EncryptionAlgorithm | undefined;
  /** Default `A128CBC-HS256`, where `id_token_encrypted_response_alg` is written. */
  readonly id_token_encrypted_response_enc?: ContentEncryption | undefined;
  /** Makes userinfo a signed JWT. Default: JSON. */
  readonly userinfo_signed_response_alg?: SigningAlgorithm | undefined;
  /** Encrypts the signed userinfo, so it needs `userinfo_signed_response_alg`. Default: not encrypted. */
  readonly userinfo_encrypted_response_alg?: EncryptionAlgorithm | undefined;
  /** Default `A128CBC-HS256`, where `userinfo_encrypted_response_alg` is written. */
  readonly userinfo_encrypted_response_enc?: ContentEncryption | undefined;
  /** Also puts the claims that the granted scope covers into the id_token, for libraries that read no userinfo. Default false. */
  readonly id_token_claims?: boolean | undefined;
  /**
   * Keeps the tokens that a provider issued with a sign-in, for the client to read at `GET /oauth/upstream-token`. Such a
   * client needs a secret, and has no `audience`. Default false: they are dropped at once.
   */
  readonly upstream_tokens?: boolean | undefined;
  /** The APIs that the client's access tokens are for, for example `https://api.shop.example`. Default: none. */
  readonly audience?: readonly string[] | undefined;
  /** For an API: the audiences whose access tokens it may introspect (RFC 7662). Such a client needs a secret. Default: none. */
  readonly introspects?: readonly string[] | undefined;
  /** Seconds. Default 3600, 60 to 86 400. */
  readonly access_token_lifetime?: number | undefined;
  /** Seconds. Default 3600, 60 to 86 400. */
  readonly id_token_lifetime?: number | undefined;
  /** How long a sign-in can be refreshed in all, in seconds. Default 30 days, an hour to 400 days. */
  readonly refresh_token_lifetime?: number | undefined;
  /** How long a refresh token that is not used holds, in seconds. Default 14 days, an hour to 400 days. */
  readonly refresh_token_idle_lifetime?: number | undefined;
  /** Default true. */
  readonly require_pkce?: boolean | undefined;
  /** RFC 9126 §6. Default false. */
  readonly require_pushed_authorization_requests?: boolean | undefined;
  readonly cross_device?: CrossDeviceConfig | undefined;
}

/** A public key (RFC 7517 §4): RSA with 2048 bits or more, or EC on P-256, P-384 or P-521. */
export interface PublicKeyConfig {
  /** Needed; as a type it is optional, because jose's `JWK` has it so. */
  readonly kty?: string | undefined;
  readonly kid?: string | undefined;
  /** Of keys for encryption `enc`, or left out. */
  readonly use?: string | undefined;
  /** The one algorithm that the key is for, or left out. */
  readonly alg?: string | undefined;
  readonly [member: string]: unknown;
}

export interface CrossDeviceConfig {
  /**
   * Two digits that the browser shows after the scan and the person types on the phone. `auto`: where
   * the connector can ask for them. `number`: always; connectors that cannot ask are not offered.
   * Default `auto`.
   */
  readonly verification?: 'auto' | 'number' | 'none' | undefined;
  /** Default `warn`. */
  readonly network?: 'allow' | 'warn' | 'require' | undefined;
  /** Space-separated; caps what a cross-device sign-in grants. `offline_access` is never granted unless listed here. Default: the client's scope without `offline_access`. */
  readonly scope?: string | undefined;
  /** Whether the browser waits for its person to say that the one who approved is them. Default false. */
  readonly confirm_person?: boolean | undefined;
  /**
   * Offers mode `direct`: the person types an identifier, and their phone asks. Only for requests that
   * the client pushes (RFC 9126), and not for a public client. Default false.
   */
  readonly direct?: boolean | undefined;
}
