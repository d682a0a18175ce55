import type { Store } from '../store/store.ts';

/** Work is looked for this often, in ms. */
const INTERVAL_MS = 500;
/** Rows taken at once. */
const BATCH = 100;
/** A node that dies while it works gives the row back after this long, in ms. */
const LEASE_MS = 10_000;
/** What is over is deleted this often, in ms. */
const SWEEP_INTERVAL_MS = 60_000;
const SWEEP_BATCH = 5000;

export interface DueLoop {
  /** One round: everything that is due now. */
  runOnce(): Promise<void>;
  start(): void;
  /** Resolves once the round under way is over. */
  stop(): Promise<void>;
}

/**
 * Does what is owed later. Each piece of work is a row that is due, taken under a lease, so that any
 * node can do it and a crash only delays it. `failed` hears of a round that threw; the loop goes on.
 */
export function createDueLoop(
  store: Store,
  work: Readonly<Record<string, (id: string) => Promise<unknown>>>,
  failed: (error: unknown) => void,
): DueLoop {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let sweptAt = 0;

  const runOnce = async (): Promise<void> => {
    for (const [kind, handle] of Object.entries(work)) {
      for (;;) {
        const rows = await store.claimDue(kind, { limit: BATCH, lease_ms: LEASE_MS });
        for (const row of rows) await handle(row.id).catch(failed);
        if (rows.length < BATCH) break;
      }
    }
    const now = await store.now();
    if (now - sweptAt >= SWEEP_INTERVAL_MS) {
      sweptAt = now;
      await store.sweep(SWEEP_BATCH);
    }
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = runOnce()
        .catch(failed)
        .finally(() => {
          if (!stopped) schedule();
        });
    }, INTERVAL_MS);
  };
  return {
    runOnce,
    start: schedule,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
