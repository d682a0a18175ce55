import type { LinkPreview, PreviewedApp, RedirectEnd } from '../../flow/index.ts';
import { readableAddress } from '../../session/index.ts';
import { html } from './html.ts';
import { domainOf } from './domain.ts';
import { page } from './page.ts';
import { readableUserAgent } from './readable-user-agent.ts';

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
  const domain = domainOf(client);
  return page({
    title: `Sign in to ${client.name}`,
    body: html`<main class="card phone">
      <p class="eyebrow">Sign-in request</p>
      <h1>${client.name}</h1>
      <p class="domain">${domain}</p>
      ${
        hand_over_url === null
          ? html`<p>Open ${name} on this phone and scan the code again from there.</p>`
          : html`<p>Continue in ${name} to see what is asked for, and to approve or decline.</p>
              <p class="actions">
                <a class="button" href="${hand_over_url}" rel="noreferrer">Open ${name}</a>
              </p>`
      }
      ${install_url === null ? null : html`<p class="secondary"><a href="${install_url}" rel="noreferrer">Get ${name}</a> if it is not on this phone yet.</p>`}
      <p class="warning" role="note">
        Go on only if you are looking at ${domain} yourself right now. A person who sent you this code or link would be
        signed in as you.
      </p>
    </main>`,
  });
}

/** What a person is told who might be looking at another screen than they think. */
const NETWORK_DOUBT: Readonly<Partial<Record<NonNullable<LinkPreview['networks']>, string>>> = {
  other: 'That screen is on another network than this phone. Is it yours?',
  unknown: 'We cannot tell whether that screen is on the same network as this phone. Is it yours?',
};

/** What a phone's own camera opens for a provider that redirects. Only the form's POST claims anything. */
export function claimPage(
  preview: LinkPreview,
  { names, asks }: Extract<PreviewedApp, { readonly type: 'provider' }>,
  form_token: string,
): string {
  const { client, requester, networks, scopes } = preview;
  const app_name = names.en;
  const doubt = networks === null ? undefined : NETWORK_DOUBT[networks];
  const domain = domainOf(client);
  const shared = ['who you are', ...scopes.map((scope) => SHARED.get(scope) ?? scope)];
  return page({
    title: `Sign in to ${client.name}`,
    body: html`<main class="card phone">
      <p class="eyebrow">Sign-in request</p>
      <h1>${client.name}</h1>
      <p class="domain">${domain}</p>
      <dl>
        <dt>Asked for by</dt>
        <dd>${readableUserAgent(requester.user_agent)} at ${readableAddress(requester.address)}</dd>
        <dt>Will be shared</dt>
        <dd>${shared.join(', ')}</dd>
        ${
          asks === null
            ? null
            : html`<dt>${app_name} is asked for</dt>
                <dd>${asks.map(({ en }) => en).join('; ')}</dd>`
        }
      </dl>
      ${doubt === undefined ? null : html`<p class="warning" role="note">${doubt}</p>`}
      <p class="warning" role="note">
        Go on only if you are looking at ${domain} yourself right now. A person who sent you this code or link would be
        signed in as you.
      </p>
      <form method="post" class="actions">
        <input type="hidden" name="form_token" value="${form_token}" />
        <button class="button quiet" name="action" value="not_me">This wasn’t me</button>
        <button class="button" name="action" value="continue">Continue with ${app_name}</button>
      </form>
    </main>`,
  });
}

/** The phone that has claimed the sign-in has come back to its page before it was through. */
export function goOnPage(client_name: string, app_name: string): string {
  return page({
    title: `Sign in to ${client_name}`,
    body: html`<main class="card phone">
      <p class="eyebrow">Sign-in request</p>
      <h1>${client_name}</h1>
      <p>You have begun to sign in with this code. Go on, or say that it wasn’t you.</p>
      <form method="post" class="actions">
        <button class="button quiet" name="action" value="not_me">This wasn’t me</button>
        <button class="button" name="action" value="continue">Continue with ${app_name}</button>
      </form>
    </main>`,
  });
}

/** The last word, where a browser session at the provider may have answered in the person's place. Only its POST signs anybody in. */
export function finishPage(
  { client, person, state, app_names }: Omit<Extract<RedirectEnd, { readonly type: 'asks' }>, 'type' | 'requester'>,
  /** The screen that waits, as people read it. */
  screen: { readonly browser: string; readonly address: string },
  connector_id: string,
): string {
  const app_name = app_names.en;
  const domain = domainOf(client);
  return page({
    title: `Sign in to ${client.name}?`,
    body: html`<main class="card phone">
      <p class="eyebrow">One more step</p>
      <h1>${client.name}</h1>
      <p class="domain">${domain}</p>
      <dl>
        <dt>Signs in</dt>
        <dd>${person === null ? html`You, with ${app_name}` : html`<bdi>${person}</bdi>, with ${app_name}`}</dd>
        <dt>On this screen</dt>
        <dd>${screen.browser} at ${screen.address}</dd>
      </dl>
      <p class="warning" role="note">
        Finish only if you are looking at ${domain} on that screen yourself right now. Else the person in front of it
        would be signed in as you.
      </p>
      <form method="post" action="/callback/${connector_id}" class="actions">
        <input type="hidden" name="state" value="${state}" />
        <button class="button quiet" name="action" value="not_me">This wasn’t me</button>
        <button class="button" name="action" value="finish">Finish signing in</button>
      </form>
    </main>`,
  });
}

/** Number matching, before the phone goes to the provider: the browser shows two digits, one try. */
export function numberPage(client_name: string, form_token: string): string {
  return page({
    title: `Sign in to ${client_name}`,
    body: html`<main class="card phone">
      <h1>Type the number</h1>
      <p>Your other screen shows two digits. There is one try.</p>
      <form method="post" class="actions">
        <input type="hidden" name="form_token" value="${form_token}" />
        <label for="number">Number</label>
        <input
          id="number"
          name="number"
          inputmode="numeric"
          pattern="[0-9]{2}"
          maxlength="2"
          autocomplete="off"
          required
          autofocus
        />
        <button class="button" name="action" value="number">Continue</button>
      </form>
    </main>`,
  });
}
