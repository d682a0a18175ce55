// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SignInState } from '../session/index.ts';
import { fakeSignIn, NOW, SESSION, STATES } from './fake-sign-in.ts';
import { Widget } from './sign-in.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** What a browser would measure: the height that each state needs, and the width of the card, in px. */
const NEEDS: Partial<Record<SignInState['phase'], number>> = { choosing: 900, qr: 800, retrieved: 600, declined: 500 };
let width = 400;
let place: HTMLElement;
let root: Root;
const animate = vi.fn<(frames: readonly Keyframe[], timing: KeyframeAnimationOptions) => Animation>();

const drawn = () => place.querySelector<HTMLElement>('.beckon')!.dataset['phase'] as SignInState['phase'];
const card = () => place.querySelector<HTMLElement>('.bk-card')!;

function show(state: SignInState): (next: SignInState) => void {
  const signIn = fakeSignIn(state);
  act(() => root.render(<Widget server="https://id.example" signIn={signIn} now={() => NOW} go={() => {}} />));
  Object.defineProperty(card(), 'animate', { value: animate });
  return (next) => act(() => signIn.become(next));
}

beforeEach(() => {
  width = 400;
  animate.mockReset();
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockImplementation(() => width);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(() =>
    Math.max(NEEDS[drawn()] ?? 0, Number.parseFloat(card().style.minBlockSize) || 0),
  );
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});
afterEach(() => {
  act(() => root.unmount());
  place.remove();
  vi.restoreAllMocks();
});

test('FT-C20b: what follows a code has the height that the code had', () => {
  const become = show(STATES.choosing);
  become(STATES.qr);
  expect(card().offsetHeight, 'a long list of apps makes no code high').toBe(800);
  become(STATES.retrieved);
  expect(card().offsetHeight).toBe(800);
  become(STATES.declined);
  expect(card().offsetHeight).toBe(800);
});

test('FT-C20b: at another width the height of before means nothing', () => {
  const become = show(STATES.qr);
  become(STATES.retrieved);
  width = 736;
  become(STATES.declined);
  expect(card().offsetHeight).toBe(500);
});

test('FT-C20c: another height is reached in the time of the style sheet, and with reduced motion at once', () => {
  const become = show(STATES.retrieved);
  const time = vi.spyOn(window, 'getComputedStyle');
  time.mockReturnValue({ transitionDuration: '0.2s' } as CSSStyleDeclaration);
  become(STATES.qr);
  expect(animate).toHaveBeenCalledOnce();
  const [frames, { duration }] = animate.mock.calls[0]!;
  expect(frames.map(({ height }) => height)).toEqual(['600px', '800px']);
  expect(duration).toBe(200);
  become(STATES.retrieved);
  expect(animate, 'the height is the same').toHaveBeenCalledOnce();
  time.mockReturnValue({ transitionDuration: '0s' } as CSSStyleDeclaration);
  become(STATES.choosing);
  expect(animate).toHaveBeenCalledOnce();
});

test('a plate that is neither a code nor a list stands there until it is known which comes', () => {
  const become = show(STATES.starting);
  expect(place.querySelector('.bk-wait'), 'nothing is known').not.toBeNull();
  expect(place.querySelector('.bk-qr')).toBeNull();
  become({ ...STATES.starting, session: SESSION });
  expect(place.querySelector('.bk-wait')).toBeNull();
  expect(place.querySelector('.bk-qr'), 'the code of the app that was chosen').not.toBeNull();
});
