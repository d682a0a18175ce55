/**
 * The pure heart. Owns the `Session` union, `transition(session, event, now, lifetimes)`, and the
 * links that a QR code or an app link carries. Depends on the wire contract alone; time, randomness
 * and keys come in as arguments. Leaves storing, telling and identity apps to others.
 */
export type * from './authorization-request.ts';
export type * from './client.ts';
export { CONTENT_ENCRYPTIONS, ENCRYPTION_ALGORITHMS, SIGNING_ALGORITHMS } from './client.ts';
export type * from './identity.ts';
export type * from './session.ts';
export type { Effect, Lifetimes, RefusalCode, SessionEvent, Transition } from './event.ts';
export {
  type Link,
  type LinkSettings,
  type LinkVerdict,
  handoverEnd,
  handoverLink,
  linkKeyOf,
  parseLink,
  sameDeviceLink,
  timedQr,
  verifyLink,
} from './frames.ts';
export { qrFor, sameScript, SCRIPT_01, scriptOf } from './old-script.ts';
export { maskedName } from './masked-name.ts';
export { type SessionStart, initialSession } from './initial-session.ts';
export { agreedClaims, allowedClaims, askedClaims, askedScope, singleClaims } from './asked-claims.ts';
export { claimsOf, STANDARD_SCOPES } from './scope-claims.ts';
export { type CountedNetwork, countedNetworks } from './counted-networks.ts';
export { asksNumber, awaitsRecognition } from './session.ts';
export { readableAddress } from './readable-address.ts';
export { sameNetwork } from './same-network.ts';
export { transition } from './transition.ts';
export { isSessionId } from './session-id.ts';
export { beginStory, type Cause, continueStory, type Spent, type Step, type StepName, type Story } from './story.ts';
export { type ClientWebhook, WEBHOOK_TYPES, type WebhookType } from './webhook.ts';
