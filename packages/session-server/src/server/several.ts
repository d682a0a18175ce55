/** What a server of several processes needs besides: loaded only where it is one. */
export { isWorker } from '../workers/index.ts';
export { createPrimary, type Primary } from './primary.ts';
export { runWorker } from './worker.ts';
