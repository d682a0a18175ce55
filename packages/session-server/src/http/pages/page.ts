import { badge, type Sign } from './badge.ts';
import { type Html, html } from './html.ts';

/** A whole page of ours. It works without script unless `scripts` says otherwise. */
export function page(options: {
  readonly title: string;
  readonly lang?: string;
  readonly body: Html;
  readonly scripts?: readonly Html[];
  /**
   * The browser said that it is for an iframe: the page has no ground of its own from the start. Default false; the
   * element sets the same attribute later, also where the browser does not say.
   */
  readonly framed?: boolean;
}): string {
  const { title, lang = 'en', body, scripts = [], framed = false } = options;
  return html`<!doctype html>
    <html lang="${lang}" ${framed ? html`data-framed` : null}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/beckon.css" />
        ${scripts}
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}

/** What support asks for, and a person need not read: folded away. */
export interface Details {
  /** The error code that callers read. */
  readonly code?: string | undefined;
  /** For the website's developers. */
  readonly description?: string | undefined;
  /** Of a request that was refused: for the support that the person calls. */
  readonly request_id?: string | undefined;
}

/** One message in the middle of the page: what happened, and what to do now. */
export function noticePage(
  notice: { readonly title: string; readonly text: string; readonly sign: Sign } & Details,
): string {
  const { title, text, sign } = notice;
  return page({
    title,
    body: html`<main class="card">
      ${badge(sign)}
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      ${details(notice)}
    </main>`,
  });
}

function details({ code, description, request_id }: Details): Html | null {
  const lines = [
    ...(description === undefined ? [] : [html`<p>For the website’s developers: ${description}</p>`]),
    ...(request_id === undefined ? [] : [html`<p>Request ID: <code>${request_id}</code></p>`]),
    ...(code === undefined ? [] : [html`<p>Code: <code>${code}</code></p>`]),
  ];
  if (lines.length === 0) return null;
  return html`<details class="details">
    <summary>Details</summary>
    ${lines}
  </details>`;
}
