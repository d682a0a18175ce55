import { type Html, html } from '../http/pages/html.ts';
import { type DeliveryRecord, type Page, timeText } from '../operator/index.ts';
import { act, command } from './act.ts';
import { state, table } from './table.ts';
import { agoText } from './words.ts';

/** News that websites have not taken yet. */
export function webhooksBody(
  page: Page<DeliveryRecord>,
  { canWrite, form_token, now }: { readonly canWrite: boolean; readonly form_token: string; readonly now: number },
): Html {
  const newestFirst = page.items.toSorted((a, b) => b.happened_at - a.happened_at);
  return html`<p class="small">News that a website has not taken yet. What is dead is sent no more by itself.</p>
    ${table(
      'Webhooks',
      ['Happened', 'Client', 'News', 'State', 'Attempts', 'Reason', 'Next (UTC)', 'Act'],
      newestFirst.map((each) => [
        agoText(each.happened_at * 1000, now),
        html`<a href="/clients/${encodeURIComponent(each.client_id)}">${each.client_id}</a>`,
        each.type,
        each.state === 'dead' ? state('dead', 'bad') : state('waits', 'warm'),
        each.attempts,
        each.reason,
        each.next_at === null ? null : timeText(each.next_at * 1000),
        canWrite
          ? act({
              action: `/webhooks/${encodeURIComponent(each.delivery_id)}/redeliver`,
              form_token,
              says: 'Deliver again',
              consequence: null,
            })
          : null,
      ]),
      'Websites have taken all news.',
    )}
    ${page.next === null ? null : command('There are more:', 'beckon-server webhooks list')}`;
}
