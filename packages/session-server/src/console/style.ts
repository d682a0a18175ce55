/** The console's style sheet: the colours of our other pages, in a denser house. */
import { TOKENS } from '../http/pages/style.ts';

const FRAME = `* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--bk-page);
  color: var(--bk-text);
  font: 400 .9375rem/1.5 var(--beckon-font, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif);
  overflow-wrap: anywhere;
  -webkit-text-size-adjust: 100%;
}
h1, h2, h3, p, dl, dd, ol, ul, figure { margin: 0; }
h1 { margin-block-end: .75rem; font-size: 1.5rem; font-weight: 600; letter-spacing: -.011em; }
h2 { margin-block: 2rem .75rem; font-size: 1.0625rem; font-weight: 600; }
h3 { font-size: .9375rem; font-weight: 600; }
a { color: var(--bk-accent); text-underline-offset: 3px; }
code { font: 400 .8125rem/1.5 ui-monospace, "SFMono-Regular", "Noto Sans Mono", Menlo, monospace; }
main > h1 + .small { margin-block-start: -.5rem; }
.small, small { color: var(--bk-muted); font-size: .8125rem; }
.said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; inset-block-start: -4rem; padding: .5rem 1rem; background: var(--bk-ground); }
.skip:focus { inset-block-start: 0; z-index: 1; }
main { max-inline-size: 72rem; margin-inline: auto; padding: 1.5rem clamp(1rem, 4vw, 2rem) 4rem; }
main:focus { outline: none; }
.top {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: .5rem 1rem;
  align-items: center;
  padding: .75rem clamp(1rem, 4vw, 2rem) 0;
  border-block-end: 1px solid var(--bk-line);
  background: var(--bk-ground);
}
:is(td, dd, p) > a, .product { display: inline-block; min-block-size: 1.5rem; line-height: 1.5rem; }
.product { color: inherit; text-decoration: none; }
.product span { margin-inline-start: .375rem; color: var(--bk-muted); }
.leave { display: flex; gap: .25rem; align-items: center; color: var(--bk-muted); font-size: .8125rem; }
.search { display: flex; gap: .5rem; grid-row: 2; grid-column: 1 / -1; }
.search input { flex: 1; min-inline-size: 0; }
.top nav { grid-column: 1 / -1; }
.top nav ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; padding: 0; list-style: none; }
.top nav a {
  display: block;
  padding: .625rem .625rem .5rem;
  border-block-end: 2px solid transparent;
  color: var(--bk-muted);
  font-weight: 500;
  text-decoration: none;
  white-space: nowrap;
}
.top nav a:hover { color: var(--bk-text); }
.top nav a[aria-current] { border-color: var(--bk-accent); color: var(--bk-text); }
@media (min-width: 52rem) {
  .top { grid-template-columns: auto minmax(16rem, 28rem) auto; justify-content: space-between; }
  .search { grid-row: auto; grid-column: auto; }
}
`;

const PARTS = `.panel, .funnel, .course, .card { padding: 1rem; border: 1px solid var(--bk-line); border-radius: .75rem; background: var(--bk-ground); }
.grid { display: grid; gap: .75rem; }
@media (min-width: 52rem) { .grid.two { grid-template-columns: 1fr 1fr; } }
.facts { display: grid; gap: 0; padding: 0 1rem; border: 1px solid var(--bk-line); border-radius: .75rem; background: var(--bk-ground); }
.facts > div { display: grid; gap: 0 1rem; padding-block: .5rem; }
.facts > div + div { border-block-start: 1px solid var(--bk-line); }
@media (min-width: 32rem) { .facts > div { grid-template-columns: 11rem 1fr; } }
dt { color: var(--bk-muted); }
.notice { margin-block-end: 1rem; padding: .625rem 1rem; border-inline-start: 3px solid var(--bk-tone); border-radius: .25rem; background: var(--bk-ground); }
[data-tone] { --bk-tone: var(--bk-muted); }
[data-tone="good"] { --bk-tone: var(--bk-good); }
[data-tone="bad"] { --bk-tone: var(--bk-bad); }
[data-tone="warm"] { --bk-tone: var(--bk-warm); }
.state { color: var(--bk-tone); font-weight: 500; white-space: nowrap; }
.state::before { content: ""; display: inline-block; inline-size: .5rem; block-size: .5rem; margin-inline-end: .375rem; border-radius: 50%; background: currentColor; }
.empty { padding: 1.5rem 1rem; border: 1px dashed var(--bk-edge); border-radius: .75rem; color: var(--bk-muted); text-align: center; }
.command { margin-block-start: .75rem; color: var(--bk-muted); font-size: .8125rem; }
.command code { color: var(--bk-text); -webkit-user-select: all; user-select: all; }
.more { margin-block-start: .75rem; }
.course { padding-block-end: .5rem; }
.course figcaption { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-block-end: .75rem; font-size: .8125rem; }
.course .most { margin-inline-start: auto; color: var(--bk-muted); }
.course svg { display: block; inline-size: 100%; block-size: 6rem; }
.key::before { content: ""; display: inline-block; inline-size: .625rem; block-size: .625rem; margin-inline-end: .375rem; border-radius: 2px; background: currentColor; }
.key.shown::before { background: color-mix(in srgb, var(--bk-accent) 28%, var(--bk-ground)); }
.key.signed-in::before { background: var(--bk-accent); }
rect.shown { fill: color-mix(in srgb, var(--bk-accent) 28%, var(--bk-ground)); }
rect.signed-in { fill: var(--bk-accent); }
.axis { display: flex; color: var(--bk-muted); font-size: .75rem; }
.axis span { flex: 1; }
.stream { display: block; inline-size: 100%; block-size: 4rem; margin-block: .5rem .375rem; }
.step-0 { fill: color-mix(in srgb, var(--bk-accent) 28%, var(--bk-ground)); }
.step-1 { fill: color-mix(in srgb, var(--bk-accent) 48%, var(--bk-ground)); }
.step-2 { fill: color-mix(in srgb, var(--bk-accent) 70%, var(--bk-ground)); }
.step-3 { fill: var(--bk-accent); }
.steps { display: grid; grid-template-columns: repeat(4, 1fr); padding: 0; list-style: none; }
.steps li { display: grid; align-content: start; min-inline-size: 0; padding-inline-end: .25rem; }
.steps b { font-size: 1.125rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.funnel > .small { margin-block-start: .5rem; }
@media (forced-colors: active) {
  rect, path { forced-color-adjust: none; }
  .state::before, .key::before { forced-color-adjust: none; }
}
`;

