import type { ConnectorId } from '@beckon/protocol';
import type { ClientWebhook } from './webhook.ts';

/** How an id_token, a logout token and a userinfo answer may be signed (RFC 7518 §3.1, RFC 8037 §3.1). */
export const SIGNING_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** How what a client reads may be encrypted for its key (RFC 7518 §4.1). RSA1_5 is not among them: its padding can be attacked. */
export const ENCRYPTION_ALGORITHMS = ['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'] as const;
export type EncryptionAlgorithm = (typeof ENCRYPTION_ALGORITHMS)[number];
/** RFC 7518 §5.1. */
export const CONTENT_ENCRYPTIONS = ['A128CBC-HS256', 'A128GCM', 'A256GCM'] as const;
export type ContentEncryption = (typeof CONTENT_ENCRYPTIONS)[number];

/** A client's own public key, without what it says of its use: that was looked at (RFC 7517 §4, RFC 7518 §6). */
export interface PublicJwk {
  readonly kty: 'RSA' | 'EC';
  readonly kid?: string;
  readonly n?: string;
  readonly e?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
}

/** That something is encrypted for a client, and how. */
export interface ResponseEncryption {
  readonly alg: EncryptionAlgorithm;
  readonly enc: ContentEncryption;
  readonly jwk: PublicJwk;
}

export type TokenEndpointAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'none';

/**
 * A registered relying party. Member names are those of RFC 7591 §2 where it defines them; the
 * configuration gives every default, so nothing here is optional.
 */
export interface Client {
  readonly client_id: string;
  readonly client_name: string;
  /** `https:`, or `data:`; null shows none. */
  readonly logo_uri: string | null;
  /** About the client, its privacy policy and its terms, for the hosted page; null for none. */
  readonly client_uri: string | null;
  readonly policy_uri: string | null;
  readonly tos_uri: string | null;
  /** `web` or `native` (OpenID Connect Registration §2); only `native` may vary the port of a loopback redirect URI (RFC 8252 §7.3). */
  readonly application_type: 'web' | 'native';
  /** SHA-256 (base64url) of each valid secret: empty for a public client, two while one is being rotated. */
  readonly client_secret_hashes: readonly string[];
  readonly token_endpoint_auth_method: TokenEndpointAuthMethod;
  readonly redirect_uris: readonly string[];
  /** Origins whose pages may start a session for this client, frame its sign-in page and call its endpoints. */
  readonly allowed_origins: readonly string[];
  /** Where a browser may go once it is signed out (OpenID Connect RP-Initiated Logout §3.1). */
  readonly post_logout_redirect_uris: readonly string[];
  /** Hears when a sign-in ends (OpenID Connect Back-Channel Logout §2.2); null hears nothing. */
  readonly backchannel_logout_uri: string | null;
  /** Hears of sign-ins and of their ends (Standard Webhooks); null hears nothing. */
  readonly webhook: ClientWebhook | null;
  /** `pairwise`: its people have another `sub` here than at clients of another sector (OpenID Connect Core §8). */
  readonly subject_type: 'public' | 'pairwise';
  /** Lists the redirect URIs of one sector, whose host names it; null where the redirect URIs have one host. */
  readonly sector_identifier_uri: string | null;
  /** The scopes that it may ask for. */
  readonly scope: readonly string[];
  /** The connectors offered to its people, in this order. */
  readonly connectors: readonly ConnectorId[];
  readonly id_token_signed_response_alg: SigningAlgorithm;
  /** Of id_tokens, and of logout tokens (OpenID Connect Back-Channel Logout §2.6 step 1); null leaves them readable. */
  readonly id_token_encrypted_response: ResponseEncryption | null;
  /** Null: userinfo is JSON. */
  readonly userinfo_signed_response_alg: SigningAlgorithm | null;
  /** Only of what is signed: then signed first (OpenID Connect Core §5.3.2). */
  readonly userinfo_encrypted_response: ResponseEncryption | null;
  /** Whether the id_token also has the claims that the granted scope covers, as userinfo gives them. */
  readonly id_token_claims: boolean;
  /** Whether the provider's tokens are kept for it, and it may read them. Only for a client with a secret and no `audience`. */
  readonly upstream_tokens: boolean;
  /** The APIs that its access tokens are for (RFC 7519 `aud`); empty for none but this server's. */
  readonly audience: readonly string[];
  /** An API: the audiences whose access tokens it may introspect. */
  readonly introspects: readonly string[];
  /** Seconds. */
  readonly access_token_lifetime: number;
  /** Seconds. */
  readonly id_token_lifetime: number;
  /** How long a sign-in can be refreshed in all, in seconds. */
  readonly refresh_token_lifetime: number;
  /** How long a refresh token that is not used holds, in seconds. */
  readonly refresh_token_idle_lifetime: number;
  /** False only for a confidential client whose requests carry `openid` and `nonce`. */
  readonly require_pkce: boolean;
  readonly require_pushed_authorization_requests: boolean;
  readonly cross_device: CrossDevicePolicy;
}

/** How a sign-in by QR code is guarded (draft-ietf-oauth-cross-device-security §6.1). */
export interface CrossDevicePolicy {
  /**
   * `number`: the browser shows two digits after the scan, the person types them on the phone.
   * `auto`: so it is where the connector can ask for them; elsewhere the provider's own consent stands.
   */
  readonly verification: 'auto' | 'number' | 'none';
  /** Whether phone and browser should share a network: `warn` says so in the consent, `require` refuses. */
  readonly network: 'allow' | 'warn' | 'require';
  /** Caps what a cross-device sign-in may grant; null caps nothing. */
  readonly scope: readonly string[] | null;
  /**
   * Whether the person in front of the waiting browser must say that they are the one who approved,
   * before a code is minted.
   */
  readonly confirm_person: boolean;
  /**
   * Whether mode `direct` (an identifier and a push to that person's phone) is offered. Only for
   * requests that the client pushed while it authenticated.
   */
  readonly direct: boolean;
}

/** Where clients are looked up. */
export interface ClientDirectory {
  /** Null also for a client that the operator has disabled: it may begin, finish and read nothing. */
  find(clientId: string): Promise<Client | null>;
  /** The same, whether it is disabled or not: to say so, and for what ends its sign-ins. */
  registered(clientId: string): Promise<Client | null>;
  /** Whether any client registered this origin; for preflights, which name no client. */
  knowsOrigin(origin: string): Promise<boolean>;
}

/** What the operator has switched off for now. */
export interface Switches {
  isClientDisabled(clientId: string): boolean;
  isConnectorDisabled(connector: ConnectorId): boolean;
}
