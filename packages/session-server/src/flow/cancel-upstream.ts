import type { Connector } from '../connectors/connector.ts';
import type { Timers } from '../jobs/index.ts';
import type { Session } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store, Write } from '../store/store.ts';
import { type CancelOrder, UPSTREAM_CANCEL } from './kinds.ts';

/** An order that nobody could deliver is given up after this long, in ms. */
const CANCEL_RETENTION_MS = 600_000;
/** Telling a provider that nobody waits is tried this often. */
const ATTEMPTS = 3;
/** A provider has this long to answer, in ms. */
const ANSWER_MS = 10_000;
/** Between two attempts, in ms: longer than one takes, so that no two are under way at once. */
const AGAIN_MS = 15_000;

/** What is owed to the provider when a session that it conducts ends on our side: stored with that end. */
export function cancelUpstream(before: Session, now: number): readonly Write[] {
  if ((before.status !== 'initialized' && before.status !== 'retrieved') || before.upstream === null) return [];
  return [cancelOrder(`${before.id}.${before.version}`, before.choice?.connector ?? '', before.upstream.kept, now)];
}

/** `id` is the order's own: each is delivered once. */
export function cancelOrder(id: string, connector: string, kept: unknown, now: number): Write {
  const value: CancelOrder = { connector, kept, attempts: 0 };
  const row = {
    id,
    version: 1,
    schema: UPSTREAM_CANCEL.schema,
    expires_at: now + CANCEL_RETENTION_MS,
    due_at: now,
    value,
  };
  return { op: 'insert', kind: UPSTREAM_CANCEL.name, row };
}

/** Delivers the orders. */
export interface CancelUpstream {
  /** Resolves once the provider is being told: a slow one keeps nobody else waiting. */
  deliver(id: string): Promise<void>;
  /** Resolves once nothing is under way. */
  close(): Promise<void>;
}

export function createCancelUpstream(
  store: Store,
  connectors: ReadonlyMap<string, Connector>,
  timers: Pick<Timers, 'sleep'>,
): CancelUpstream {
  const orders = collectionOf(store, UPSTREAM_CANCEL);
  const running = new Set<Promise<unknown>>();
  return {
    async deliver(id) {
      let seen: number | null = null;
      // Taken before the provider hears of it: of several nodes one tells it, and a crash counts as an attempt.
      const { before, row } = await orders.update(id, (found, now) => {
        // Another node took it between our look and our write.
        if (found === null || (seen !== null && seen !== found.version)) return null;
        seen = found.version;
        return { ...found, due_at: now + AGAIN_MS, value: { ...found.value, attempts: found.value.attempts + 1 } };
      });
      if (row === null || row === before) return;
      const { connector, kept, attempts } = row.value;
      const upstream = connectors.get(connector)?.upstream ?? null;
      const tell = async (): Promise<void> => {
        const told = upstream === null || (await within(ANSWER_MS, upstream.cancel(kept), timers));
        if (!told && attempts < ATTEMPTS) return;
        await orders.remove(row);
      };
      // What could not be removed is told once more, and over by itself in the end.
      const telling = tell()
        .catch(() => undefined)
        .finally(() => running.delete(telling));
      running.add(telling);
    },
    async close() {
      await Promise.all(running);
    },
  };
}

/** Whether `work` succeeded within `ms`. */
async function within(ms: number, work: Promise<unknown>, { sleep }: Pick<Timers, 'sleep'>): Promise<boolean> {
  const answered = new AbortController();
  const told = work.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([told, sleep(ms, answered.signal).then(() => false)]);
  } finally {
    answered.abort();
  }
}
