import { AUDIT_TYPES } from '../audit/index.ts';
import { type Html, html } from '../http/pages/html.ts';
import { type AuditRecord, brokenLinkText, type Page, type VerificationRecord, timeText } from '../operator/index.ts';
import { command } from './act.ts';
import { eventWords } from './event-words.ts';
import { requestOf, saysOf } from './sign-in-pages.ts';
import { more, select, state, table } from './table.ts';
import { countText } from './words.ts';

/** Which events the page shows; empty texts for all. */
export interface AuditAsked {
  readonly request: string;
  readonly session: string;
  readonly client: string;
  readonly type: string;
}

export function auditBody(options: {
  readonly page: Page<AuditRecord>;
  readonly asked: AuditAsked;
  /** Null where it was not asked whether the trail is whole. */
  readonly verification: VerificationRecord | null;
}): Html {
  const { page, asked, verification } = options;
  const query = new URLSearchParams({ ...asked, cursor: page.next ?? '' });
  return html`<p class="small">
      The newest first, times in UTC. Each event rests in the commit that it tells of, and is sealed into a hash chain.
    </p>
    ${verification === null ? html`<p><a href="/audit?verify=1">Is the trail whole?</a></p>` : verdict(verification)}
    <form class="filters" action="/audit">
      <label>Request <input name="request" value="${asked.request}" maxlength="200" /></label>
      <label>Sign-in <input name="session" value="${asked.session}" maxlength="200" /></label>
      <label>Client <input name="client" value="${asked.client}" maxlength="200" /></label>
      <label>Event ${select('type', asked.type, AUDIT_TYPES)}</label>
      <button class="button small-button quiet">Filter</button>
    </form>
    ${table(
      'Audit trail',
      ['Time (UTC)', 'Event', 'Client', 'App', 'Sign-in', 'Says', 'Request'],
      page.items.map((event) => {
        const { says, tone } = eventWords(event.type);
        return [
          timeText(event.at_ms),
          state(says, tone),
          event.client_id,
          event.connector,
          event.session === null
            ? null
            : html`<a href="/sign-ins/${encodeURIComponent(event.session)}"><code>${event.session}</code></a>`,
          saysOf(event),
          requestOf(event),
        ];
      }),
      'No event fits.',
    )}
    ${more(page.next === null ? null : `/audit?${query.toString()}`)}
    ${command('To take it away:', 'beckon-server audit export')}`;
}

function verdict({ is_whole, broken, batches, events, unsealed }: VerificationRecord): Html {
  const counted = `${countText(events)} events in ${countText(batches)} batches, and ${countText(unsealed)} rows that wait to be sealed`;
  if (is_whole) return html`<p class="notice" data-tone="good" role="status">The trail is whole: ${counted}.</p>`;
  return html`<div class="notice" data-tone="bad" role="alert">
    <p>The trail is not whole: ${counted}.</p>
    ${broken.map((link) => html`<p>${brokenLinkText(link)}</p>`)}
  </div>`;
}
