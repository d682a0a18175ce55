/**
 * One server as several processes: a primary process, and workers that serve. Owns what these say to each other, keeping
 * workers up, and whose turn it is to write to the store. Depends on the change feed, and on `node:cluster` for processes
 * and one port. Leaves what a worker serves to `server`.
 */
export { type Link, createLink, forkWorker, isWorker } from './cluster.ts';
export type { Begin, LiveSettings, SentMark, SentPicture, ToWorker } from './messages.ts';
export { type Supervisor, createSupervisor } from './supervisor.ts';
export { createTurnTaker } from './turn-taker.ts';
export { WorkersError } from './workers-error.ts';
