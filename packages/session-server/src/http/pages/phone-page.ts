import type { LinkPreview, PreviewedApp, RedirectEnd } from '../../flow/index.ts';
import { clientHead } from './client-head.ts';
import { domainOf } from './domain.ts';
import { hiddenFields } from './hidden-fields.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';
import { networkDoubt, requesterLines } from './requester.ts';
import { warning } from './warning.ts';

type Client = LinkPreview['client'];

/** What a scope shares, as people say it. A scope of the provider's own has no other name. */
const SHARED: ReadonlyMap<string, string> = new Map([
  ['profile', 'your name and other details of your profile'],
  ['email', 'your e-mail address'],
  ['phone', 'your phone number'],
  ['address', 'your postal address'],
  ['offline_access', 'this also later, while you stay signed in'],
]);

/** What a phone's own camera opens. It hands over to the app, or says how to get it; it claims nothing. */
export function phonePage(
  { client }: LinkPreview,
  { names, hand_over_url, install_url }: Extract<PreviewedApp, { readonly type: 'wallet' }>,
): string {
  const name = names.en;
  return askPage(client, {
    careful: onlyIfYou(client),
    rest: html`<p class="lead">
        ${
          hand_over_url === null
            ? `Open ${name} on this phone and scan the code again from there.`
            : `Continue in ${name} to see what is asked for, and to approve or decline.`
        }
      </p>
      <div class="actions">
        ${hand_over_url === null ? null : html`<a class="button" href="${hand_over_url}" rel="noreferrer">Open ${name}</a>`}
        ${install_url === null ? null : html`<a class="link" href="${install_url}" rel="noreferrer">Get ${name}</a>`}
      </div>`,
  });
}

/** What a phone's own camera opens for a provider that redirects. Only the form's POST claims anything. */
export function claimPage(
  { client, requester, scopes }: LinkPreview,
  { names, asks }: Extract<PreviewedApp, { readonly type: 'provider' }>,
  form_token: string,
): string {
  const app_name = names.en;
  const shared = ['your identifier', ...scopes.map((scope) => SHARED.get(scope) ?? scope)];
  return askPage(client, {
    careful: onlyIfYou(client, networkDoubt(requester)),
    rest: html`<dl>
        <div class="row">
          <dt>Started on</dt>
          <dd>${requesterLines(requester)}</dd>
        </div>
        <div class="row">
          <dt>You share</dt>
          <dd>${shared.map((each, at) => html`${at === 0 ? '' : ', '}<span class="shared">${each}</span>`)}</dd>
        </div>
        ${
          asks === null
            ? null
            : html`<div class="row">
                <dt>${app_name} is asked for</dt>
                <dd>${asks.map(({ en }) => en).join('; ')}</dd>
              </div>`
        }
      </dl>
      ${answers({ form_token }, goOn(app_name))}`,
  });
}

/** The phone that has claimed the sign-in has come back to its page before it was through. */
export function goOnPage(client: Client, app_name: string): string {
  return askPage(client, {
    rest: html`<p class="lead">You have begun to sign in with this code. Go on, or say that it wasn’t you.</p>
      ${answers({}, goOn(app_name))}`,
  });
}

/** The last word, where a browser session at the provider may have answered in the person's place. Only its POST signs anybody in. */
export function finishPage(
  { client, person, state, app_names, requester }: Omit<Extract<RedirectEnd, { readonly type: 'asks' }>, 'type'>,
  connector_id: string,
): string {
  const app_name = app_names.en;
  return askPage(client, {
    careful: warning(
      `Finish only if you are looking at ${domainOf(client)} on that screen yourself right now. Else the person in front of it would be signed in as you.`,
      networkDoubt(requester),
    ),
    rest: html`<p class="lead">One more step: is this you, and is it your screen?</p>
      <dl>
        <div class="row">
          <dt>Signs in</dt>
          <dd>${person === null ? html`You, with ${app_name}` : html`<bdi>${person}</bdi>, with ${app_name}`}</dd>
        </div>
        <div class="row">
          <dt>On this screen</dt>
          <dd>${requesterLines(requester)}</dd>
        </div>
      </dl>
      ${answers({ state }, { action: 'finish', says: 'Finish signing in' }, `/callback/${connector_id}`)}`,
  });
}

/** Number matching, before the phone goes to the provider: the browser shows two digits, one try. */
export function numberPage(client: Client, form_token: string): string {
  return askPage(client, {
    title: () => html`Type the number`,
    rest: html`<p class="lead" id="number-hint">Your other screen shows two digits. There is one try.</p>
      <form method="post" class="actions">
        ${hiddenFields({ form_token })}
        <label class="said" for="number">Number</label>
        <input
          id="number"
          name="number"
          inputmode="numeric"
          pattern="[0-9]{2}"
          maxlength="2"
          autocomplete="off"
          aria-describedby="number-hint"
          required
          autofocus
        />
        <button class="button" name="action" value="number">Continue</button>
        <button class="link" name="action" value="not_me" formnovalidate>This wasn’t me</button>
      </form>`,
  });
}

/** Who asks and what to look out for, and what the person is asked; in a low window side by side. */
export function askPage(
  client: Client,
  { title = (name) => html`Sign in to ${name}?`, careful = null, rest }: Question,
): string {
  return page({
    title: `Sign in to ${client.name}`,
    body: html`<main class="card ask">
      <div class="who">${clientHead(client, title)} ${careful}</div>
      <div class="rest">${rest}</div>
    </main>`,
  });
}

interface Question {
  /** Default: whether to sign in. */
  readonly title?: (client_name: Html) => Html;
  /** Stands right above the answers. */
  readonly careful?: Html | null;
  readonly rest: Html;
}

interface Yes {
  readonly action: string;
  readonly says: string;
}

export function goOn(app_name: string): Yes {
  return { action: 'continue', says: `Continue with ${app_name}` };
}

/** No is as large as yes, and comes first. Neither has the focus. */
export function answers(fields: Readonly<Record<string, string>>, yes: Yes, path: string | null = null): Html {
  return html`<form method="post" ${path === null ? null : html`action="${path}"`} class="actions pair">
    ${hiddenFields(fields)}
    <button class="button quiet" name="action" value="not_me">This wasn’t me</button>
    <button class="button" name="action" value="${yes.action}">${yes.says}</button>
  </form>`;
}

function onlyIfYou(client: Client, doubt: string | null = null): Html {
  return warning(
    `Go on only if you are looking at ${domainOf(client)} yourself right now. A person who sent you this code or link would be signed in as you.`,
    doubt,
  );
}