const TABLES = `table { inline-size: 100%; border: 1px solid var(--bk-line); border-collapse: separate; border-spacing: 0; border-radius: .75rem; background: var(--bk-ground); font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .75rem; text-align: start; vertical-align: baseline; }
thead th { color: var(--bk-muted); font-size: .8125rem; font-weight: 500; }
tbody :is(th, td) { border-block-start: 1px solid var(--bk-line); }
table.plain { border: 0; }
table.plain :is(th, td) { padding: .25rem .5rem; font-weight: 400; }
@media (max-width: 52rem) {
  table:not(.plain), table:not(.plain) :is(tbody, tr, td) { display: block; }
  table:not(.plain) thead { display: none; }
  table:not(.plain) tr { padding: .625rem 1rem; }
  table:not(.plain) tr + tr { border-block-start: 1px solid var(--bk-line); }
  table:not(.plain) td { display: grid; grid-template-columns: 7rem 1fr; gap: .75rem; padding: .125rem 0; border: 0; }
  table:not(.plain) td[data-empty] { display: none; }
  table:not(.plain) td > .state { white-space: normal; }
  table:not(.plain) td::before { content: attr(data-label); color: var(--bk-muted); font-size: .8125rem; }
}
`;

const CONTROLS = `.button {
  display: inline-block;
  min-block-size: 2.75rem;
  padding: .5rem 1rem;
  border: 1px solid transparent;
  border-radius: .625rem;
  background: var(--bk-accent);
  color: var(--bk-on-accent);
  font: inherit;
  font-weight: 600;
  line-height: 1.6;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button.quiet { border-color: var(--bk-control); background: none; color: var(--bk-text); }
.button.quiet:hover { background: var(--bk-subtle); }
.button.grave { background: var(--bk-bad); color: var(--bk-ground); }
.small-button { min-block-size: 2.25rem; padding: .25rem .75rem; font-size: .875rem; }
.link { min-block-size: 2.25rem; padding: .25rem .5rem; border: 0; background: none; color: var(--bk-accent); font: inherit; cursor: pointer; }
input:not([type="hidden"]), select {
  min-block-size: 2.25rem;
  padding: .25rem .75rem;
  border: 1px solid var(--bk-control);
  border-radius: .625rem;
  background: var(--bk-ground);
  color: inherit;
  font: inherit;
}
::placeholder { color: var(--bk-muted); opacity: 1; }
:is(a, button, input, select, summary):focus-visible { outline: 2px solid var(--bk-accent); outline-offset: 2px; border-radius: .375rem; }
summary { min-block-size: 2.25rem; padding-block: .375rem; color: var(--bk-accent); font-size: .875rem; font-weight: 500; cursor: pointer; }
.act[open] { margin-block-start: .5rem; padding: .5rem 1rem 1rem; border: 1px solid var(--bk-line); border-radius: .75rem; background: var(--bk-ground); }
.act form { display: grid; gap: .75rem; justify-items: start; }
.acts { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin-block-start: 1rem; }
.filters { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin-block: 1rem; }
@media (max-width: 32rem) { .filters { display: grid; grid-template-columns: 1fr 1fr; } }
.filters label { display: grid; gap: .25rem; color: var(--bk-muted); font-size: .8125rem; }
.filters :is(input, select) { inline-size: min(12rem, 100%); color: var(--bk-text); font-size: .9375rem; }
.enter { max-inline-size: 26rem; margin-block-start: 12vh; padding: 2rem; }
.enter form { display: grid; gap: .5rem; margin-block: 1.25rem; }
.enter input { min-block-size: 2.75rem; }
`;

export const CONSOLE_STYLE: string = [TOKENS, FRAME, PARTS, TABLES, CONTROLS].join('');
