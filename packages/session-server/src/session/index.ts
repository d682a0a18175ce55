/**
 * The pure heart. Owns the `Session` union, `transition(session, event, now) → { session, effects }`
 * and the QR frames. Depends on the wire contract alone; time and randomness come in as arguments.
 * Leaves storing, telling and identity apps to others.
 */
export type * from './authorization-request.ts';
export type * from './client.ts';
export type * from './identity.ts';
export type * from './session.ts';
export type { Effect, Lifetimes, SessionEvent, Transition } from './transition.ts';
