import type { Secrets } from '../secrets/index.ts';
import type { Store } from '../store/store.ts';

/** What providers have delivered, by connector and id. */
export interface Deliveries {
  /** Whether it was acted upon before. */
  has(connector: string, event_id: string): Promise<boolean>;
  /** It was acted upon. Twice is once. */
  add(connector: string, event_id: string): Promise<void>;
}

/** A delivery's id is remembered longer than any provider repeats it, in ms. */
const WEBHOOK_MEMORY_MS = 7 * 86_400_000;

export function createDeliveries(store: Store, secrets: Pick<Secrets, 'fingerprint'>): Deliveries {
  const kind = 'webhook_event';
  const rowId = (connector: string, event_id: string): string =>
    secrets.fingerprint(JSON.stringify([kind, connector, event_id]));
  return {
    has: async (connector, event_id) => (await store.get(kind, rowId(connector, event_id))) !== null,
    async add(connector, event_id) {
      const expires_at = (await store.now()) + WEBHOOK_MEMORY_MS;
      const row = { id: rowId(connector, event_id), version: 1, expires_at, due_at: null, value: null };
      await store.commit([{ op: 'insert', kind, row }]);
    },
  };
}
