import type { SignedOut } from '../../oauth/index.ts';
import { html } from './html.ts';
import { page } from './page.ts';

/** What a browser sees that was sent here to sign out, and is not sent on by itself. */
export function signedOutPage({ client, back, ended }: Extract<SignedOut, { readonly type: 'page' }>): string {
  const title = ended ? 'You are signed out' : 'Sign out';
  const text = ended
    ? 'Your sign-in is over. You can close this page.'
    : 'This service keeps nobody signed in. Sign out at each website itself.';
  return page({
    title,
    body: html`<main class="card">
      <h1>${title}</h1>
      <p>${text}</p>
      ${
        client === null || back === null
          ? null
          : html`<p class="actions"><a class="button" href="${back}">Back to ${client.client_name}</a></p>`
      }
    </main>`,
  });
}
