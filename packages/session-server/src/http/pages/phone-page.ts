import type { LinkPreview } from '../../flow/index.ts';
import { html } from '../html.ts';
import { noticePage, page } from './page.ts';

/** What a phone's own camera opens. It hands over to the app, or says how to get it; it claims nothing. */
export function phonePage(
  preview: LinkPreview,
  app: { readonly name: string; readonly hand_over_url: string | null; readonly install_url: string | null },
): string {
  const { client } = preview;
  // An app's own scheme has no host: its name is all there is (RFC 8252 §7.1).
  const domain = new URL(client.origin).host || client.origin.split(':')[0] || client.name;
  return page({
    title: `Sign in to ${client.name}`,
    body: html`<main class="card phone">
      <p class="eyebrow">Sign-in request</p>
      <h1>${client.name}</h1>
      <p class="domain">${domain}</p>
      ${
        app.hand_over_url === null
          ? html`<p>Open ${app.name} on this phone and scan the code again from there.</p>`
          : html`<p>Continue in ${app.name} to see what is asked for, and to approve or decline.</p>
              <p class="actions">
                <a class="button" href="${app.hand_over_url}" rel="noreferrer">Open ${app.name}</a>
              </p>`
      }
      ${app.install_url === null ? null : html`<p class="secondary"><a href="${app.install_url}" rel="noreferrer">Get ${app.name}</a> if it is not on this phone yet.</p>`}
      <p class="warning" role="note">
        Go on only if you are looking at ${domain} yourself right now. Somebody who sent you this code or link would be
        signed in as you.
      </p>
    </main>`,
  });
}

const REFUSED: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  qr_stale: {
    title: 'This code is too old',
    text: 'The code changes every few seconds. Scan the one that is on the other screen now.',
  },
  already_claimed: {
    title: 'This code was used',
    text: 'It was scanned already. For another sign-in, reload the page on the other screen and scan the new code.',
  },
  session_expired: {
    title: 'This sign-in is over',
    text: 'It was not confirmed in time. Ask for a new code on the other screen.',
  },
  session_not_found: {
    title: 'This is not a valid code',
    text: 'It was not made here, or it is long over. Scan the code on the other screen again.',
  },
};

export function phoneRefusalPage(error: string): string {
  return noticePage(
    REFUSED[error] ?? {
      title: 'That did not work',
      text: 'Something went wrong here. Scan the code again in a moment.',
    },
  );
}
