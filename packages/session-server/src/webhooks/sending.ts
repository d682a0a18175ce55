import { RETRIES_MS, type Worker } from '../jobs/index.ts';
import { type CheckedPost, networkReasonOf } from '../outbound/index.ts';
import type { ClientDirectory, ClientWebhook } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Row, Store } from '../store/store.ts';
import { WEBHOOK_DELIVERY, type WebhookDelivery } from './kinds.ts';
import { signatures } from './signature.ts';

/** Deliveries under way in one process, … */
const CONCURRENCY = 200;
/** … and of one website: one that hangs holds up no other. */
const PER_CLIENT = 4;
/** What finds no place waits so long, in ms, and longer the more found none since the website took anything: … */
const NO_PLACE_MS = 1_000;
const LONGER_MS = 10;
/** … a website that hangs with thousands of deliveries is not asked for each of them every second. */
const LONGEST_MS = 60_000;
/** A process that dies over a delivery gives it back after this long, in ms; while it lives it renews that, this often. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** The next attempt comes up to so much later than said, as a part: receivers that failed together are not called together. */
const JITTER = 0.2;

export interface SendingDependencies {
  readonly store: Store;
  readonly clients: Pick<ClientDirectory, 'registered'>;
  readonly post: CheckedPost;
  /** A whole number from 0 up to, not including, `below`. */
  readonly randomInt: (below: number) => number;
  /** Hears of an attempt that failed; `last` where it was the last. For the log. */
  readonly onFailed: (delivery: WebhookDelivery, reason: string, last: boolean) => void;
}

/** What receivers know a delivery by, the same at every attempt. */
function webhookId(id: string): string {
  return `msg_${id.replaceAll('.', '-')}`;
}

/** Sends what websites are owed, each delivery a row under a lease: at least once, for a day. */
export function createSending(deps: SendingDependencies): Worker {
  const deliveries = collectionOf(deps.store, WEBHOOK_DELIVERY);
  const underWay = new Map<string, number>();
  /** How many deliveries found no place since the website took one, by client. */
  const refused = new Map<string, number>();

  /** Null for taken; else why not. */
  const send = async (
    webhook: ClientWebhook,
    { id, value }: Row<WebhookDelivery>,
    now: number,
  ): Promise<string | null> => {
    const { type, at, data } = value;
    const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
    const timestamp = Math.floor(now / 1000);
    const name = webhookId(id);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Beckon',
      'webhook-id': name,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatures(webhook.secrets, name, timestamp, body),
    };
    try {
      const status = await deps.post(webhook.uri, headers, body);
      if (status >= 200 && status < 300) return null;
      return status === 410 ? GONE : `status_${status}`;
    } catch (error) {
      return networkReasonOf(error) ?? 'failed';
    }
  };
  const failed = async (row: Row<WebhookDelivery>, reason: string): Promise<void> => {
    const { value, expires_at } = row;
    const wait = reason === GONE ? undefined : RETRIES_MS[value.attempts];
    deps.onFailed(value, reason, wait === undefined);
    await deps.store.commit((now) => [
      deliveries.swapping(row, {
        value: {
          ...value,
          attempts: value.attempts + 1,
          state: wait === undefined ? 'dead' : 'waiting',
          last: { at: now, reason },
        },
        expires_at,
        due_at: wait === undefined ? null : now + wait + deps.randomInt(Math.ceil(wait * JITTER) + 1),
      }),
    ]);
  };

  return {
    kind: WEBHOOK_DELIVERY.name,
    concurrency: CONCURRENCY,
    lease_ms: LEASE_MS,
    renew_ms: RENEW_MS,
    async handle({ id }) {
      const { row, now } = await deliveries.get(id);
      if (row === null || row.value.state === 'dead') return;
      const { client_id } = row.value;
      const client = await deps.clients.registered(client_id);
      // A website that is gone, or wants to hear nothing any more, is owed nothing.
      if (client === null || client.webhook === null) {
        await deliveries.remove(row);
        return;
      }
      const places = underWay.get(client_id) ?? 0;
      if (places >= PER_CLIENT) {
        const { value, expires_at } = row;
        const others = refused.get(client_id) ?? 0;
        refused.set(client_id, others + 1);
        const wait = Math.min(LONGEST_MS, NO_PLACE_MS + others * LONGER_MS);
        await deps.store.commit((at) => [deliveries.swapping(row, { value, expires_at, due_at: at + wait })]);
        return;
      }
      underWay.set(client_id, places + 1);
      try {
        const reason = await send(client.webhook, row, now);
        if (reason === null) refused.delete(client_id);
        await (reason === null ? deliveries.remove(row) : failed(row, reason));
      } finally {
        const left = (underWay.get(client_id) ?? 1) - 1;
        if (left === 0) underWay.delete(client_id);
        else underWay.set(client_id, left);
      }
    },
  };
}

/** The receiver says that it is there no more (RFC 9110 §15.5.11): nothing is tried again. */
const GONE = 'gone';
