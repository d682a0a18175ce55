/**
 * The door to Didit's "Auth + Data" sign-in, the flow with a QR code (docs.didit.me/auth-and-data).
 * Plays Didit's authorization client: starts a session there, shows its URL, hears how it goes, and
 * exchanges the code. Didit's newer Authentication product is an ordinary OpenID Provider and wants
 * no connector of its own. Leaves our session to `flow`.
 */
export { didit, type DiditFieldNames, type DiditOptions } from './didit.ts';
