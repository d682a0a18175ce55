/**
 * The OpenID Provider face: discovery, pushed requests, the decision about an authorization request,
 * tokens (`grants/`, one per file), userinfo and the provider's tokens, as functions over plain input. Depends on the flow,
 * the keys and the store's contract. Leaves HTTP, pages and the origin policy to `http`.
 */
export type { AuthorizeDecision, Begun } from './authorize.ts';
export type { BearerCall } from './bearer.ts';
export type { EndpointCall } from './client-authentication.ts';
export { createOAuth, type OAuth, type OAuthDependencies } from './create-oauth.ts';
export { createGrantEnds, type FoundGrant, type GrantEnds, type GrantTag, type Person } from './grant-ends.ts';
export { doubledMember } from './json-members.ts';
export type { SignedOut } from './logout/end-session.ts';
export { ENDPOINTS, type Metadata, PUBLIC_MAX_AGE_S } from './metadata.ts';
export { OAuthError, type OAuthErrorCode } from './oauth-error.ts';
export { assertWellFormed, type Params, paramsOf, readParams } from './params.ts';
export type { PushResponse } from './par.ts';
export type { TokenResponse } from './grants/grant.ts';
export type { UpstreamTokenResponse } from './upstream-token.ts';
export type { Userinfo, UserinfoAnswer } from './userinfo.ts';
