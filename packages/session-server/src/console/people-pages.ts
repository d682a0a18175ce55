import { type Html, html } from '../http/pages/html.ts';
import { type GrantRecord, type Page, timeText } from '../operator/index.ts';
import { act, command } from './act.ts';
import { select, state, table } from './table.ts';
import { agoText } from './words.ts';

const STATES = { active: ['holds', 'good'], revoked: ['revoked', 'bad'], ended: ['ended', 'bad'] } as const;

export function grantTable(grants: readonly GrantRecord[], now: number, empty: string): Html {
  return table(
    'Grants',
    ['Agreed', 'Client', 'State', 'Scope', 'Until', 'Sign-in'],
    grants
      .toSorted((a, b) => b.agreed_at - a.agreed_at)
      .map(({ agreed_at, client_id, state: is, scope, expires_at, refreshable, session }) => {
        const [says, tone] = STATES[is];
        return [
          html`<span title="${timeText(agreed_at * 1000)}">${agoText(agreed_at * 1000, now)}</span>`,
          html`<a href="/clients/${encodeURIComponent(client_id)}">${client_id}</a>`,
          state(says, tone),
          scope,
          `${timeText(expires_at * 1000)}${refreshable ? ', unless refreshed' : ''}`,
          html`<a href="/sign-ins/${encodeURIComponent(session)}"><code>${session}</code></a>`,
        ];
      }),
    empty,
  );
}

/** Whom the page is about: empty texts for no one. */
export interface PersonAsked {
  readonly sub: string;
  readonly connector: string;
  readonly subject: string;
}

/** What a person agreed to, at every website; and their end. */
export function peopleBody(options: {
  readonly asked: PersonAsked;
  readonly connectors: readonly string[];
  /** Null where no person was asked for. */
  readonly grants: Page<GrantRecord> | null;
  readonly canWrite: boolean;
  readonly form_token: string;
  readonly now: number;
}): Html {
  const { asked, connectors, grants, canWrite, form_token, now } = options;
  return html`<p class="small">
      A person is found by their <code>sub</code> at any website, or by the app and what the app calls them.
    </p>
    <form class="filters" method="post" action="/people">
      <input type="hidden" name="form_token" value="${form_token}" />
      <label>sub <input name="sub" value="${asked.sub}" maxlength="200" autocomplete="off" /></label>
      <label>or App ${select('connector', asked.connector, connectors)}</label>
      <label
        >and their id there <input name="subject" value="${asked.subject}" maxlength="500" autocomplete="off"
      /></label>
      <button class="button small-button quiet">Find</button>
    </form>
    ${grants === null ? null : found(grants, asked, canWrite, form_token, now)}`;
}

function found(
  grants: Page<GrantRecord>,
  asked: PersonAsked,
  canWrite: boolean,
  form_token: string,
  now: number,
): Html {
  const name = asked.sub === '' ? `--connector ${asked.connector} --subject …` : `--sub ${asked.sub}`;
  return html`${grantTable(grants.items, now, 'The store has no grant of this person.')}
  ${grants.next === null ? null : html`<p class="small">There are more: <code>beckon-server grants list</code> lists all.</p>`}
  ${
    grants.items.length === 0 || !canWrite
      ? null
      : html`<div class="acts">
          ${act({
            action: '/people/end',
            form_token,
            says: 'End this person’s access',
            consequence:
              'Every sign-in, code and token of theirs ends at every website, and the websites are told. They may sign in again.',
            fields: { ...asked },
          })}
        </div>`
  }
  ${command('To export or erase what is kept of them:', `beckon-server persons export ${name}`)}`;
}
