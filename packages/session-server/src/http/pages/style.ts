/**
 * The style sheet of our own pages; the widget brings its own, inside its shadow root. The tokens are
 * the widget's (`packages/widget/src/theme/base.css`), so that both are one house.
 */

/** Colours, held to the widget's by a test. Text and its ground are at least 4.5:1 apart, what marks a control at least 3:1 (WCAG 2.2 §1.4.3, §1.4.11). */
export const TOKENS: string = `:root {
  color-scheme: light dark;
  --bk-accent: light-dark(var(--beckon-accent, #1a56db), var(--beckon-accent-dark, var(--beckon-accent, #7aa7ff)));
  --bk-on-accent: light-dark(var(--beckon-on-accent, #fff), var(--beckon-on-accent-dark, var(--beckon-on-accent, #0b1530)));
  --bk-page: light-dark(#f6f7f9, #0e1116);
  --bk-ground: var(--beckon-ground, light-dark(#fff, #161a21));
  --bk-subtle: var(--beckon-subtle, light-dark(#f6f7f9, #1c212a));
  --bk-text: var(--beckon-text, light-dark(#111827, #eef1f5));
  --bk-muted: var(--beckon-muted, light-dark(#5a6475, #a5afbf));
  --bk-line: var(--beckon-line, light-dark(#e3e6eb, #2b323e));
  --bk-edge: light-dark(#cdd3dc, #3d4656);
  --bk-control: light-dark(#838d9d, #6f7b8e);
  --bk-good: var(--beckon-good, light-dark(#0b7a4b, #5bd19a));
  --bk-bad: var(--beckon-bad, light-dark(#b42318, #ff9b90));
  --bk-warm: var(--beckon-warm, light-dark(#8f5400, #f2bd6b));
}
`;

/** The page, and the one card in its middle. Where the window is low and wide, what is asked stands beside who asks. */
const CARD = `* { box-sizing: border-box; }
body {
  display: grid;
  place-items: center;
  min-block-size: 100dvh;
  margin: 0;
  padding: max(1rem, env(safe-area-inset-top)) max(clamp(.5rem, 4vw, 1.5rem), env(safe-area-inset-right))
    max(1rem, env(safe-area-inset-bottom)) max(clamp(.5rem, 4vw, 1.5rem), env(safe-area-inset-left));
  background: var(--bk-page);
  color: var(--bk-text);
  font: 400 max(1rem, 16px)/1.5 var(--beckon-font, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif);
  overflow-wrap: anywhere;
  -webkit-font-smoothing: antialiased;
  -webkit-text-size-adjust: 100%;
}
h1, h2, p, dl, dd { margin: 0; }
.hosted { inline-size: min(100%, 46rem); }
.card {
  inline-size: min(100%, 25rem);
  margin-inline: auto;
  padding: clamp(1.25rem, 6vw, 2.25rem) clamp(1rem, 6vw, 2rem) clamp(1rem, 5vw, 1.5rem);
  border: 1px solid var(--bk-line);
  border-radius: var(--beckon-radius, 16px);
  background: var(--bk-ground);
  text-align: center;
}
h1, h2 { font-size: 1.375rem; font-weight: 600; line-height: 1.3; letter-spacing: -.011em; text-wrap: balance; }
p { margin-block-start: .375rem; text-wrap: pretty; }
.lead { max-inline-size: 22rem; margin-inline: auto; color: var(--bk-muted); text-wrap: balance; }
.domain { color: var(--bk-muted); }
.small { color: var(--bk-muted); font-size: .8125rem; }
.ask { display: flex; flex-direction: column; }
.who, .rest { display: contents; }
.rest > .lead { margin-block-start: 1rem; color: inherit; }
dl { order: 1; }
.who > .warning { order: 2; }
.rest > :is(.actions, form) { order: 3; }
@media (max-height: 34rem) and (min-width: 40rem) {
  body { padding-block: .5rem; }
  .ask {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 2rem;
    align-items: center;
    inline-size: min(100%, 46rem);
    padding: 1rem 1.5rem;
  }
  .ask > * { display: block; }
  .ask .mark { block-size: 2.5rem; margin-block-end: .5rem; border-radius: .625rem; }
  .ask .initial { inline-size: 2.5rem; font-size: 1.125rem; line-height: 2.4rem; }
  .ask h1 { font-size: 1.25rem; }
  .ask :is(.row, .warning) { font-size: .8125rem; }
  .ask > .rest > :first-child { margin-block-start: 0; }
}
`;

