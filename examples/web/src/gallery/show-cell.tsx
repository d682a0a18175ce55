/** One cell of the gallery: one state of the widget, alone on its page. A test shows one after the other in the same page. */
import type { JSX } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import type { SignIn as Conducted } from '@beckon/widget';
import { SignIn } from '@beckon/widget/react';
import { cellFrom, STATE_NAMES, type Cell } from './cell.ts';
import { clock, forgetTimers, later, settled, stopTime } from './clock.ts';
import { createPlayer } from './player.ts';
import { STATES, type State } from './states.ts';

/** When the first cell begins: some day. */
const BEGIN_MS = Date.UTC(2026, 10, 30, 12);
const place = document.querySelector<HTMLElement>('#cell')!;
const USER_AGENT = navigator.userAgent;
const matchMedia = globalThis.matchMedia.bind(globalThis);
let root: Root | undefined;
let close = (): void => {};

/** What tests call. */
const gallery = { states: STATE_NAMES, show, later };
declare global {
  interface Window {
    gallery: typeof gallery;
  }
}

/** Resolves once the cell is drawn. `query`: as in the page's address. @throws Error for what is no cell, or never comes */
async function show(query: string): Promise<void> {
  const cell = cellFrom(new URLSearchParams(query));
  const state = STATES[cell.state]!;
  document.documentElement.dataset['shown'] = '';
  root?.unmount();
  close();
  forgetTimers();
  clock.set(BEGIN_MS);
  pretend(state);
  document.documentElement.style.colorScheme = cell.theme;
  document.documentElement.dir = cell.dir;
  document.documentElement.dataset['alone'] = String(state.alone ?? false);
  document.documentElement.dataset['scrolls'] = state.scrolls ?? '';
  place.style.maxInlineSize = cell.width === null ? '' : `${cell.width}px`;
  document.title = `${cell.state}, ${cell.theme}, ${cell.dir}`;

  const player = createPlayer(state);
  close = () => player.signIn.close();
  root = createRoot(place);
  root.render(widgetOf(state, cell, player.signIn));
  await settled();
  turn(cell);
  if (state.framed) await framed();
  else if (!state.unbegun) await player.play();
  await state.after?.(player);
  await settled();
  await press(state);
  await drawn(state);
  turn(cell);
  await document.fonts.ready;
  await stands();
  document.documentElement.dataset['shown'] = cell.state;
}

function widgetOf(state: State, { theme }: Cell, signIn: Conducted): JSX.Element {
  const { alone = false, site, continueTo, taken = false, display = 'inline' } = state;
  if (state.framed) return <SignIn server={location.origin} loginUrl="/gallery/cell" display={display} theme={theme} />;
  // As the session server's page has it, or a page that goes nowhere.
  const own = {
    go() {},
    ...(alone && { standsAlone: true }),
    ...(continueTo && { continueTo }),
    ...(site && { site }),
  };
  return <SignIn signIn={signIn} theme={theme} display={display} redirect={!taken} {...own} />;
}

/** The browser says when it has seen that the frame's place is in sight. */
async function framed(): Promise<void> {
  while (place.querySelector('iframe') === null) await settled();
}

/** The only language of the widget is written from left to right: the cell turns the layout alone. */
function turn({ dir }: Cell): void {
  widget()!.dir = dir;
}

async function press({ opens, types, presses = [], waits = 0 }: State): Promise<void> {
  if (opens)
    for (const folded of place.querySelectorAll<HTMLElement>('[aria-expanded=false], details:not([open]) > summary'))
      folded.click();
  await settled();
  if (types !== undefined) {
    const field = place.querySelector('input')!;
    field.value = types;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await settled();
  }
  for (const name of presses) {
    const buttons = [...place.querySelectorAll<HTMLElement>('button, a')];
    const button = buttons.find(({ textContent }) => name.test(textContent));
    if (button === undefined) throw new Error(`no button says ${name}`);
    button.click();
    await settled();
  }
  await clock.pass(waits);
}

/** Waits for what comes by itself: the encoder, pictures. */
async function drawn({ phase, display }: State): Promise<void> {
  for (let turns = 0; turns < 200; turns += 1) {
    const waits = place.querySelector('.bk-qr[data-frame=waiting]:has([role=img])') !== null;
    const pictures = [...place.querySelectorAll('img')].every(({ complete }) => complete);
    if (widget()?.dataset['phase'] === phase && pictures && !waits) return settled();
    await settled();
  }
  throw new Error(`${display ?? 'inline'}: ${phase} never came, but ${widget()?.dataset['phase']}`);
}

/** Resolves once nothing has moved for three frames: the widget measures itself. */
async function stands(): Promise<void> {
  let same = 0;
  let before = '';
  for (let frame = 0; same < 3 && frame < 60; frame += 1) {
    await new Promise(requestAnimationFrame);
    const boxes = [...place.querySelectorAll('.bk-card, .bk-card *')].map((each) => each.getBoundingClientRect());
    const now = boxes.map(({ top, left, height }) => `${top} ${left} ${height}`).join();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

function widget(): HTMLElement | null {
  return place.querySelector<HTMLElement>('.beckon');
}

function pretend({ phone = false, userAgent = USER_AGENT }: State): void {
  Object.defineProperty(navigator, 'maxTouchPoints', { value: phone ? 5 : 0, configurable: true });
  Object.defineProperty(navigator, 'userAgent', { value: userAgent, configurable: true });
  globalThis.matchMedia = (query) =>
    /pointer: coarse/.test(query) ? matchMedia(phone ? 'all' : 'not all') : matchMedia(query);
}

// A cell leads nowhere, and leaves alone what the person who looks at it has copied.
place.addEventListener('click', (event) => (event.target as Element).closest('a') && event.preventDefault());
Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.resolve() } });
stopTime();
window.gallery = gallery;
const asked = location.search.slice(1);
if (asked !== '')
  show(asked).catch((error: unknown) => {
    place.textContent = String(error);
    document.documentElement.dataset['shown'] = 'not';
  });
