/**
 * The door to KRDPASS, the digital identity of the Kurdistan Region of Iraq: OpenID Connect with
 * signed, pushed authorization requests (RFC 9101, RFC 9126) and an app link in place of a login
 * page. Owns its hosts, the request object and its claims. Leaves the session, the binding of the
 * callback to a browser and the limits of `fetch` to others.
 */
export { krdpass, type KrdPassOptions } from './krdpass.ts';
