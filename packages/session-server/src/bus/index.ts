/**
 * The change feed: who wants to know when a session changes. Owns the port, the feed within one
 * process, what of it other processes are told, and the one way to wait for a change. Depends on the
 * session and on timers. Leaves what a change means to its listeners, and how processes talk to `workers`.
 */
export type { Bus, Change } from './bus.ts';
export { createInProcessBus } from './in-process.ts';
export { type Looking, lookUntil } from './look-until.ts';
export { oneAtATime } from './one-at-a-time.ts';
export { type Outbox, type Told, createOutbox } from './outbox.ts';
export { type SharedBus, createSharedBus } from './shared.ts';
