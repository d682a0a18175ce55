import type { Connector } from '../connectors/connector.ts';
import type { Timers } from '../jobs/index.ts';
import type { Session } from '../session/index.ts';
import { collectionOf, inserting } from '../store/collection.ts';
import type { Store, Write } from '../store/store.ts';
import { UPSTREAM_CANCEL } from './kinds.ts';

/** An order that could not be delivered is given up after this long, in ms. */
const CANCEL_RETENTION_MS = 600_000;
/** Telling a provider that no browser waits is tried this often. */
const ATTEMPTS = 3;
/** A provider has this long to answer, in ms. */
const ANSWER_MS = 10_000;
/** From a failure to the next attempt, in ms. */
const AGAIN_MS = 15_000;

/** What is owed to the provider when a session that it conducts ends on our side: stored with that end. */
export function cancelUpstream(before: Session, now: number): readonly Write[] {
  if ((before.status !== 'initialized' && before.status !== 'retrieved') || before.upstream === null) return [];
  return [
    cancelOrder(`${before.id}.${before.version}`, before.choice?.connector ?? '', before.upstream.provider_state, now),
  ];
}

/** `id` is the order's own: each is delivered once. */
export function cancelOrder(id: string, connector: string, provider_state: unknown, now: number): Write {
  const value = { connector, provider_state, attempts: 0 };
  return inserting(UPSTREAM_CANCEL, id, { value, expires_at: now + CANCEL_RETENTION_MS, due_at: now });
}

/**
 * Delivers one order, under the lease of the jobs: of several nodes one tells the provider. Where the
 * lease was lost unnoticed two may, which does no harm. It does not end with the jobs: they wait for it.
 */
export function createCancelUpstream(
  store: Store,
  connectors: ReadonlyMap<string, Connector>,
  timers: Pick<Timers, 'sleep'>,
): (id: string) => Promise<void> {
  const orders = collectionOf(store, UPSTREAM_CANCEL);
  return async (id) => {
    const { row: order } = await orders.get(id);
    if (order === null) return;
    const { connector, provider_state } = order.value;
    const upstream = connectors.get(connector)?.upstream ?? null;
    const told =
      upstream === null || (await within(ANSWER_MS, (async () => upstream.cancel(provider_state))(), timers));
    const attempts = order.value.attempts + 1;
    if (told || attempts >= ATTEMPTS) {
      await orders.remove(order);
      return;
    }
    const { expires_at } = order;
    // Unless another node was handed it, and has counted its own attempt.
    await store.commit((now) => [
      orders.swapping(order, { value: { connector, provider_state, attempts }, expires_at, due_at: now + AGAIN_MS }),
    ]);
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
