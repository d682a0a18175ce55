/**
 * The door to pasby, the African e-ID: QR codes from seeds (wildcard), a link on the same device, and
 * a push to the person whose national identification number was typed (different device).
 *
 * Owns pasby's flow API of both versions, its claims and their decryption, and the share of its 100
 * requests a minute. Depends on the budget that the server lends it. Leaves to flow when a session
 * is begun, followed and called off. Signing and documents are out of scope.
 */
export { pasby, type PasbyOptions } from './pasby.ts';
export type { PasbyPaths } from './options.ts';
