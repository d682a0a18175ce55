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

/** The look of Beckon's own pages, with a dashed frame and a strip that say that this is none of the real ones. */
const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #0e1116); --ground: light-dark(#fff, #161a21); --subtle: light-dark(#f6f7f9, #1c212a);
  --text: light-dark(#111827, #eef1f5); --muted: light-dark(#5a6475, #a5afbf); --line: light-dark(#e3e6eb, #2b323e);
  --edge: light-dark(#cdd3dc, #3d4656); --control: light-dark(#8b95a5, #6f7b8e); --warm: light-dark(#8f5400, #f2bd6b);
  --accent: light-dark(#1a56db, #7aa7ff); --on-accent: light-dark(#fff, #0b1530); --bad: light-dark(#b42318, #ff9b90);
  font: 1rem/1.5 -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
}
* { box-sizing: border-box; }
body {
  display: grid; place-items: center; min-block-size: 100dvh; margin: 0; padding: 1rem clamp(.5rem, 4vw, 1.5rem);
  background: var(--page); color: var(--text); overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
}
.card {
  inline-size: min(100%, 25rem); overflow: hidden; border: 1px dashed var(--control); border-radius: 16px;
  background: var(--ground); text-align: center;
}
.sandbox { margin: 0; padding: .5rem 1rem; border-block-end: 1px dashed var(--control); background: var(--subtle); color: var(--warm); font-size: .8125rem; }
main { padding: 1.5rem clamp(1rem, 6vw, 2rem); }
.tile {
  display: block; inline-size: 3.5rem; margin: 0 auto .75rem; border: 1px dashed var(--control); border-radius: .875rem;
  background: var(--subtle); color: var(--muted); font-size: 1.5rem; font-weight: 600; line-height: 3.4rem;
}
h1 { margin: 0; font-size: 1.375rem; font-weight: 600; line-height: 1.3; letter-spacing: -.011em; text-wrap: balance; }
h2 { margin: 1.5rem 0 0; padding-block-start: 1rem; border-block-start: 1px solid var(--line); color: var(--muted); font-size: .9375rem; font-weight: 500; }
p { margin: .375rem 0 0; color: var(--muted); text-wrap: balance; }
.error { color: var(--bad); }
.number { color: inherit; font-size: 4rem; font-variant-numeric: tabular-nums; font-weight: 600; letter-spacing: .08em; line-height: 1.25; }
form { display: grid; gap: .5rem; margin-block-start: 1.25rem; }
form + form { margin-block-start: .5rem; }
fieldset { display: grid; gap: .5rem; margin: 0; padding: 0; border: 0; text-align: start; }
legend, label { padding: 0; font-size: .9375rem; font-weight: 500; }
legend { margin-block-end: .5rem; }
.choice { display: flex; gap: .75rem; align-items: center; min-block-size: 3rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: 10px; font-size: 1rem; font-weight: 400; cursor: pointer; }
.choice:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
input, button { min-block-size: 3rem; padding: .5rem 1rem; border: 1px solid var(--control); border-radius: 10px; background: var(--ground); color: inherit; font: inherit; inline-size: 100%; }
input[type="radio"] { flex: none; inline-size: 1.25rem; min-block-size: 0; margin: 0; accent-color: var(--accent); }
button { border-color: var(--edge); font-weight: 600; line-height: 1.25; cursor: pointer; touch-action: manipulation; }
button:hover { background: var(--subtle); }
.main { border-color: transparent; background: var(--accent); color: var(--on-accent); }
.main:hover { background: color-mix(in srgb, var(--accent) 90%, var(--text)); }
.pair { display: grid; grid-auto-rows: 1fr; gap: .5rem; margin-block-start: .5rem; }
@media (min-width: 24rem) { .pair { grid-template-columns: 1fr 1fr; } }
a { display: inline-grid; place-items: center; min-block-size: 2.75rem; color: var(--accent); font-weight: 500; }
:is(a, button, input):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (forced-colors: active) { .main { border-color: currentColor; } }
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
            <div class="card">
              <p class="sandbox" lang="en" dir="ltr">
                Stand-in for ${page.provider} · sandbox, no real person signs in here
              </p>
              <main>
                <span class="tile" aria-hidden="true">${page.provider.slice(0, 1).toUpperCase()}</span>
                ${page.body}
              </main>
            </div>
          </body>
        </html> `.text,
    );
}
