/**
 * An OpenID Provider as a stand-in: authorize page that works without script, token endpoint with PKCE
 * and rotating refresh tokens, userinfo, keys that rotate, revocation, end of session. Owns what all
 * such providers do. Leaves hosts, names and habits to the provider it stands in for (`paswad/`, `oidc/`).
 */
export { createOpenIdProvider, type OpenIdStandIn } from './provider.ts';
export type { OpenIdApp } from './app.ts';
export type { OpenIdSettings } from './settings.ts';
