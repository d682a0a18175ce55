import { isEnd } from '@beckon/protocol';
import { type Html, html } from '../http/pages/html.ts';
import { type AuditRecord, type Page, type SessionRecord, type SessionStory, timeText } from '../operator/index.ts';
import { act } from './act.ts';
import { dataText, eventWords, STATUS_WORDS } from './event-words.ts';
import { grantTable } from './people-pages.ts';
import { facts, more, select, state, table } from './table.ts';
import { agoText, lastedText } from './words.ts';

/** Which sign-ins the list shows; empty texts for all. */
export interface SignInFilter {
  readonly client: string;
  readonly connector: string;
  readonly status: string;
}

export function signInTable(records: readonly SessionRecord[], now: number, empty: string): Html {
  return table(
    'Sign-ins',
    ['Began', 'Client', 'App', 'Status', 'Reason', 'Sign-in'],
    records.map(({ created_at, client_id, connector, status, reason, session }) => [
      html`<span title="${timeText(created_at * 1000)}">${agoText(created_at * 1000, now)}</span>`,
      html`<a href="/clients/${encodeURIComponent(client_id)}">${client_id}</a>`,
      connector,
      statusOf(status),
      reason,
      html`<a href="/sign-ins/${encodeURIComponent(session)}"><code>${session}</code></a>`,
    ]),
    empty,
  );
}

export function statusOf(status: string): Html {
  const [says, tone] = STATUS_WORDS[status] ?? [status, 'calm'];
  return state(says, tone);
}

/** Sign-ins that go on, or ended within the last hour. */
export function signInsBody(options: {
  readonly page: Page<SessionRecord>;
  readonly filter: SignInFilter;
  readonly connectors: readonly string[];
  readonly now: number;
}): Html {
  const { page, filter, connectors, now } = options;
  const newestFirst = page.items.toSorted((a, b) => b.created_at - a.created_at);
  const query = new URLSearchParams({ ...filter, cursor: page.next ?? '' });
  return html`<p class="small">Sign-ins that go on, or ended within the last hour. The audit trail has earlier ones.</p>
    <form class="filters" action="/sign-ins">
      <label>Client <input name="client" value="${filter.client}" maxlength="200" /></label>
      <label>App ${select('connector', filter.connector, connectors)}</label>
      <label>Status ${select('status', filter.status, Object.keys(STATUS_WORDS))}</label>
      <button class="button small-button quiet">Filter</button>
    </form>
    ${signInTable(newestFirst, now, 'No sign-in fits. A page that shows a code is a sign-in.')}
    ${more(page.next === null ? null : `/sign-ins?${query.toString()}`)}`;
}

/** One sign-in from its beginning to its end. */
export function signInBody(options: {
  /** As it was asked for. */
  readonly id: string;
  readonly story: SessionStory;
  /** Why it went wrong and what to do, in plain words; empty where nothing did. */
  readonly verdict: readonly string[];
  readonly canWrite: boolean;
  readonly form_token: string;
  readonly now: number;
}): Html {
  const { story, verdict, canWrite, form_token, now } = options;
  const { record, grant, events } = story;
  const id = record?.session ?? grant?.session ?? events[0]?.session ?? options.id;
  const isLive = record !== null && !isEnd(record.status);
  return html`${verdict.length === 0 ? null : html`<div class="notice" data-tone="warm">${verdict.map((line) => html`<p>${line}</p>`)}</div>`}
    ${facts([
      ['Sign-in', html`<code>${id}</code>`],
      ['Client', clientOf(record?.client_id ?? grant?.client_id ?? events[0]?.client_id ?? null)],
      ['App', record?.connector ?? events.find(({ connector }) => connector !== null)?.connector ?? null],
      ['Status', record === null ? 'its row is over' : statusOf(record.status)],
      ['Reason', record?.reason ?? null],
      [
        'Began',
        record === null ? null : `${timeText(record.created_at * 1000)} (${agoText(record.created_at * 1000, now)})`,
      ],
    ])}
    ${
      canWrite && (isLive || grant?.state === 'active')
        ? html`<div class="acts">
            ${act({
              action: `/sign-ins/${encodeURIComponent(id)}/revoke`,
              form_token,
              says: 'Revoke this sign-in',
              consequence:
                'Its page, its code and its tokens end at once, and the website is told. It cannot be undone.',
            })}
          </div>`
        : null
    }
    <h2>What happened</h2>
    ${timeline(events)}
    ${
      grant === null
        ? null
        : html`<h2>What the website was given</h2>
            ${grantTable([grant], now, '')}`
    }`;
}

function clientOf(client_id: string | null): Html | null {
  return client_id === null ? null : html`<a href="/clients/${encodeURIComponent(client_id)}">${client_id}</a>`;
}

/** The oldest first: how a story is read. */
function timeline(events: readonly AuditRecord[]): Html {
  const inOrder = events.toReversed();
  const began = inOrder[0]?.at_ms ?? 0;
  return table(
    'What happened',
    ['Time (UTC)', 'After', 'Event', 'Says', 'Request'],
    inOrder.map((event) => {
      const { says, tone } = eventWords(event.type);
      return [
        timeText(event.at_ms),
        lastedText(event.at_ms - began),
        state(says, tone),
        saysOf(event),
        requestOf(event),
      ];
    }),
    'The audit trail has nothing of it yet: a page that is only shown is no event.',
  );
}

export function saysOf({ reason, detail, by, data }: AuditRecord): string | null {
  const parts = [reason, detail, dataText(data), by === null ? null : `by ${by}`].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' · ');
}

export function requestOf({ request_id }: AuditRecord): Html | null {
  if (request_id === null) return null;
  return html`<a href="/audit?request=${encodeURIComponent(request_id)}"><code>${request_id}</code></a>`;
}
