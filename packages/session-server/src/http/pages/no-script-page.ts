import { type ConnectorOffer, type EndCause, type Mode, type Snapshot, isEnd } from '@beckon/protocol';
import { hiddenFields } from './hidden-fields.ts';
import { type Html, html } from './html.ts';
import { badge, type Sign } from './badge.ts';
import { mark } from './client-head.ts';
import { page } from './page.ts';
import { qrSvg } from './qr-svg.ts';
import { warning } from './warning.ts';

/** A button that says to the server what the person wants. It may be in the frame: the whole page goes there. */
function action(
  path: string,
  wanted: Readonly<Record<string, string>>,
  says: Html | string,
  kind: 'button' | 'button quiet' | 'link' = 'button quiet',
): Html {
  return html`<form method="post" action="${path}" target="_top">
    ${hiddenFields(wanted)}<button class="${kind}">${says}</button>
  </form>`;
}

const WAYS: Readonly<Record<Mode, (app: string) => string>> = {
  qr: () => 'Scan a code with another device',
  same_device: (app) => `Open ${app} on this device`,
  direct: () => 'Send a request to my phone',
};

/** The sign-in without script: who asks, the ways, and one frame with all that changes by itself. */
export function noScriptPage(path: string, snapshot: Snapshot): string {
  const { client, connectors, mode } = snapshot;
  const app = connectors.find(({ id }) => id === snapshot.connector) ?? null;
  const settled = isEnd(snapshot.status) || snapshot.status === 'confirmed';
  const cancel = action(path, { action: 'cancel' }, 'Cancel', 'link');
  const content = settled
    ? state(path, snapshot)
    : app === null
      ? html`<p class="lead">Choose the app that you use.</p>
          <div class="actions">${connectors.map((each) => choice(path, each))} ${cancel}</div>`
      : html`<p class="lead">${leadOf(mode, app)}</p>
          ${
            mode === 'same_device' && snapshot.same_device !== null
              ? html`<p class="actions">
                  <a class="button" href="${snapshot.same_device.url}" rel="noreferrer">Open ${app.names.en}</a>
                </p>`
              : null
          }
          <iframe
            class="live"
            ${mode === 'qr' ? html`data-code` : null}
            src="${path}/state"
            title="The code, and how far this sign-in is"
          ></iframe>
          <div class="actions">
            ${app.modes.flatMap((way) => (way === mode || way === 'direct' ? [] : [choose(path, app, way)]))}
            ${
              connectors.length === 1
                ? null
                : html`<details>
                    <summary>Choose another app</summary>
                    <div class="actions">
                      ${connectors.flatMap((each) => (each.id === app.id ? [] : [choice(path, each)]))}
                    </div>
                  </details>`
            }
            ${cancel}
          </div>`;
  return page({
    title: `Sign in to ${client.name}`,
    body: html`<main class="card">
      ${
        settled
          ? null
          : html`${mark(client)}
              <h1>Sign in to ${client.name}</h1>`
      }
      ${content}
    </main>`,
  });
}

function leadOf(mode: Mode | null, app: ConnectorOffer): string {
  if (mode === 'qr')
    return app.scan_with === 'camera'
      ? 'Scan this code with your phone’s camera. A new one comes every few seconds.'
      : `Scan this code with ${app.names.en}. A new one comes every few seconds.`;
  return mode === 'same_device'
    ? `Open ${app.names.en} on this device and confirm there.`
    : `A request is waiting in ${app.names.en}. Open it and confirm.`;
}

/** One app of the list: its code, else its link, else a field for whom to ask. */
function choice(path: string, app: ConnectorOffer): Html {
  const mode = (['qr', 'same_device'] as const).find((way) => app.modes.includes(way));
  if (mode !== undefined)
    return action(path, { action: 'choose', connector: app.id, mode }, html`${picture(app)}<bdi>${app.names.en}</bdi>`);
  return html`<form method="post" action="${path}">
    ${hiddenFields({ action: 'choose', connector: app.id, mode: 'direct' })}
    <label for="${app.id}-hint">Your ID number with ${app.names.en}</label>
    <input id="${app.id}-hint" name="login_hint" maxlength="128" autocomplete="off" required />
    <button class="button quiet">Send a request to my phone</button>
  </form>`;
}

/** The app's picture, where it has one; the name beside it says the same. */
function picture({ mark: pictures }: ConnectorOffer): Html | null {
  if (pictures === null) return null;
  return html`<picture>
    <source media="(prefers-color-scheme: dark)" srcset="${pictures.dark}" />
    <img class="app-mark" src="${pictures.light}" alt="" width="24" height="24" />
  </picture>`;
}

