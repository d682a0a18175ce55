/**
 * The door to any OpenID Provider that keeps to the standard: authorization code with PKCE, state and
 * nonce, an id_token, userinfo where there is one. Owns nothing beyond its options; what it does is in
 * `shared/`, where providers with habits of their own build on it too (see `paswad/`).
 */
export { oidc, type OidcOptions } from './oidc.ts';
