import cluster from 'node:cluster';
import { type FromWorker, type ToWorker, fromWorker, toWorker, wrap } from './messages.ts';
import type { SupervisorOptions } from './supervisor.ts';

/** Whether this process is one of several workers: the primary process started it. */
export function isWorker(): boolean {
  return cluster.isWorker;
}

/** Starts a worker's process: this very program, with the same arguments. */
export const forkWorker: SupervisorOptions['fork'] = (events) => {
  const worker = cluster.fork();
  worker.on('message', (given: unknown) => {
    const message = fromWorker(given);
    if (message !== null) events.message(message);
  });
  // A process that is gone cannot be written to; its exit says the rest.
  worker.on('error', () => {});
  worker.once('exit', (code: number | null, signal: string | null) => events.exit(signal ?? `exit code ${code}`));
  return {
    pid: worker.process.pid ?? 0,
    send: (message) =>
      new Promise((resolve) => {
        if (!worker.isConnected()) return resolve();
        worker.process.send(wrap(message), () => resolve());
      }),
    kill: () => void worker.process.kill('SIGKILL'),
  };
};

/** A worker's way to the primary process. */
export interface Link {
  /** Resolves once the process was handed the message. Where the primary process is gone, this one ends. */
  send(message: FromWorker): Promise<void>;
  /** From here on `hear` is called with each message. Those that came before are not lost. */
  listen(hear: (message: ToWorker) => void): void;
  /** This process takes part no more, and may end. */
  leave(): void;
}

/** Signals that a terminal or a process manager sends to a whole group: the primary process decides what they mean. */
const OF_THE_GROUP = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** In a worker: the channel to its primary process. A worker whose primary process vanished ends at once (`node:cluster`). */
export function createLink(): Link {
  for (const signal of OF_THE_GROUP) process.on(signal, () => {});
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined || !process.connected) return resolve();
        process.send(wrap(message), undefined, {}, () => resolve());
      }),
    listen(hear) {
      process.on('message', (given: unknown) => {
        const message = toWorker(given);
        if (message !== null) hear(message);
      });
      // A module that was loaded before this program may have let go of the channel: without it the process would end here.
      process.channel?.ref();
    },
    leave: () => void cluster.worker?.disconnect(),
  };
}
