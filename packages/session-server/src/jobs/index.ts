/**
 * One way to do things later. Owns the workers over rows that are due, their leases, sweeping, and
 * the timers of the process. Depends on the store's contract alone. Leaves what a row asks for to
 * the room that wrote it.
 */
export { type BatchWorker, type Jobs, type Worker, createJobs } from './jobs.ts';
export { keepLease } from './keep-lease.ts';
export { RETRIES_MS } from './retries.ts';
export type { Timers } from './timers-port.ts';
export { systemTimers } from './timers.ts';
