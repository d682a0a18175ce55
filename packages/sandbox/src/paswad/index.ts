/**
 * Paswad, as its documentation tells it: an OpenID Provider whose issuer (`/paswad/id`, id.paswad.com)
 * is on another host than its API and discovery (`/paswad/api`, api.paswad.com), with webhooks. Depends
 * on the stand-in for OpenID Providers; owns Paswad's addresses, prefixes and webhooks.
 */
export { createPaswad } from './paswad.ts';
export { PASWAD_CLIENT, PASWAD_WEBHOOK_SECRET } from './client.ts';