/** The sign of a page: what happened in a circle, or the mark of the website that asks. */
const SIGNS = `.badge {
  display: grid;
  place-items: center;
  inline-size: 5.5rem;
  block-size: 5.5rem;
  margin: 0 auto 1.5rem;
  border-radius: 50%;
  background: color-mix(in srgb, var(--bk-tone) 11%, transparent);
  color: var(--bk-tone);
  --bk-tone: var(--bk-accent);
}
.badge[data-tone="good"] { --bk-tone: var(--bk-good); }
.badge[data-tone="bad"] { --bk-tone: var(--bk-bad); }
.badge[data-tone="warm"] { --bk-tone: var(--bk-warm); }
.badge[data-tone="calm"] { --bk-tone: var(--bk-muted); }
.icon { inline-size: 2.5rem; block-size: 2.5rem; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.warning .icon { flex: none; inline-size: 1.25rem; block-size: 1.25rem; margin-block-start: .1em; stroke-width: 1.75; }
.mark { display: block; inline-size: auto; block-size: 3.5rem; max-inline-size: 10rem; margin: 0 auto .75rem; border-radius: .875rem; object-fit: contain; }
.initial {
  inline-size: 3.5rem;
  border: 1px solid transparent;
  background: color-mix(in srgb, var(--bk-accent) 12%, transparent);
  color: var(--bk-accent);
  font-size: 1.5rem;
  font-weight: 600;
  line-height: 3.4rem;
}
.app-mark { margin-inline-end: .5rem; border-radius: .375rem; vertical-align: -.375rem; object-fit: contain; }
@media (max-height: 34rem) { .badge { inline-size: 4rem; block-size: 4rem; margin-block-end: 1rem; } }
@media (prefers-reduced-motion: no-preference) {
  .badge[data-tone="good"] path { stroke-dasharray: 1; animation: draw .4s .1s ease-out both; }
}
@keyframes draw { from { stroke-dashoffset: 1; } }
`;

/** What the page says about the request, beside the words. */
const FACTS = `dl { margin-block-start: 1.25rem; border-block: 1px solid var(--bk-line); text-align: start; }
.row { padding-block: .5rem; font-size: .9375rem; }
.row + .row { border-block-start: 1px solid var(--bk-line); }
dt { color: var(--bk-muted); }
dd::first-letter { text-transform: uppercase; }
.network { display: block; color: var(--bk-muted); }
.network[data-doubt] { color: var(--bk-warm); }
@media (min-width: 24rem) { .row { display: grid; grid-template-columns: 5.5rem 1fr; gap: .75rem; } }
.warning {
  display: flex;
  gap: .75rem;
  align-items: flex-start;
  margin-block-start: 1rem;
  padding: .75rem 1rem;
  border-radius: .75rem;
  background: var(--bk-subtle);
  font-size: .875rem;
  text-align: start;
}
.warning[data-doubt] { background: color-mix(in srgb, var(--bk-warm) 10%, var(--bk-ground)); }
.warning .icon { color: var(--bk-warm); }
.number { font-size: 4rem; font-weight: 600; line-height: 1.25; letter-spacing: .08em; font-variant-numeric: tabular-nums; }
.words { margin-block: 1rem; font-size: 1.5rem; font-weight: 600; }
.code { display: block; max-inline-size: 100%; margin: 0 auto; border-radius: .75rem; background: light-dark(#fff, #f1f3f5); fill: #0b0f17; shape-rendering: crispEdges; forced-color-adjust: none; }
`;

