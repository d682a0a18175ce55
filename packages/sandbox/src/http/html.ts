import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** Text that is HTML already. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template in which every value is escaped that is not `Html`; lists are joined, null is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.map((part, index) => (index === 0 ? '' : render(values[index - 1])) + part).join(''));
}
export type HtmlValue = Html | string | number | null | readonly Html[];

function render(value: HtmlValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 26rem; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .75rem; }
.sandbox { border-block-end: 1px solid; font-size: .875rem; margin: 0 0 1.5rem; padding-block-end: .5rem; }
.error { border-inline-start: .25rem solid #c62828; padding-inline-start: .75rem; }
.number { font-size: 3rem; font-variant-numeric: tabular-nums; font-weight: 700; letter-spacing: .1em; margin: 0; }
form { margin-block: 1rem; }
label { display: block; font-weight: 600; margin-block-end: .25rem; }
input, button { border: 1px solid; border-radius: .5rem; box-sizing: border-box; font: inherit; min-block-size: 2.75rem; padding: .5rem .75rem; }
input { inline-size: 100%; margin-block-end: .75rem; }
input[type="radio"] { inline-size: auto; margin: 0 .5rem 0 0; min-block-size: 0; }
button { cursor: pointer; inline-size: 100%; margin-block-end: .5rem; }
`;
/** In one piece: white space around the style would change its hash. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * A page of a stand-in: works without script, and says that it is one. Its forms may lead on to
 * the relying party, which `form-action` would follow along the redirects and refuse: there is none.
 * Nor may it say `no-referrer`: the browser would then send its forms with `Origin: null`.
 */
export function sendPage(
  res: Response,
  page: {
    readonly status?: number;
    readonly lang?: string;
    readonly dir?: 'ltr' | 'rtl';
    readonly title: string;
    readonly provider: string;
    readonly body: Html;
  },
): void {
  res
    .status(page.status ?? 200)
    .set({
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'same-origin',
    })
    .type('html')
    .send(
      html`<!doctype html>
        <html lang="${page.lang ?? 'en'}" dir="${page.dir ?? 'ltr'}">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>${page.title}</title>
            ${STYLE_ELEMENT}
          </head>
          <body>
            <p class="sandbox">${page.provider} · sandbox, no real person signs in here</p>
            <main>${page.body}</main>
          </body>
        </html> `.text,
    );
}
