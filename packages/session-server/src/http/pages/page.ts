import { Html, html } from './html.ts';

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

/** One message in the middle of the page: what happened, and what to do now. */
export function noticePage(options: {
  readonly title: string;
  readonly text: string;
  readonly detail?: string | undefined;
  /** Of a request that was refused: for the support that the person calls. */
  readonly request_id?: string | undefined;
}): string {
  const { title, text, detail, request_id } = options;
  return page({
    title,
    body: html`<main class="card">
      <h1>${title}</h1>
      <p>${text}</p>
      ${detail === undefined ? null : html`<p class="detail">${detail}</p>`}
      ${request_id === undefined ? null : html`<p class="request-id">Request ID: <code>${request_id}</code></p>`}
    </main>`,
  });
}
