import type { Connector, WebhookEvent } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Store } from '../store/store.ts';
import { createDeliveries } from './deliveries.ts';

export interface WebhooksDependencies {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  /** Ends what this person of that connector agreed to until `at`, in ms since the epoch; null is until now. */
  readonly revoke: (connector: string, subject: string, at: number | null) => Promise<void>;
}

/** Verifies a delivery over its raw body. @throws ConnectorError `webhook_refused` */
export type DeliveryReader = (headers: Readonly<Record<string, string | undefined>>, body: Uint8Array) => WebhookEvent;

export interface Webhooks {
  /** Null for a connector that is not there, or whose provider calls no webhook. */
  readerOf(connector: string): DeliveryReader | null;
  /** Acts on a genuine event, once: a repeated delivery changes nothing. @throws StoreError */
  handle(connector: string, event: WebhookEvent): Promise<void>;
}

export function createWebhooks({ connectors, store, secrets, revoke }: WebhooksDependencies): Webhooks {
  const deliveries = createDeliveries(store, secrets);
  return {
    readerOf(connector) {
      const door = connectors.get(connector)?.webhooks ?? null;
      return door === null ? null : (headers, body) => door.read(headers, body);
    },
    async handle(connector, { id, effect }) {
      // A repeated genuine delivery, the provider's own included, must not end what was granted since.
      if (await deliveries.has(connector, id)) return;
      // Revoked before it is remembered: an event that was remembered and not acted upon would be lost.
      if (effect.type === 'revoked') await revoke(connector, effect.subject, effect.at);
      await deliveries.add(connector, id);
    },
  };
}
