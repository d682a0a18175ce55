import type { Timers } from '../jobs/index.ts';

/** A turn that is not over after this long passes on, in ms: its worker stands still, or another program holds the file. */
const TURN_MS = 250;

export interface Turns {
  /** The worker has waited for long to write. Asking twice is asking once. */
  ask(worker: number): void;
  /** The worker has written, in its turn or before it. */
  over(worker: number): void;
}

export interface TurnsOptions {
  readonly after: Timers['after'];
  /** Whose turn it is now: the others leave the file free for it. Null: no worker waits. */
  readonly onTurn: (worker: number | null) => void;
}

/** Whose turn it is to write: workers in the order in which they asked, one at a time. */
export function createTurns({ after, onTurn }: TurnsOptions): Turns {
  let queue: readonly number[] = [];
  let cancel: (() => void) | null = null;

  /** The first of the queue is another one. */
  const turn = (): void => {
    cancel?.();
    cancel = null;
    const [worker] = queue;
    onTurn(worker ?? null);
    if (worker !== undefined) cancel = after(TURN_MS, () => over(worker));
  };
  const over = (worker: number): void => {
    const wasFirst = queue[0] === worker;
    queue = queue.filter((each) => each !== worker);
    if (wasFirst) turn();
  };
  return {
    ask(worker) {
      if (queue.includes(worker)) return;
      queue = [...queue, worker];
      if (queue.length === 1) turn();
    },
    over,
  };
}
