import { badge } from './badge.ts';
import { html } from './html.ts';
import { page } from './page.ts';

/** What a browser sees that was sent here to sign out, and is not sent on by itself. */
export function signedOutPage({
  client_name,
  back,
  ended,
}: {
  readonly client_name: string | null;
  /** Where the client wants its people; null where it did not say. */
  readonly back: string | null;
  /** Whether a sign-in ended. */
  readonly ended: boolean;
}): string {
  const title = ended ? 'You are signed out' : 'You are not signed in here';
  const text = ended
    ? 'Your sign-in is over. You can close this page.'
    : 'This service keeps no browser signed in. To sign out of a website, sign out there.';
  return page({
    title,
    body: html`<main class="card">
      ${badge(ended ? { icon: 'check', tone: 'good' } : { icon: 'info', tone: 'calm' })}
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      ${
        client_name === null || back === null
          ? null
          : html`<p class="actions">
              <a class="button" href="${back}">Back to ${client_name}</a>
            </p>`
      }
    </main>`,
  });
}
