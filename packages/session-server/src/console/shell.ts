import { type Html, html } from '../http/pages/html.ts';

/** The pages that the console has at its top, by path. */
const PLACES = [
  ['/', 'Overview'],
  ['/sign-ins', 'Sign-ins'],
  ['/people', 'People'],
  ['/clients', 'Clients'],
  ['/webhooks', 'Webhooks'],
  ['/keys', 'Keys'],
  ['/audit', 'Audit'],
] as const;
export type Place = (typeof PLACES)[number][0];

export interface Shell {
  readonly title: string;
  /** Which of the top's links leads here; null where none does. */
  readonly place: Place | null;
  /** Which server this is. */
  readonly issuer: string;
  /** The operator: the name of their token. */
  readonly operator: string;
  /** For the form that signs them out. */
  readonly form_token: string;
  /** What was just done, or could not be; null for nothing. */
  readonly notice: Notice | null;
  readonly body: Html;
}

export interface Notice {
  readonly tone: 'good' | 'bad';
  readonly text: string;
}

/** A page of the console. */
export function consolePage({ title, place, issuer, operator, form_token, notice, body }: Shell): string {
  return document(
    title,
    html`<a class="skip" href="#main">Skip to the content</a>
      <header class="top">
        <a class="product" href="/"><b>Beckon</b> <span>${new URL(issuer).host}</span></a>
        <form class="search" method="post" action="/search" role="search">
          <input type="hidden" name="form_token" value="${form_token}" />
          <label class="said" for="q">Search by a request’s, session’s or person’s id</label>
          <input
            id="q"
            name="q"
            type="search"
            placeholder="Request, session or person id"
            maxlength="200"
            autocomplete="off"
            spellcheck="false"
          />
          <button class="button small-button quiet">Search</button>
        </form>
        <form class="leave" method="post" action="/sign-out">
          <input type="hidden" name="form_token" value="${form_token}" />
          <span>${operator}</span>
          <button class="link">Sign out</button>
        </form>
        <nav aria-label="Console">
          <ul>
            ${PLACES.map(
              ([path, says]) =>
                html`<li><a href="${path}" ${path === place ? html`aria-current="page"` : null}>${says}</a></li>`,
            )}
          </ul>
        </nav>
      </header>
      <main id="main" tabindex="-1">
        ${notice === null ? null : html`<p class="notice" data-tone="${notice.tone}" role="status">${notice.text}</p>`}
        <h1>${title}</h1>
        ${body}
      </main>`,
  );
}

/** The page that asks an operator for their token. */
export function enterPage({ issuer, refused }: { readonly issuer: string; readonly refused: string | null }): string {
  return document(
    'Sign in to the console',
    html`<main class="enter card" id="main">
      <h1>Console of ${new URL(issuer).host}</h1>
      <p class="lead">Sign in with your operator token.</p>
      <form method="post" action="/sign-in">
        <label for="token">Operator token</label>
        <input
          id="token"
          name="token"
          type="password"
          required
          maxlength="200"
          autocomplete="current-password"
          autofocus
          ${refused === null ? null : html`aria-invalid="true" aria-describedby="refused"`}
        />
        ${refused === null ? null : html`<p id="refused" class="notice" data-tone="bad" role="alert">${refused}</p>`}
        <button class="button">Sign in</button>
      </form>
      <p class="small">
        <code>beckon-server secret --operator NAME</code> makes a token, and prints the entry for
        <code>admin.tokens</code>.
      </p>
    </main>`,
  );
}

function document(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Beckon</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/console.css" />
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}
