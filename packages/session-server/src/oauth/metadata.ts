import { ALGORITHMS, JWKS_MAX_AGE_S } from '../keys/index.ts';
import { claimsOf, CONTENT_ENCRYPTIONS, ENCRYPTION_ALGORITHMS, STANDARD_SCOPES } from '../session/index.ts';
import { PROMPTS, RESPONSE_MODES } from './authorization-checks.ts';
import { GRANT_TYPES } from './token.ts';

/** Where each endpoint is, relative to the issuer. */
export const ENDPOINTS = {
  openidConfiguration: '/.well-known/openid-configuration',
  authorizationServer: '/.well-known/oauth-authorization-server',
  jwks: '/.well-known/jwks.json',
  push: '/oauth/par',
  authorize: '/authorize',
  token: '/oauth/token',
  userinfo: '/oauth/userinfo',
  upstreamToken: '/oauth/upstream-token',
  revoke: '/oauth/revoke',
  introspect: '/oauth/introspect',
  logout: '/oauth/logout',
} as const;

/** How long discovery and keys may be kept, in seconds: a new key is published for longer before it signs. */
export const PUBLIC_MAX_AGE_S: number = JWKS_MAX_AGE_S;

const SECRET_METHODS = ['client_secret_basic', 'client_secret_post'];
/** What an id_token says besides `sub`. */
const PROTOCOL_CLAIMS = ['iss', 'aud', 'exp', 'iat', 'nonce', 'auth_time', 'acr', 'amr', 'at_hash', 'sid'];

/** OpenID Connect Discovery §3 and RFC 8414 §2 in one document: it is the same at both addresses. */
export type Metadata = Readonly<Record<string, string | boolean | readonly string[]>>;

/** Says what is served, and nothing that is not. */
export function metadataOf(options: {
  /** No trailing slash. */
  readonly issuer: string;
  /** Ids of the connectors: each is the scope of its provider's own claims. */
  readonly connectors: readonly string[];
  /** Those that some connector says that it reaches. */
  readonly acrValues: readonly string[];
  readonly uiLocales: readonly string[];
}): Metadata {
  const { issuer, connectors, acrValues, uiLocales } = options;
  const claims = STANDARD_SCOPES.flatMap((scope) => claimsOf(scope));
  return {
    issuer,
    authorization_endpoint: issuer + ENDPOINTS.authorize,
    token_endpoint: issuer + ENDPOINTS.token,
    userinfo_endpoint: issuer + ENDPOINTS.userinfo,
    revocation_endpoint: issuer + ENDPOINTS.revoke,
    introspection_endpoint: issuer + ENDPOINTS.introspect,
    end_session_endpoint: issuer + ENDPOINTS.logout,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    jwks_uri: issuer + ENDPOINTS.jwks,
    pushed_authorization_request_endpoint: issuer + ENDPOINTS.push,
    // RFC 9126 §5: each client's own setting may still require it.
    require_pushed_authorization_requests: false,
    authorization_response_iss_parameter_supported: true,
    scopes_supported: [...STANDARD_SCOPES, 'offline_access', ...connectors],
    response_types_supported: ['code'],
    response_modes_supported: RESPONSE_MODES,
    grant_types_supported: GRANT_TYPES,
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: [...SECRET_METHODS, 'none'],
    revocation_endpoint_auth_methods_supported: [...SECRET_METHODS, 'none'],
    introspection_endpoint_auth_methods_supported: SECRET_METHODS,
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: ALGORITHMS,
    id_token_encryption_alg_values_supported: ENCRYPTION_ALGORITHMS,
    id_token_encryption_enc_values_supported: CONTENT_ENCRYPTIONS,
    userinfo_signing_alg_values_supported: ALGORITHMS,
    userinfo_encryption_alg_values_supported: ENCRYPTION_ALGORITHMS,
    userinfo_encryption_enc_values_supported: CONTENT_ENCRYPTIONS,
    prompt_values_supported: PROMPTS,
    // Where no connector says any, there may be some all the same: an empty list would deny it.
    ...(acrValues.length === 0 ? {} : { acr_values_supported: acrValues }),
    claim_types_supported: ['normal'],
    claims_supported: [...new Set([...PROTOCOL_CLAIMS, ...claims, ...connectors.flatMap((id) => claimsOf(id, id))])],
    ui_locales_supported: uiLocales,
    claims_parameter_supported: true,
    request_parameter_supported: false,
    // Discovery's own, where true is the default: it is not about pushed requests.
    request_uri_parameter_supported: false,
  };
}
