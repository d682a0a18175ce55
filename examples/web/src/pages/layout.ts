import { html, type Html } from '../html.ts';
import type { User } from '../sessions.ts';

interface Page {
  readonly title: string;
  readonly user: User | null;
  readonly main: Html;
  readonly scripts?: Html | undefined;
}

/** The frame that all pages share. */
export function layout({ title, user, main, scripts }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Morrow Coffee</title>
        <link rel="icon" href="/assets/bean.svg" />
        <link rel="stylesheet" href="/assets/shop.css" />
        ${scripts}
      </head>
      <body>
        <header class="top">
          <a class="brand" href="/"><img src="/assets/bean.svg" alt="" width="28" height="28" />Morrow Coffee</a>
          <nav aria-label="Account">${account(user)}</nav>
        </header>
        <main>${main}</main>
        <footer class="bottom">
          <p>An example shop. The coffee is made up; the sign-in is real.</p>
        </footer>
      </body>
    </html>`.text;
}

function account(user: User | null): Html {
  return user
    ? html`<a href="/me">${displayName(user)}</a>
        <form method="post" action="/logout"><button class="link">Sign out</button></form>`
    : html`<a href="/script-tag">Sign in</a>`;
}

export function displayName({ claims }: User): string {
  const name = claims['name'] ?? claims['given_name'] ?? claims['email'];
  return typeof name === 'string' ? name : 'Your account';
}
