import { Webhook } from 'standardwebhooks';

/** Public, as everything in the demo. The session server signs with it, and `beckon.config.ts` has it too. */
const SECRET = 'whsec_ZGVtby13ZWJob29rLXNlY3JldC1vZi10aGUtc2hvcCE=';
/** Deliveries that the page shows. */
const SHOWN = 20;

/** What the session server told the shop. */
export interface News {
  /** The same at every attempt: what was taken once is not taken twice. */
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What was delivered lately, the newest first. */
export class WebhookLog {
  readonly #news: News[] = [];

  /** @param headers as they came @throws Error where the shop's secret did not sign it, or too long ago */
  take(headers: Readonly<Record<string, string | string[] | undefined>>, body: string): void {
    const id = textOf(headers['webhook-id']);
    const verified = new Webhook(SECRET).verify(body, {
      'webhook-id': id,
      'webhook-timestamp': textOf(headers['webhook-timestamp']),
      'webhook-signature': textOf(headers['webhook-signature']),
    }) as Omit<News, 'id'>;
    // At least once: an answer that got lost brings it again.
    if (this.#news.some((known) => known.id === id)) return;
    this.#news.unshift({ ...verified, id });
    this.#news.length = Math.min(this.#news.length, SHOWN);
  }

  get latest(): readonly News[] {
    return this.#news;
  }
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
