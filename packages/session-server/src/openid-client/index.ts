/**
 * We as the client of an OpenID Provider: its document, the authorization request, the callback, tokens,
 * id_tokens and userinfo. The protocol is `oauth4webapi`'s; calls are made by `outbound/`. Owns what the
 * library does not check or cannot express (docs/decisions/0036-openid-client-on-oauth4webapi.md), and what
 * a failure means to a sign-in. Leaves the session and the provider's own rules to the connectors.
 */
export { authorizationUrl, pushAuthorizationRequest } from './authorization-request.ts';
export { authorizeFailure, type CallbackAnswer, readCallback } from './callback.ts';
export { asConnectorError, callProvider, refusalOf } from './call-provider.ts';
export { type ClientAuthentication, type OpenIdClient } from './client.ts';
export { createDiscovery, discoveryUrlOf, openIdDocument } from './discovery.ts';
export { calculatePKCECodeChallenge as s256 } from 'oauth4webapi';
export { refused } from './failures.ts';
export { ID_TOKEN_ALGORITHMS, type IdTokenAlgorithm } from './id-token.ts';
export { introspectToken } from './introspection.ts';
export { redeemCode, refreshTokens, revokeTokens } from './tokens.ts';
export { readUserinfo } from './userinfo.ts';
