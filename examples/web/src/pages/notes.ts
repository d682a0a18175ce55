import { html } from '../html.ts';
import type { User } from '../sessions.ts';
import type { News } from '../webhooks.ts';
import { layout } from './layout.ts';

/** What the hosted sign-in page calls "Privacy". */
export function privacyPage(user: User | null): string {
  return layout({
    title: 'Privacy',
    user,
    main: html`<section class="account">
      <h1>Privacy</h1>
      <p class="lead">
        The shop keeps what your identity app tells it, in memory, until you sign out or the demo stops.
      </p>
      <p>It sets one cookie, for your session. Nothing is passed on.</p>
    </section>`,
  });
}

/** What the hosted sign-in page calls "Help". */
export function helpPage(user: User | null, sandbox: string): string {
  return layout({
    title: 'Help with signing in',
    user,
    main: html`<section class="account">
      <h1>Help with signing in</h1>
      <p class="lead">Everything here is a stand-in on your own machine, the phone too.</p>
      <p>
        Open the <a href="${sandbox}/phone" target="_blank" rel="noopener">sandbox phone</a> and let it scan the code.
        If the code has expired, choose “Show a new code”.
      </p>
    </section>`,
  });
}

/** What the session server told the shop by webhook. */
export function webhooksPage(user: User | null, news: readonly News[]): string {
  return layout({
    title: 'Webhooks',
    user,
    main: html`<section class="account">
      <h1>Webhooks</h1>
      <p class="lead">What the session server told the shop, the newest first.</p>
      ${
        news.length === 0
          ? html`<p>Nothing was delivered yet. Sign in, sign out, or decline on the phone.</p>`
          : html`<dl>
              ${news.map(
                ({ type, timestamp, data }) =>
                  html`<dt>${type}, ${timestamp}</dt>
                    <dd><code>${JSON.stringify(data)}</code></dd>`,
              )}
            </dl>`
      }
    </section>`,
  });
}
