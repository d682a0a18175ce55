/**
 * The door to Paswad: an OpenID Provider whose discovery document is on another host than its issuer,
 * and which tells by signed webhooks when a person takes their consent back. Owns its hosts, its names
 * and its webhooks. Everything else is what OpenID Providers share.
 */
export { paswad, type PaswadOptions } from './paswad.ts';
