import { type Html, html } from '../http/pages/html.ts';
import { type ShownClient, timeText } from '../operator/index.ts';
import { act, command } from './act.ts';
import { facts, state, table } from './table.ts';
import { agoText } from './words.ts';

/** An identity app, and whether it is switched off. */
export interface ShownConnector {
  readonly id: string;
  readonly name: string;
  readonly disabled: { readonly at: number; readonly by: string; readonly reason: string | null } | null;
}

interface Acting {
  readonly canWrite: boolean;
  readonly form_token: string;
  readonly now: number;
}

export function clientsBody(
  clients: readonly ShownClient[],
  connectors: readonly ShownConnector[],
  acting: Acting,
): Html {
  return html`${table(
      'Clients',
      ['Client', 'Name', 'State', 'From', 'Changed'],
      clients.map(({ client_id, client, disabled, source, changed_at, hidden }) => [
        html`<a href="/clients/${encodeURIComponent(client_id)}">${client_id}</a>`,
        nameOf(client),
        stateOf(disabled, hidden),
        source === 'file' ? 'the file' : 'the store',
        changed_at === null ? null : agoText(changed_at, acting.now),
      ]),
      'There is no client.',
    )}
    ${command('To add one:', 'beckon-server clients add ID client_name=NAME redirect_uris=URI')}
    <h2>Identity apps</h2>
    ${table(
      'Identity apps',
      ['App', 'Name', 'State', 'Act'],
      connectors.map(({ id, name, disabled }) => [
        id,
        name,
        stateOf(disabled, false),
        acting.canWrite ? switchAct('apps', id, 'app', disabled !== null, acting.form_token) : null,
      ]),
      'There is no app.',
    )}`;
}

function stateOf(disabled: ShownConnector['disabled'], hidden: boolean): Html {
  if (hidden) return state('hidden by the file', 'warm');
  return disabled === null ? state('on', 'good') : state('disabled', 'bad');
}

function switchAct(
  kind: 'clients' | 'apps',
  id: string,
  what: 'client' | 'app',
  isOff: boolean,
  form_token: string,
): Html {
  const action = `/${kind}/${encodeURIComponent(id)}/${isOff ? 'enable' : 'disable'}`;
  if (isOff) return act({ action, form_token, says: `Enable this ${what}`, consequence: null });
  const consequence =
    what === 'client'
      ? 'Within a second its sign-ins fail, and its tokens are refused at every process. It can be enabled again.'
      : 'Within a second it is offered to no one, and sign-ins with it fail. It can be enabled again.';
  return act({ action, form_token, says: `Disable this ${what}`, consequence });
}

export function clientBody(shown: ShownClient, { canWrite, form_token, now }: Acting): Html {
  const { client_id, client, disabled, source, version, secrets, temporary, hidden } = shown;
  const quoted = encodeURIComponent(client_id);
  return html`${facts([
      ['Client', html`<code>${client_id}</code>`],
      ['State', stateOf(disabled, hidden)],
      ...(disabled === null
        ? []
        : ([
            [
              'Disabled',
              `${agoText(disabled.at, now)}, by ${disabled.by}${disabled.reason === null ? '' : `: ${disabled.reason}`}`,
            ],
          ] as const)),
      [
        'From',
        source === 'file' ? 'the configuration file, which alone changes it' : `the store, version ${String(version)}`,
      ],
    ])}
    ${canWrite ? html`<div class="acts">${switchAct('clients', client_id, 'client', disabled !== null, form_token)}</div>` : null}
    <h2>Members</h2>
    ${facts(Object.entries(client).map(([name, value]) => [name, valueText(value)] as const))}
    ${
      secrets.length === 0
        ? null
        : html`<h2>Secrets</h2>
            ${table(
              'Secrets',
              ['Number', 'Added', 'Until'],
              secrets.map(({ n, added_at, until }) => [
                n,
                timeText(added_at),
                until === null ? 'no end' : timeText(until),
              ]),
              '',
            )}`
    }
    ${
      temporary.length === 0
        ? null
        : html`<h2>Addresses with an end</h2>
            ${table(
              'Addresses with an end',
              ['Member', 'Address', 'Until'],
              temporary.map(({ member, value, until }) => [member, value, timeText(until)]),
              '',
            )}`
    }
    <p class="small">
      <a href="/sign-ins?client=${quoted}">Its sign-ins</a> · <a href="/audit?client=${quoted}">Its audit trail</a>
    </p>
    ${source === 'store' ? command('To change it:', `beckon-server clients edit ${client_id} MEMBER=VALUE`) : null}`;
}

/** What people read. */
export function nameOf(client: ShownClient['client']): string {
  const name = client['client_name'];
  return typeof name === 'string' ? name : '';
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    return value.length === 0 ? 'none' : value.join('\n');
  return JSON.stringify(value);
}
