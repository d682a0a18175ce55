/** The style sheet of our own pages; the widget brings its own, inside its shadow root. */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #101216);
  --surface: light-dark(#ffffff, #191c22);
  --text: light-dark(#1a1d23, #eceef2);
  --muted: light-dark(#5a6170, #a3abba);
  --line: light-dark(#dfe2e8, #2c313b);
  --accent: light-dark(#1f4fd8, #86a8ff);
  --on-accent: light-dark(#ffffff, #0d1530);
  --note: light-dark(#fff7e0, #2b2410);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100dvh;
  display: grid;
  place-items: center;
  padding: 1rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
.hosted { width: min(100%, 46rem); }
.hosted .card { margin-inline: auto; }
.card {
  width: min(100%, 26rem);
  padding: 2rem 1.75rem;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 1rem;
}
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: .75rem 0 0; }
.eyebrow { margin: 0 0 .25rem; color: var(--muted); font-size: .875rem; }
.domain { margin: 0 0 1rem; color: var(--muted); overflow-wrap: anywhere; }
.actions { margin-top: 1.5rem; }
.button {
  display: block;
  padding: .875rem 1.25rem;
  border-radius: .625rem;
  background: var(--accent);
  color: var(--on-accent);
  font-weight: 600;
  text-align: center;
  text-decoration: none;
}
.secondary, .detail { color: var(--muted); font-size: .9375rem; }
.detail { overflow-wrap: anywhere; }
.request-id { color: var(--muted); font-size: .8125rem; overflow-wrap: anywhere; }
.request-id code { user-select: all; -webkit-user-select: all; }
dl { margin: 1rem 0 0; display: grid; gap: .25rem; }
dt { color: var(--muted); font-size: .875rem; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
form { display: grid; gap: .75rem; }
button.button { width: 100%; border: 1px solid transparent; font: inherit; font-weight: 600; cursor: pointer; }
.button.quiet { border: 1px solid var(--line); background: transparent; color: var(--text); }
summary { padding: .875rem 1.25rem; color: var(--accent); font-weight: 600; text-align: center; cursor: pointer; list-style: none; }
summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .625rem; }
details[open] summary { margin-bottom: .5rem; }
input[type="text"], input:not([type]) {
  width: 100%; min-width: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .625rem; background: var(--ground); color: var(--text);
  font: inherit; font-size: 1.5rem; letter-spacing: .25em; text-align: center;
}
a { color: var(--accent); }
.button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.sandbox-phone { margin: 0; padding: .75rem; font-size: .875rem; text-align: center; }
.warning { margin-top: 1.5rem; padding: .75rem 1rem; border-radius: .625rem; background: var(--note); font-size: .9375rem; }
.number { font-size: 2.5rem; font-weight: 600; letter-spacing: .1em; font-variant-numeric: tabular-nums; }
.code { display: block; max-width: 100%; margin: 0 auto; border-radius: .75rem; background: #fff; fill: #0b0f17; shape-rendering: crispEdges; }
.live { display: block; width: 100%; height: 20.5rem; margin-top: 1rem; border: 0; color-scheme: light dark; }
.state { text-align: center; padding: 1px; }
.state h1, .state h2 { margin-top: 1rem; font-size: 1.375rem; line-height: 1.3; }
div.actions { display: grid; gap: .75rem; }
/* Inside a client's frame the widget alone is the page. */
:root[data-framed] body { display: block; padding: 0; min-height: 0; background: transparent; }
:root[data-framed] .hosted { width: 100%; }
`;
