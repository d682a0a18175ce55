// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';

const EVIL = 'https://evil.example/widget.js';

/** What the page says that runs: the document's own answer. */
function run(script: Element | null): void {
  Object.defineProperty(Object.getPrototypeOf(document), 'currentScript', { get: () => script, configurable: true });
}
/** What markup puts in its place: `<img name="currentScript">`, or a script of that name. */
function clobber(element: Element): void {
  Object.defineProperty(document, 'currentScript', { value: element, configurable: true });
}
function withSrc<K extends 'img' | 'script' | 'iframe'>(name: K, src: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if ('type' in element) element.type = 'text/plain';
  element.setAttribute('src', src);
  return element;
}
const loaded = async () => {
  const { runningScript, scriptOrigin } = await import('./script-origin.ts');
  return { runningScript, scriptOrigin: scriptOrigin() };
};

afterEach(() => {
  Reflect.deleteProperty(document, 'currentScript');
  Reflect.deleteProperty(Object.getPrototypeOf(document) as object, 'currentScript');
  vi.resetModules();
});

test.each(['img', 'script', 'iframe'] as const)(
  'FT-A1a: a <%s name="currentScript"> is not the script',
  async (name) => {
    const script = withSrc('script', 'https://id.example/widget.js');
    run(script);
    clobber(withSrc(name, EVIL));
    expect(await loaded()).toEqual({ runningScript: script, scriptOrigin: 'https://id.example' });
  },
);

test('FT-A1a: nor is it in a module, which knows no script', async () => {
  run(null);
  clobber(withSrc('img', EVIL));
  expect(await loaded()).toEqual({ runningScript: null, scriptOrigin: null });
});

test('FT-A1a: only an HTML script counts', async () => {
  run(withSrc('img', EVIL));
  expect(await loaded()).toEqual({ runningScript: null, scriptOrigin: null });
});
