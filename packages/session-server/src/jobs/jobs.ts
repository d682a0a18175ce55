import type { Kind, Row, Store } from '../store/store.ts';
import { keepLease } from './keep-lease.ts';
import type { Timers } from './timers-port.ts';

/** Work is looked for this often, in ms. */
const INTERVAL_MS = 500;
/** Rows taken at once. Between two batches everything else of the process has a turn. */
const BATCH = 25;
/** What is over is deleted this often, in ms, */
const SWEEP_INTERVAL_MS = 5_000;
/** so many rows at once, until nothing is over. */
const SWEEP_BATCH = 500;

/** What is done with the rows of one kind once they are due. */
export interface Worker {
  readonly kind: Kind;
  /** At most so many rows at once in this process. */
  readonly concurrency: number;
  /** A process that dies over a row gives it back after this long, in ms. */
  readonly lease_ms: number;
  /**
   * Null for work that is done within its lease. Else the work may take any time: its lease is
   * renewed this often, in ms, and `signal` aborts when the lease is lost or the process closes.
   */
  readonly renew_ms: number | null;
  /**
   * Does what the row asks for. It must bear being done twice (see `Store.claimDue`), and it swaps or
   * removes the row when nothing more is owed: a row that is left as it is comes back after its lease.
   */
  handle(row: Row, signal: AbortSignal): Promise<void>;
}

/** What is done with many rows of one kind at once, within their lease. */
export interface BatchWorker {
  readonly kind: Kind;
  /** At most so many rows at once. */
  readonly batch: number;
  readonly lease_ms: number;
  /** As `Worker.handle`, for all of them. */
  handleAll(rows: readonly Row[]): Promise<void>;
}

export interface Jobs {
  /** One round: takes everything that is due now. Resolves once the work without renewal is done. */
  runOnce(): Promise<void>;
  start(): void;
  /** Takes nothing more, aborts what goes on, and resolves once it is over. Its rows are due again at once. */
  stop(): Promise<void>;
}

export interface JobsDependencies {
  readonly store: Store;
  readonly timers: Timers;
  readonly workers: readonly (Worker | BatchWorker)[];
  /** Before each sweep, which goes on until nothing is over: only then is something left to count. For metrics. */
  readonly beforeSweep?: () => Promise<void>;
  /** Hears of work that threw and of a round that failed; both are tried again. */
  readonly failed: (error: unknown) => void;
}

/** Runs the workers, in any number of processes on one store: each row is one holder's at a time. */
export function createJobs({ store, timers, workers, beforeSweep, failed }: JobsDependencies): Jobs {
  const rounds = workers.map((worker) =>
    'handleAll' in worker
      ? createBatchRound(worker, store, timers, failed)
      : createRound(worker, store, timers, failed),
  );
  const closing = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let swept_at = Number.NEGATIVE_INFINITY;

  const sweep = async (): Promise<void> => {
    const now = await store.now();
    if (now - swept_at < SWEEP_INTERVAL_MS) return;
    swept_at = now;
    await beforeSweep?.();
    while (!closing.signal.aborted && (await store.sweep(SWEEP_BATCH)) === SWEEP_BATCH) await timers.yieldTurn();
  };
  const runOnce = async (): Promise<void> => {
    for (const round of rounds) await round.run();
    await sweep();
  };
  const loop = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await timers.sleep(INTERVAL_MS, closing.signal);
      if (!closing.signal.aborted) await runOnce().catch(failed);
    }
  };
  return {
    runOnce,
    start() {
      running = loop();
    },
    async stop() {
      closing.abort();
      await running;
      await Promise.all(rounds.map((round) => round.stop()));
    },
  };
}

/** A row that this process works on. */
interface Held {
  /** The row with the lease that it has now. */
  leased: Pick<Row, 'id' | 'due_at'>;
  readonly abort: AbortController;
  done: Promise<void>;
}

interface Round {
  run(): Promise<void>;
  stop(): Promise<void>;
}

function createBatchRound(worker: BatchWorker, store: Store, timers: Timers, failed: (error: unknown) => void): Round {
  const { kind, batch, lease_ms } = worker;
  const closing = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const rows = await store.claimDue(kind, { limit: batch, lease_ms });
      if (rows.length > 0) await worker.handleAll(rows).catch(failed);
      if (rows.length < batch) return;
      await timers.yieldTurn();
    }
  };
  return {
    run: () => (running = run()),
    async stop() {
      closing.abort();
      await running.catch(() => undefined);
    },
  };
}

function createRound(worker: Worker, store: Store, timers: Timers, failed: (error: unknown) => void): Round {
  const { kind, concurrency, lease_ms, renew_ms } = worker;
  /** By row id: what this process works on. */
  const held = new Map<string, Held>();
  const closing = new AbortController();

  const doWork = async (row: Row, work: Held): Promise<void> => {
    const over = new AbortController();
    const onLost = (): void => work.abort.abort();
    const renewing =
      renew_ms === null
        ? Promise.resolve()
        : keepLease({ store, timers, kind, holder: work, lease_ms, every_ms: renew_ms, over: over.signal, onLost });
    try {
      await worker.handle(row, work.abort.signal);
    } catch (error) {
      failed(error);
    } finally {
      over.abort();
      await renewing;
      // Another process may take over at once, and need not wait for the lease to run out.
      if (closing.signal.aborted) await store.renewLease(kind, work.leased, 0);
    }
  };

  const begin = (row: Row): Promise<void> => {
    const work: Held = { leased: row, abort: new AbortController(), done: Promise.resolve() };
    held.set(row.id, work);
    work.done = doWork(row, work)
      .catch(failed)
      .finally(() => held.delete(row.id));
    return work.done;
  };

  return {
    async run() {
      while (!closing.signal.aborted) {
        const limit = Math.min(BATCH, concurrency - held.size);
        if (limit <= 0) return;
        const rows = await store.claimDue(kind, { limit, lease_ms });
        const done = rows.map((row) => {
          const underWay = held.get(row.id);
          if (underWay === undefined) return begin(row);
          // Its lease ran out unnoticed: the work goes on under the new one, and is not begun again beside it.
          underWay.leased = row;
          return underWay.done;
        });
        if (renew_ms === null) await Promise.all(done);
        if (rows.length < limit) return;
        await timers.yieldTurn();
      }
    },
    async stop() {
      closing.abort();
      for (const { abort } of held.values()) abort.abort();
      await Promise.all([...held.values()].map(({ done }) => done));
    },
  };
}
