import type { Client, WebhookType } from '../session/index.ts';
import { inserting } from '../store/collection.ts';
import type { Write } from '../store/store.ts';
import { WEBHOOK_DELIVERY } from './kinds.ts';

/** What was not taken within a day is kept as a dead letter until it is this old, in ms. */
const RETENTION_MS = 14 * 86_400_000;

/** What a webhook says: ids and codes, and no claim. */
export type WebhookData = Readonly<Record<string, string | number | null>>;

/**
 * The write that owes a website the news, for the commit of what it tells; none where the website does not listen to it.
 * @param id of a row in that commit and a word, which no other news of it has: it is told once
 */
export function owed(
  { client_id, webhook }: Pick<Client, 'client_id' | 'webhook'>,
  type: WebhookType,
  data: WebhookData,
  id: string,
  now: number,
): readonly Write[] {
  if (webhook === null || !webhook.events.includes(type)) return [];
  return [
    inserting(WEBHOOK_DELIVERY, id, {
      value: { client_id, type, at: now, data, attempts: 0, state: 'waiting', last: null },
      expires_at: now + RETENTION_MS,
      due_at: now,
    }),
  ];
}