function choose(path: string, app: ConnectorOffer, mode: Mode): Html {
  return action(path, { action: 'choose', connector: app.id, mode }, WAYS[mode](app.names.en));
}

/** The frame's page. The page around it is the main part. */
export function noScriptState(path: string, snapshot: Snapshot): string {
  return page({
    framed: true,
    title: `Sign in to ${snapshot.client.name}`,
    body: html`<div class="state">${state(path, snapshot)}</div>`,
  });
}

interface Words {
  readonly sign: Sign;
  readonly title: string;
  readonly text: string;
  /** What the fresh start is called. Default: try again. */
  readonly again?: string;
}

/** As the widget says it (`packages/widget/src/messages/en.ts`): only where there is a code, because nothing else can be prevented. */
const NEVER_SCAN = 'Never scan a code that was sent to you.';

const DECLINED: Sign = { icon: 'cross', tone: 'bad' };
const LATE: Sign = { icon: 'clock', tone: 'calm' };

/** Each cause in its own words. */
function wordsOfEnd(snapshot: Snapshot, status: 'declined' | 'expired' | 'cancelled' | 'failed'): Words {
  const { error, client, mode } = snapshot;
  const { name } = client;
  const app = appName(snapshot);
  switch (status) {
    case 'declined':
      return declinedWords(error?.reason, name, app);
    case 'expired':
      if (error?.reason === 'not_decided')
        return {
          sign: LATE,
          title: 'No answer from your phone',
          text: `It was not confirmed in time. Start again, then confirm in ${app}.`,
        };
      return mode === 'qr'
        ? {
            sign: LATE,
            title: 'This code has expired',
            text: 'For your safety a code is good for a short time only. Get a fresh one to go on.',
            again: 'Get a fresh code',
          }
        : {
            sign: LATE,
            title: 'This sign-in has expired',
            text: 'For your safety it was open for a short time only. Start again to go on.',
          };
    case 'cancelled':
      return {
        sign: { icon: 'cross', tone: 'calm' },
        title: 'Sign-in cancelled',
        text: `Nothing was shared with ${name}. You can start again at any time.`,
      };
    case 'failed':
      return failedWords(error?.error, name);
  }
}

function declinedWords(reason: EndCause | undefined, client_name: string, app: string): Words {
  if (reason === 'not_me')
    return {
      sign: { icon: 'shield', tone: 'bad' },
      title: 'Stopped on the phone',
      text: 'The answer there was “This wasn’t me”. Try again, and scan with your own phone.',
    };
  if (reason === 'wrong_number')
    return {
      sign: DECLINED,
      title: 'The number did not match',
      text: 'You are not signed in. Try again, and type the number that this screen shows then.',
    };
  const how = reason === 'user' ? `It was declined in ${app}.` : 'It was not confirmed on your phone.';
  return { sign: DECLINED, title: 'Sign-in declined', text: `${how} Nothing was shared with ${client_name}.` };
}

/** The first two: what the website asked for, and the sign-in was not. */
function failedWords(error: string | undefined, client_name: string): Words {
  if (error === 'login_required')
    return {
      sign: { icon: 'alert', tone: 'warm' },
      title: 'That was another person',
      text: `On the website of ${client_name} another person was signed in before. Try again as that person.`,
    };
  if (error === 'unmet_authentication_requirements')
    return {
      sign: { icon: 'shield', tone: 'warm' },
      title: 'This sign-in is not strong enough',
      text: `The website of ${client_name} asks for a stronger one. Try again in another way.`,
    };
  return {
    sign: { icon: 'alert', tone: 'warm' },
    title: 'This did not work',
    text: 'The identity app could not be reached, or gave no usable answer. Try again in a moment.',
  };
}

function state(path: string, snapshot: Snapshot): Html {
  const { status } = snapshot;
  switch (status) {
    case 'initialized':
      return waiting(snapshot);
    case 'retrieved':
      return deciding(snapshot);
    case 'confirmed':
      return confirmed(path, snapshot);
    case 'completed':
      return html`${badge({ icon: 'check', tone: 'good' })}
        <h1>You are signed in</h1>
        <p class="lead">You can close this page.</p>`;
    case 'declined':
    case 'expired':
    case 'cancelled':
    case 'failed':
      return ended(path, snapshot, wordsOfEnd(snapshot, status));
    default:
      return status satisfies never;
  }
}

