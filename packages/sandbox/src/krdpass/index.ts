/**
 * A stand-in for KRDPASS: its OpenID Provider under `/krdpass/cas` (pushed requests, token, userinfo,
 * revocation, discovery, keys) and its app links under `/krdpass/app`, which open a page that asks
 * what the app would ask. Owns what was begun there. Leaves the phone to `phone`, which answers in
 * the app by `KrdPassApp`.
 *
 * Sources: the document that this project began with, and KRDPASS's published samples (their
 * OpenAPI description, redirect rules and reference server).
 */
export { createKrdPass, type KrdPass } from './krdpass.ts';
export { KRDPASS_CLIENT } from './client.ts';
export type { KrdPassApp, KrdPassQuestion } from './app.ts';
