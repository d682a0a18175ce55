import type { Timers } from '../jobs/index.ts';

/** A turn that is not over after this long passes on, in ms: its worker stands still, and SQLite's own lock decides. */
const TURN_MS = 250;

export interface Turns {
  /** The worker wants to write. Asking twice is asking once. */
  ask(worker: number): void;
  /** The worker is done with that turn. */
  over(worker: number, turn: number): void;
  /** The worker is gone: what it held passes on at once. */
  gone(worker: number): void;
}

export interface TurnsOptions {
  readonly after: Timers['after'];
  /** It is this worker's turn. */
  readonly grant: (worker: number, turn: number) => void;
  /** Whether some worker has or waits for a turn: while it is so, the others join the queue and do not try ahead of it. */
  readonly onCrowded: (crowded: boolean) => void;
}

/** Who writes next: workers in the order in which they asked, one at a time. */
export function createTurns({ after, grant, onCrowded }: TurnsOptions): Turns {
  let queue: readonly number[] = [];
  let held: { readonly worker: number; readonly turn: number; readonly cancel: () => void } | null = null;
  let turns = 0;

  const next = (): void => {
    held?.cancel();
    held = null;
    const [worker, ...rest] = queue;
    queue = rest;
    if (worker === undefined) return onCrowded(false);
    turns += 1;
    const turn = turns;
    const cancel = after(TURN_MS, () => {
      if (held?.turn === turn) next();
    });
    held = { worker, turn, cancel };
    grant(worker, turn);
  };

  return {
    ask(worker) {
      if (queue.includes(worker)) return;
      queue = [...queue, worker];
      if (held !== null) return;
      onCrowded(true);
      next();
    },
    over(worker, turn) {
      if (held?.worker === worker && held.turn === turn) next();
    },
    gone(worker) {
      queue = queue.filter((each) => each !== worker);
      if (held?.worker === worker) next();
    },
  };
}
