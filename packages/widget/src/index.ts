/**
 * The headless widget: everything about a sign-in but its looks. Owns the public names of the
 * package's main entry. Depends on the rooms it opens; leaves React, the custom element, the
 * iframe and the script tag to their own entries.
 */
export {
  type Phase,
  type Problem,
  type SessionView,
  type SignIn,
  type SignInEnvironment,
  type SignInOptions,
  type SignInRequest,
  type SignInState,
  browserEnvironment,
  createSignIn,
} from './session/index.ts';
export { type QrPath, type ShownFrame, QUIET_ZONE, frameAt, qrPath } from './qr/index.ts';
export type {
  ConnectorId,
  ConnectorOffer,
  Mode,
  QrCode,
  ShuffledQr,
  Snapshot,
  Status,
  TimedQr,
  Verification,
} from '@beckon/protocol';
