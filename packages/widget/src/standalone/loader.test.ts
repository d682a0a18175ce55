// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';

const asked: string[] = [];
const drawn: string[] = [];
let arrive: () => void = () => {};

/** Runs the loader as a page does: `src` is its script's, null for a module. */
async function load(src: string | null): Promise<void> {
  const script = document.createElement('script');
  script.type = 'text/plain';
  if (src !== null) script.setAttribute('src', src);
  vi.stubGlobal('ELEMENT_CHUNK', './element-abc.js');
  vi.doMock('../element/script-origin.ts', () => ({ runningScript: src === null ? null : script }));
  vi.doMock('./import-chunk.ts', () => ({
    importChunk(url: string) {
      asked.push(url);
      return new Promise((resolve) => {
        arrive = () =>
          resolve({
            drawHere: ({ id }: HTMLElement) => ({
              draw: () => drawn.push(`draw ${id}`),
              leave: () => drawn.push(`leave ${id}`),
            }),
          });
      });
    },
  }));
  // A name is defined for good: each page of this file has its own.
  vi.doMock('../element/define.ts', async () => {
    const { beckonSignIn } =
      await vi.importActual<typeof import('../element/beckon-sign-in.ts')>('../element/beckon-sign-in.ts');
    pages += 1;
    const name = tag();
    return {
      defineElement: (begin: Parameters<typeof beckonSignIn>[0]) => customElements.define(name, beckonSignIn(begin)),
    };
  });
  await import('./loader.ts');
}
let pages = 0;
const tag = (): string => `loaded-${pages}`;
function element(id: string): HTMLElement {
  const made = document.createElement(tag());
  made.id = id;
  return made;
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

afterEach(() => {
  for (const path of ['../element/script-origin.ts', './import-chunk.ts', '../element/define.ts']) vi.doUnmock(path);
  vi.unstubAllGlobals();
  vi.resetModules();
  document.body.replaceChildren();
  delete window.Beckon;
  asked.length = 0;
  drawn.length = 0;
});

test('nothing is imported before an element is in the page', async () => {
  await load('https://id.example/widget.js');
  expect(window.Beckon).toBeDefined();
  const one = element('one');
  expect(asked).toEqual([]);
  document.body.append(one);
  expect(asked, 'a classic script of another origin has no base').toEqual(['https://id.example/element-abc.js']);
  arrive();
  await settled();
  one.setAttribute('theme', 'dark');
  one.remove();
  await settled();
  expect(drawn).toEqual(['draw one', 'draw one', 'leave one']);
});

test('an element in a shadow root is one too', async () => {
  await load('https://id.example/widget.js');
  const host = document.body.appendChild(document.createElement('div'));
  host.attachShadow({ mode: 'open' }).append(element('inside'));
  expect(asked).toHaveLength(1);
});

test('an element that is gone before its code comes is not drawn', async () => {
  await load('https://id.example/widget.js');
  const one = element('one');
  document.body.append(one);
  one.remove();
  await settled();
  arrive();
  await settled();
  expect(drawn).toEqual([]);
});

test('a module imports from beside itself', async () => {
  await load(null);
  document.body.append(element('one'));
  expect(asked).toEqual(['./element-abc.js']);
});
