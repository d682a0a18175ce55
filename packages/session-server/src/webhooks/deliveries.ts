import type { Secrets } from '../secrets/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { WEBHOOK_EVENT } from './kinds.ts';

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
  const deliveries = collectionOf(store, WEBHOOK_EVENT);
  const rowId = (connector: string, event_id: string): string =>
    secrets.fingerprint(JSON.stringify([WEBHOOK_EVENT.name, connector, event_id]));
  return {
    has: async (connector, event_id) => (await deliveries.get(rowId(connector, event_id))).row !== null,
    async add(connector, event_id) {
      await deliveries.insert(rowId(connector, event_id), (now) => ({
        value: null,
        expires_at: now + WEBHOOK_MEMORY_MS,
      }));
    },
  };
}
