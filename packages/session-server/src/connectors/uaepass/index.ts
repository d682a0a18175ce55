/**
 * The door to UAE PASS, the digital identity of the United Arab Emirates: OAuth 2.0 with a code, a
 * scope of its own instead of `openid`, no id_token, and userinfo as the only source of claims.
 * Owns its endpoints, its levels of assurance (SOP1 to SOP3), its claims and its prescribed texts.
 * Leaves the session, the binding of the callback to a browser and the limits of `fetch` to others.
 */
export { uaepass, type UaePassOptions } from './uaepass.ts';
export type { SopLevel, UaePassClientOptions } from './options.ts';
