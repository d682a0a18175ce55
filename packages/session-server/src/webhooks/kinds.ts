import type { WebhookType } from '../session/index.ts';
import { type KindOf, kindOf } from '../store/kinds.ts';

/** By a keyed hash of connector and event: it was acted upon. */
export const WEBHOOK_EVENT: KindOf<null> = kindOf('webhook_event');

/** News that a website is owed. */
export interface WebhookDelivery {
  readonly client_id: string;
  readonly type: WebhookType;
  /** When it happened, ms since the epoch. */
  readonly at: number;
  readonly data: Readonly<Record<string, string | number | null>>;
  /** How often it was sent in vain. */
  readonly attempts: number;
  /** `dead`: it is sent no more unless an operator says so. What was taken has no row. */
  readonly state: 'waiting' | 'dead';
  /** How the last attempt ended: a code, and ms since the epoch. */
  readonly last: { readonly at: number; readonly reason: string } | null;
}

/** By a row's id that it tells of, and a word. Due when it is to be sent. */
export const WEBHOOK_DELIVERY: KindOf<WebhookDelivery> = kindOf('webhook_delivery');