function appName({ connectors, connector }: Snapshot): string {
  return connectors.find(({ id }) => id === connector)?.names.en ?? 'your identity app';
}

/** The words that the app shows too; null where this sign-in has none. */
function wordsToCompare(snapshot: Snapshot): Html | null {
  const { verification } = snapshot;
  if (verification?.method !== 'words') return null;
  return html`<p class="lead">Confirm in ${appName(snapshot)} only if it shows these words:</p>
    <p class="words">${verification.words}</p>`;
}

/** Before, the time that is left says nothing that helps. */
const LAST_MS = 20_000;

/** In the last 20 s alone. */
function timeLeft({ server_time_ms, expires_at }: Snapshot, says: string): Html | null {
  const left = expires_at * 1000 - server_time_ms;
  return left > LAST_MS ? null : html`<p class="small">${says} ${minutes(left)}</p>`;
}

function waiting(snapshot: Snapshot): Html {
  const { qr, server_time_ms } = snapshot;
  const text = qr === null ? null : shownText(qr, server_time_ms);
  if (text === null)
    return html`${badge({ icon: 'phone', tone: 'accent' })}
    ${wordsToCompare(snapshot) ?? html`<p class="lead" role="status">Waiting for ${appName(snapshot)}.</p>`}`;
  return html`${qrSvg(text, `QR code to scan with ${appName(snapshot)}`)} ${timeLeft(snapshot, 'This code expires in')}
  ${warning(NEVER_SCAN)}`;
}

function deciding(snapshot: Snapshot): Html {
  const { verification, client } = snapshot;
  if (verification?.method !== 'number' || verification.number === null)
    return html`${badge({ icon: 'phone', tone: 'accent' })}
      <h2>Confirm on your phone</h2>
      ${wordsToCompare(snapshot) ?? html`<p class="lead">Check in ${appName(snapshot)} that it says ${client.name}, then confirm.</p>`}
      ${timeLeft(snapshot, 'Confirm within')}`;
  return html`<h2>Type this number on your phone</h2>
    <p class="number">${verification.number}</p>
    <p class="lead">Your phone asks for it. Type it there, then confirm in ${appName(snapshot)}.</p>
    ${timeLeft(snapshot, 'Confirm within')}`;
}

function confirmed(path: string, { client, person, confirm_person }: Snapshot): Html {
  const name = person === null ? client.name : html`<bdi>${person.name}</bdi>`;
  return html`${badge(confirm_person ? { icon: 'phone', tone: 'accent' } : { icon: 'check', tone: 'good' })}
    <h1>${person === null ? 'Confirmed' : html`Signing in as ${name}`}</h1>
    <p class="lead">
      ${confirm_person ? 'A phone approved this. Go on only if that was you.' : `One step left: go on to ${client.name}.`}
    </p>
    <div class="actions ${confirm_person ? 'pair' : ''}">
      ${confirm_person ? action(path, { action: 'cancel' }, 'This isn’t me') : null}
      ${action(path, { action: 'continue' }, confirm_person ? html`Continue as ${name}` : `Continue to ${client.name}`, 'button')}
    </div>`;
}

function ended(
  path: string,
  { redirect_to, client }: Snapshot,
  { sign, title, text, again = 'Try again' }: Words,
): Html {
  return html`${badge(sign)}
    <h1>${title}</h1>
    <p class="lead">${text}</p>
    <div class="actions">
      ${action(path, { action: 'renew' }, again, 'button')}
      ${
        redirect_to === null
          ? null
          : html`<a class="button quiet" href="${redirect_to}" target="_top" rel="noreferrer"
              >Back to ${client.name}</a
            >`
      }
    </div>`;
}

/** The frame of this moment; of a provider's own texts one after the other. */
function shownText(qr: NonNullable<Snapshot['qr']>, now: number): string | null {
  if (qr.order === 'timed') return `${qr.prefix}${qr.step}.${qr.macs[0]}`;
  return qr.frames[Math.floor(now / 2000) % qr.frames.length]?.text ?? null;
}

/** `1:42`. */
function minutes(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** After how many seconds the frame asks again; null: nothing will change by itself. */
export function refreshAfter({ status, qr }: Snapshot): number | null {
  if (status === 'retrieved') return 2;
  if (status !== 'initialized') return null;
  // A code is accepted for its own window and five more: after two, four are left to scan it.
  return qr?.order === 'timed' ? Math.max(1, Math.floor((2 * qr.interval_ms) / 1000)) : 2;
}
