// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConnectorOffer } from '@beckon/protocol';
import { PASBY, WALLET } from './fake-sign-in.ts';
import { Mark } from './mark.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let root: Root;
let place: HTMLElement;
beforeEach(() => {
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});
afterEach(() => {
  act(() => root.unmount());
  place.remove();
});

const show = (changes: Partial<ConnectorOffer>): void =>
  act(() => root.render(<Mark connector={{ ...WALLET, ...changes }} />));
const pictures = () =>
  [...place.querySelectorAll('img')].map((picture) => [picture.dataset['scheme'], picture.getAttribute('src')]);
const tile = () => place.querySelector<HTMLElement>('.bk-mark')!;
const drawing = () => place.querySelector('path')?.getAttribute('d');

const LIGHT = 'https://id.example/marks/light.svg';
const DARK = 'https://id.example/marks/dark.svg';

test('FT-C40c: an app with a picture shows it, one for light and one for dark', () => {
  show({ mark: { light: LIGHT, dark: DARK } });
  expect(pictures()).toEqual([
    ['light', LIGHT],
    ['dark', DARK],
  ]);
  expect(drawing()).toBeUndefined();
  show({ mark: { light: LIGHT, dark: LIGHT } });
  expect(pictures(), 'one picture for both is loaded once').toEqual([[undefined, LIGHT]]);
});

test('FT-C40c: a tile is drawn, with no letter in it, for an app without one, and for one that does not load', () => {
  show({ mark: null });
  const app = drawing();
  expect(app).toBeDefined();
  expect(tile().textContent).toBe('');
  show({ mark: null, scan_with: 'camera' });
  expect(drawing(), 'a provider’s page looks otherwise').not.toBe(app);

  show({ mark: { light: LIGHT, dark: DARK } });
  act(() => void place.querySelector('img')!.dispatchEvent(new Event('error')));
  expect(pictures()).toEqual([]);
  expect(drawing()).toBe(app);
});

test('FT-C40c: the provider’s colours are in the tile, unless they cannot be told apart', () => {
  const painted = (background: string, text: string): readonly string[] => {
    show({ ...PASBY, button: { background, text } });
    return [tile().style.background, tile().style.color];
  };
  expect(painted('#DD3E3E', '#FFFFFF')).toEqual(['#DD3E3E', '#FFFFFF']);
  expect(painted('#ffff00', '#ffffff')).toEqual(['', '']);
});