/** What can be pressed or typed into: 44 px at least. Where there are two answers, both are of one size. */
const CONTROLS = `form, .actions { display: grid; gap: .5rem; }
.actions { margin-block-start: 1.25rem; }
.actions > .actions, details > .actions { margin-block-start: 0; }
.button {
  display: block;
  inline-size: 100%;
  min-block-size: 3rem;
  padding: .5rem 1rem;
  border: 1px solid transparent;
  border-radius: calc(var(--beckon-radius, 16px) * .625);
  background: var(--bk-accent);
  color: var(--bk-on-accent);
  font: inherit;
  font-weight: 600;
  line-height: 1.25;
  text-align: center;
  text-decoration: none;
  text-wrap: balance;
  cursor: pointer;
  touch-action: manipulation;
}
a.button { display: grid; place-items: center; }
.button:hover { background: color-mix(in srgb, var(--bk-accent) 90%, var(--bk-text)); }
.button.quiet { border-color: var(--bk-edge); background: none; color: var(--bk-text); }
.button.quiet:hover { background: var(--bk-subtle); }
.pair { grid-auto-rows: 1fr; }
.pair .button { padding-inline: .5rem; }
@media (min-width: 24rem) { .pair { grid-template-columns: 1fr 1fr; } }
.link, summary {
  display: flex;
  align-items: center;
  justify-content: center;
  inline-size: 100%;
  min-block-size: 2.75rem;
  padding: .5rem 1rem;
  border: 0;
  background: none;
  color: var(--bk-accent);
  font: inherit;
  font-size: .9375rem;
  font-weight: 500;
  cursor: pointer;
  list-style: none;
}
summary::-webkit-details-marker { display: none; }
a { color: var(--bk-accent); }
:is(a, button, input, summary):focus-visible { outline: 2px solid var(--bk-accent); outline-offset: 2px; border-radius: .5rem; }
.button:focus-visible { border-radius: calc(var(--beckon-radius, 16px) * .625); }
label { margin-block-start: .75rem; font-size: .9375rem; font-weight: 500; }
input:not([type="hidden"]) {
  inline-size: 100%;
  min-inline-size: 0;
  min-block-size: 3.25rem;
  padding: .5rem .875rem;
  border: 1px solid var(--bk-control);
  border-radius: calc(var(--beckon-radius, 16px) * .625);
  background: var(--bk-ground);
  color: inherit;
  font: inherit;
  text-align: center;
}
input[inputmode="numeric"] {
  inline-size: 9rem;
  margin: 0 auto .5rem;
  padding-inline: .55em 0;
  font-size: 2.5rem;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
  letter-spacing: .3em;
}
/* For the support that the person calls: never in the way of the words. */
.details { margin-block: .75rem -.5rem; color: var(--bk-muted); font-size: .8125rem; }
.details summary { inline-size: auto; color: inherit; font-size: inherit; font-weight: 400; text-decoration: underline; text-underline-offset: 3px; }
.details p { padding-block-end: .25rem; }
.details code { -webkit-user-select: all; user-select: all; }
.said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.sandbox-phone { margin: 0; padding: .75rem; font-size: .875rem; text-align: center; }
@media (forced-colors: active) {
  .button, .badge, .initial, .warning { border: 1px solid; }
}
`;

/** Beneath the hosted sign-in: where the person returns, and links of the website and the operator. */
const ABOUT = `.about { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1.5rem; padding: .75rem .25rem 0; color: var(--bk-muted); font-size: .8125rem; }
.about p { margin: 0; }
.about b { color: var(--bk-text); font-weight: 600; }
.about ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
.about a { color: inherit; text-decoration: none; }
.about a:hover, .about a:focus-visible { color: var(--bk-text); text-decoration: underline; }
@media (max-width: 30rem) {
  .about { flex-direction: column; align-items: center; text-align: center; }
  .about ul { justify-content: center; }
  .about :is(p, li) { min-height: 1.5rem; }
}
@media (max-height: 40rem) {
  body:has(.about) { padding-block: .5rem; }
  .sandbox-phone { padding: .375rem; }
  .about { padding-block-start: .375rem; }
}
`;

/** Pages in a frame: the sign-in on a website's page, and the state of a sign-in without script. */
const FRAMED = `.live { display: block; inline-size: 100%; block-size: 22rem; margin-block-start: 1rem; border: 0; color-scheme: light dark; }
.live[data-code] { block-size: 24.5rem; }
@media (max-width: 20rem) { .live { block-size: 24.5rem; } }
.state {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  min-block-size: 100dvh;
  padding: 1px;
  background: var(--bk-ground);
  text-align: center;
}
.state > .code + p { margin-block-start: .75rem; }
:root[data-framed] body { display: block; padding: 0; min-block-size: 0; background: transparent; }
:root[data-framed] .about { display: none; }
:root[data-framed] .hosted { inline-size: 100%; }
`;

export const STYLE: string = [TOKENS, CARD, SIGNS, FACTS, CONTROLS, ABOUT, FRAMED].join('');
