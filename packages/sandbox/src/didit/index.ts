/**
 * A stand-in for Didit's "Auth + Data" sign-in with a QR code: `/didit/auth/v2/…`, its notifications
 * by WebSocket, and the page behind the code. Owns the sessions that were begun there. Leaves the
 * phone to `phone`, which answers in the app by `DiditApp`.
 *
 * Sources: the document that this project began with, docs.didit.me/auth-and-data (authorize, token,
 * get-user-info, introspect, user-scopes) and Didit's demo center (paths, `Data-Session-Token`,
 * notifications). Not documented, so made up here: the error bodies of the session endpoints, what
 * `/information` and `/update` carry, how a confirmed status gives its code, and `/cancel`.
 * `/didit/sandbox` makes it misbehave.
 */
export { createDidit, type Didit } from './didit.ts';
export type { DiditApp, DiditQuestion } from './app.ts';
