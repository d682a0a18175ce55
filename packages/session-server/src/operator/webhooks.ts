import type { Recording } from '../audit/index.ts';
import type { Timers } from '../jobs/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Row, Store } from '../store/store.ts';
import { WEBHOOK_DELIVERY, type WebhookDelivery } from '../webhooks/kinds.ts';
import { type Operator, told } from './by.ts';
import { OperatorError } from './operator-error.ts';
import { type Page, type PageOptions, pageOf, sliceOf } from './pages.ts';
import { seconds } from './records.ts';

/** News that a website has not taken yet, as an operator sees it. Times are Unix seconds. */
export interface DeliveryRecord {
  readonly delivery_id: string;
  readonly client_id: string;
  readonly type: WebhookDelivery['type'];
  /** `dead`: it is sent no more unless an operator says so. */
  readonly state: WebhookDelivery['state'];
  /** How often it was sent in vain. */
  readonly attempts: number;
  /** How the last attempt ended; null before the first. */
  readonly reason: string | null;
  readonly happened_at: number;
  readonly last_at: number | null;
  /** When it is sent again; null for a dead one. */
  readonly next_at: number | null;
}

/** Which deliveries. Each that is given must fit. */
export interface DeliveryFilter extends PageOptions {
  readonly client_id?: string | undefined;
  readonly state?: WebhookDelivery['state'] | undefined;
}

export interface WebhookActs {
  /** What was not taken yet, by id. What was taken has no row. */
  list(filter: DeliveryFilter): Promise<Page<DeliveryRecord>>;
  /** Sends it again at once, with all attempts that it had at first. @throws OperatorError `not_found` */
  redeliver(by: Operator, id: string): Promise<DeliveryRecord>;
}

export interface WebhookActsDependencies {
  readonly store: Store;
  readonly recording: Recording;
  readonly timers: Pick<Timers, 'yieldTurn'>;
}

export function createWebhookActs({ store, recording, timers }: WebhookActsDependencies): WebhookActs {
  const deliveries = collectionOf(store, WEBHOOK_DELIVERY);
  return {
    list: ({ client_id, state, ...page }) =>
      pageOf(
        page,
        async (limit, after) => {
          const { rows } = await deliveries.list(limit, after ?? '');
          return sliceOf(rows, limit);
        },
        ({ id }) => id,
        (row) =>
          (client_id === undefined || row.value.client_id === client_id) &&
          (state === undefined || row.value.state === state)
            ? deliveryRecord(row)
            : null,
        () => timers.yieldTurn(),
      ),
    async redeliver(by, id) {
      const { row } = await deliveries.update(id, (found, now) => {
        if (found === null) return null;
        const { value, expires_at } = found;
        const { client_id, type } = value;
        const event = { type: 'webhook.redelivered', client_id, detail: type, ...told(by) } as const;
        return {
          value: { ...value, attempts: 0, state: 'waiting' },
          expires_at,
          due_at: now,
          also: recording.writes(id, null, [event], now),
        };
      });
      if (row === null) throw new OperatorError('not_found', 'there is no such delivery: it was taken, or is too old');
      return deliveryRecord(row);
    },
  };
}

function deliveryRecord({ id, due_at, value }: Row<WebhookDelivery>): DeliveryRecord {
  const { client_id, type, state, attempts, last, at } = value;
  return {
    delivery_id: id,
    client_id,
    type,
    state,
    attempts,
    reason: last?.reason ?? null,
    happened_at: seconds(at),
    last_at: last === null ? null : seconds(last.at),
    next_at: due_at === null ? null : seconds(due_at),
  };
}
