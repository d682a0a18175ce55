import { dark, light } from './tokens.ts';

/**
 * The whole style sheet. Every selector begins at `.beckon`, so that it can also rest in a page's
 * own document; it comes after the page's sheets there and wins over rules of equal weight.
 */
export const styleSheet: string = /* css */ `
:host { display: block; }
:host([hidden]) { display: none; }

.beckon {
  ${light}
  container-type: inline-size;
  box-sizing: border-box;
  inline-size: 100%;
  max-inline-size: 25rem;
  margin: 0 auto;
  color: var(--bk-text);
  font: 400 1rem/1.5 var(--beckon-font, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif);
  letter-spacing: normal;
  text-align: center;
  text-transform: none;
  -webkit-font-smoothing: antialiased;
  -webkit-text-size-adjust: 100%;
}
.beckon[data-theme=dark] { ${dark} }
@media (prefers-color-scheme: dark) {
  .beckon[data-theme=auto] { ${dark} }
}
.beckon *, .beckon ::before { box-sizing: border-box; }
.beckon :is(h2, p, ol, ul, li) { margin: 0; padding: 0; list-style: none; }
.beckon svg { display: block; flex: none; }

.beckon .bk-card {
  overflow: hidden;
  background: var(--bk-ground);
  border: 1px solid var(--bk-line);
  border-radius: var(--beckon-radius, 16px);
}
.beckon[data-alone] .bk-card { box-shadow: var(--bk-shadow); }
.beckon .bk-body {
  display: flex;
  flex-direction: column;
  align-items: center;
  min-block-size: 31rem;
  padding: clamp(1.5rem, 9cqi, 2.25rem) clamp(1rem, 7cqi, 2rem) clamp(1rem, 6cqi, 1.5rem);
}
.beckon .bk-head { display: flex; flex-direction: column; align-items: center; }
.beckon .bk-head:not(:has(+ .bk-stage)) { margin-block: auto; padding-block-end: 1.5rem; }
.beckon .bk-logo {
  inline-size: auto;
  block-size: 2.5rem;
  max-inline-size: 10rem;
  margin-block-end: 1rem;
  object-fit: contain;
}
.beckon .bk-title {
  color: inherit;
  font: inherit;
  font-size: 1.375rem;
  font-weight: 600;
  line-height: 1.3;
  letter-spacing: -.011em;
  text-wrap: balance;
  overflow-wrap: anywhere;
}
.beckon .bk-title:focus { outline: none; }
.beckon .bk-lead {
  max-inline-size: 20rem;
  margin-block-start: .375rem;
  color: var(--bk-muted);
  text-wrap: balance;
  overflow-wrap: anywhere;
}
.beckon .bk-stage {
  display: flex;
  flex: 1;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  inline-size: 100%;
  padding-block: 1.25rem 1.5rem;
}
.beckon .bk-body:has(> .bk-stage > .bk-qr) { min-block-size: 36.5rem; }
.beckon .bk-stage:has(> .bk-qr) { justify-content: flex-start; }
.beckon .bk-actions {
  display: flex;
  flex-direction: column;
  gap: .25rem;
  align-items: center;
  inline-size: 100%;
}
.beckon .bk-actions > :is(.bk-primary, .bk-secondary) { margin-block-end: .25rem; }
.beckon .bk-small { padding-block: .5rem; color: var(--bk-muted); font-size: .8125rem; }

.beckon :is(.bk-primary, .bk-secondary, .bk-quiet) {
  display: inline-flex;
  gap: .5rem;
  align-items: center;
  justify-content: center;
  min-block-size: 2.75rem;
  margin: 0;
  padding: .5rem 1rem;
  border: 1px solid transparent;
  border-radius: calc(var(--beckon-radius, 16px) * .625);
  background: none;
  color: var(--bk-accent);
  font: inherit;
  font-weight: 500;
  line-height: 1.25;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
  touch-action: manipulation;
}
.beckon :is(.bk-primary, .bk-secondary) { inline-size: 100%; min-block-size: 3rem; font-weight: 600; }
.beckon .bk-primary { background: var(--bk-accent); color: var(--bk-on-accent); }
.beckon .bk-primary:hover { background: color-mix(in srgb, var(--bk-accent) 90%, var(--bk-text)); }
.beckon .bk-secondary { border-color: var(--bk-edge); color: var(--bk-text); }
.beckon :is(.bk-secondary, .bk-quiet, .bk-choice):hover { background: var(--bk-subtle); }
.beckon .bk-quiet { font-size: .9375rem; }
.beckon .bk-quiet[data-tone=muted] { color: var(--bk-muted); }
.beckon :is(a, button, input):focus-visible { outline: 2px solid var(--bk-accent); outline-offset: 2px; }

.beckon .bk-qr {
  display: flex;
  align-items: center;
  justify-content: center;
  aspect-ratio: 1;
  inline-size: 15.5rem;
  max-inline-size: 100%;
  min-inline-size: 200px;
  overflow: hidden;
  border-radius: 12px;
  background: #fff;
  box-shadow: 0 0 0 1px var(--bk-line);
  forced-color-adjust: none;
}
.beckon .bk-qr > svg { inline-size: 100%; block-size: auto; aspect-ratio: 1; fill: #0b0f17; shape-rendering: crispEdges; }
.beckon .bk-qr[data-frame=stale] > svg { opacity: .12; }
.beckon .bk-qr[data-frame=waiting] > svg { fill: #dfe3ea; shape-rendering: auto; }
.beckon .bk-qr[data-frame=spent] > svg { filter: blur(5px); opacity: .3; }
.beckon .bk-qr[data-frame=spent] .bk-badge { position: absolute; margin: 0; background: #fff; color: #1a56db; --bk-tone: #1a56db; }
.beckon .bk-countdown { inline-size: 15.5rem; max-inline-size: 100%; margin-block-start: .875rem; }
.beckon .bk-actions > .bk-countdown { margin-block: 0 .5rem; }
.beckon .bk-bar { overflow: hidden; block-size: 3px; border-radius: 2px; background: var(--bk-line); }
.beckon .bk-bar > span { display: block; block-size: 100%; border-radius: inherit; background: var(--bk-accent); transform-origin: left; }
.beckon [dir=rtl] .bk-bar > span, .beckon[dir=rtl] .bk-bar > span { transform-origin: right; }
.beckon .bk-time { margin-block-start: .5rem; color: var(--bk-muted); font-size: .8125rem; font-variant-numeric: tabular-nums; }
.beckon .bk-steps { inline-size: 100%; max-inline-size: 18.5rem; margin-block-end: 1rem; counter-reset: bk-step; text-align: start; }
.beckon .bk-steps li {
  display: flex;
  gap: .75rem;
  padding-block: .25rem;
  font-size: .9375rem;
  counter-increment: bk-step;
  overflow-wrap: anywhere;
}
.beckon .bk-steps li::before {
  content: counter(bk-step);
  flex: none;
  inline-size: 1.5rem;
  block-size: 1.5rem;
  border-radius: 50%;
  background: var(--bk-subtle);
  box-shadow: inset 0 0 0 1px var(--bk-line);
  font-size: .8125rem;
  font-weight: 600;
  line-height: 1.5rem;
  text-align: center;
}
.beckon .bk-note {
  display: flex;
  gap: .5rem;
  align-items: center;
  margin-block-end: .875rem;
  padding: .375rem .75rem;
  border-radius: 999px;
  background: var(--bk-subtle);
  color: var(--bk-warm);
  font-size: .8125rem;
  text-align: start;
}

.beckon .bk-choices { display: flex; flex-direction: column; gap: .5rem; inline-size: 100%; }
.beckon .bk-choice {
  display: flex;
  gap: .75rem;
  align-items: center;
  inline-size: 100%;
  min-block-size: 4rem;
  margin: 0;
  padding: .625rem 1rem;
  border: 1px solid var(--bk-line);
  border-radius: calc(var(--beckon-radius, 16px) * .75);
  background: none;
  color: inherit;
  font: inherit;
  font-weight: 500;
  text-align: start;
  cursor: pointer;
}
.beckon .bk-choice > span:nth-child(2) { flex: 1; overflow-wrap: anywhere; }
.beckon .bk-choice > svg { color: var(--bk-muted); }
.beckon[dir=rtl] .bk-choice > svg { transform: scaleX(-1); }
.beckon [data-brand] { border-color: transparent; font-size: 1.1875rem; font-weight: 700; }
.beckon [data-brand]:hover { filter: brightness(.95); }
.beckon .bk-choice[data-brand] > :is(svg, .bk-monogram) { background: none; color: inherit; }
.beckon .bk-last {
  padding: .125rem .5rem;
  border-radius: 999px;
  background: var(--bk-ground);
  box-shadow: inset 0 0 0 1px var(--bk-line);
  color: var(--bk-text);
  font-size: .8125rem;
  font-weight: 500;
}
.beckon .bk-monogram {
  flex: none;
  inline-size: 2.5rem;
  block-size: 2.5rem;
  border-radius: 10px;
  background: color-mix(in srgb, var(--bk-accent) 12%, transparent);
  color: var(--bk-accent);
  font-weight: 600;
  line-height: 2.5rem;
  text-align: center;
}

.beckon .bk-form { display: flex; flex-direction: column; gap: .5rem; inline-size: 100%; text-align: start; }
.beckon .bk-form label { font-size: .9375rem; font-weight: 500; }
.beckon .bk-form input {
  inline-size: 100%;
  min-block-size: 3rem;
  margin: .375rem 0 .5rem;
  padding: .5rem .875rem;
  border: 1px solid var(--bk-control);
  border-radius: calc(var(--beckon-radius, 16px) * .625);
  background: var(--bk-ground);
  color: inherit;
  font: inherit;
}
.beckon .bk-form [aria-invalid=true] { border-color: var(--bk-bad); }
.beckon .bk-refused { display: block; margin-block-end: .5rem; color: var(--bk-bad); font-weight: 400; overflow-wrap: anywhere; }
.beckon .bk-form .bk-countdown { inline-size: 100%; margin: 0 0 .5rem; }

.beckon .bk-badge {
  display: grid;
  place-items: center;
  inline-size: 5.5rem;
  block-size: 5.5rem;
  border-radius: 50%;
  background: color-mix(in srgb, var(--bk-tone) 11%, transparent);
  color: var(--bk-tone);
  --bk-tone: var(--bk-accent);
  margin-block-end: 1.5rem;
}
.beckon .bk-badge[data-tone=good] { --bk-tone: var(--bk-good); }
.beckon .bk-badge[data-tone=bad] { --bk-tone: var(--bk-bad); }
.beckon .bk-badge[data-tone=warm] { --bk-tone: var(--bk-warm); }
.beckon .bk-badge[data-tone=calm] { --bk-tone: var(--bk-muted); }
.beckon .bk-icon { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.beckon .bk-badge .bk-icon { inline-size: 2.5rem; block-size: 2.5rem; stroke-width: 1.5; }
.beckon .bk-words { font-size: 1.5rem; font-weight: 600; }
.beckon .bk-number { display: flex; gap: .75rem; direction: ltr; }
.beckon .bk-number span {
  display: grid;
  place-items: center;
  inline-size: 5.5rem;
  block-size: 7rem;
  border: 1px solid var(--bk-line);
  border-radius: 14px;
  background: var(--bk-subtle);
  font-size: 4rem;
  font-weight: 600;
  line-height: 1;
  font-variant-numeric: tabular-nums;
}

.beckon .bk-warning {
  display: flex;
  gap: .75rem;
  align-items: flex-start;
  padding: .875rem clamp(1rem, 7cqi, 2rem) 1rem;
  border-block-start: 1px solid var(--bk-line);
  background: var(--bk-subtle);
  color: var(--bk-muted);
  font-size: .8125rem;
  text-align: start;
  overflow-wrap: anywhere;
}
.beckon .bk-warning svg { margin-block-start: .125rem; }
.beckon .bk-said {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.beckon .bk-open { max-inline-size: 100%; }
.beckon .bk-dialog {
  position: fixed;
  inset: 0;
  inline-size: 27rem;
  max-inline-size: calc(100vw - 1rem);
  block-size: fit-content;
  max-block-size: calc(100dvh - 1rem);
  margin: auto;
  padding: 0;
  overflow: auto;
  border: 0;
  border-radius: var(--beckon-radius, 16px);
  background: var(--bk-ground);
  color: inherit;
  container-type: inline-size;
}
.beckon .bk-dialog::backdrop { background: rgb(9 14 26 / .55); }
.beckon .bk-dialog .bk-card { border: 0; }
.beckon .bk-dismiss {
  position: absolute;
  z-index: 1;
  inset-block-start: .375rem;
  inset-inline-end: .375rem;
  inline-size: 2.75rem;
  padding: 0;
}
.beckon .bk-frame iframe { display: block; inline-size: 100%; border: 0; }

@media (prefers-reduced-motion: no-preference) {
  .beckon .bk-bar > span { transition: transform 1s linear; }
  .beckon .bk-qr[data-frame=waiting] svg { animation: bk-breathe 1.6s ease-in-out infinite; }
  .beckon .bk-badge[data-waiting]::before {
    content: "";
    grid-area: 1 / 1;
    inline-size: 5.5rem;
    block-size: 5.5rem;
    border: 1px solid var(--bk-tone);
    border-radius: 50%;
    animation: bk-ripple 2.4s ease-out infinite;
  }
  .beckon .bk-badge .bk-icon { grid-area: 1 / 1; }
}
@keyframes bk-breathe { 50% { opacity: .45; } }
@keyframes bk-ripple { from { opacity: .5; } to { opacity: 0; transform: scale(1.35); } }
@media (forced-colors: active) {
  .beckon :is(.bk-primary, .bk-secondary, .bk-quiet) { border-color: currentColor; }
  .beckon .bk-bar > span { background: CanvasText; }
}
`;
