// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ComponentChild } from 'preact';

let createElement: typeof import('preact').createElement;
let createRoot: typeof import('./react-dom-client.ts').createRoot;
// Loaded afresh: it remembers what it has seen of the page.
beforeEach(async () => {
  vi.resetModules();
  ({ createElement } = await import('preact'));
  ({ createRoot } = await import('./react-dom-client.ts'));
});

const NAMES = ['createElement', 'createElementNS', 'createTextNode'] as const;

/** As the browser does for `<img name="createElementNS">`. */
function clobber(): void {
  const image = document.createElement('img');
  for (const name of NAMES) Object.defineProperty(document, name, { value: image, configurable: true });
}
function restore(): void {
  for (const name of NAMES) Reflect.deleteProperty(document, name);
}
afterEach(restore);

const drawing = (words: string): ComponentChild =>
  createElement(
    'p',
    null,
    createElement('svg', null, createElement('path', { d: 'M0 0' })),
    createElement('b', null, words),
  );

function place(): { readonly shadow: ShadowRoot; readonly root: ReturnType<typeof createRoot> } {
  const shadow = document.createElement('div').attachShadow({ mode: 'open' });
  return { shadow, root: createRoot(shadow) };
}

test('on any other page nodes keep their document', () => {
  const { shadow, root } = place();
  root.render(drawing('one'));
  expect(shadow.querySelector('b')?.ownerDocument).toBe(document);
  root.unmount();
});

test('FT-A1b: it draws on a page whose markup has taken what makes nodes', () => {
  const { shadow, root } = place();
  clobber();
  root.render(drawing('one'));
  root.render([drawing('two'), drawing('more')]);
  restore();
  expect(shadow.textContent).toBe('twomore');
  expect(shadow.querySelector('path')?.namespaceURI).toBe('http://www.w3.org/2000/svg');
  root.unmount();
  expect(shadow.childNodes).toHaveLength(0);
});

test('FT-A1b: also where that happens after something was drawn', () => {
  const { shadow, root } = place();
  root.render(drawing('one'));
  clobber();
  root.render(createElement('div', null, drawing('in'), 'text'));
  restore();
  expect(shadow.textContent).toBe('intext');
});
