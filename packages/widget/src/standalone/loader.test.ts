// @vitest-environment happy-dom
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Fill } from '../element/define.ts';

const asked: string[] = [];
const drawn: string[] = [];
let arrive: () => void = () => {};
let lose: () => void = () => {};

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
      return new Promise((resolve, reject) => {
        lose = () => reject(new TypeError('Failed to fetch'));
        arrive = () =>
          resolve({
            drawHere({ id }: HTMLElement) {
              drawn.push(`draw ${id}`);
              return () => drawn.push(`leave ${id}`);
            },
          });
      });
    },
  }));
  // A name is defined for good: each page of this file has its own.
  vi.doMock('../element/define.ts', async () => {
    const actual = await vi.importActual<typeof import('../element/define.ts')>('../element/define.ts');
    pages += 1;
    const name = tag();
    return { ...actual, defineElement: (fill: Fill) => actual.defineElement(fill, name) };
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
  one.remove();
  await settled();
  expect(drawn).toEqual(['draw one', 'leave one']);
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

const text = (of: HTMLElement): string | null | undefined => of.shadowRoot?.textContent;

test('MISTAKE-PART-LOST: an element whose code does not come says so, to the person, the page and the developer', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue(undefined);
  onTestFinished(() => log.mockRestore());
  await load('https://id.example/widget.js');
  const one = element('one');
  const errors: string[] = [];
  one.addEventListener('beckon-error', ({ detail }) => errors.push(detail.error));
  document.body.append(one);
  lose();
  await settled();
  expect(text(one)).toBe('Sign-in did not load. Reload this page to try again.');
  expect(errors).toEqual(['setup_script']);
  expect(log.mock.calls).toEqual([
    ['Beckon: setup_script: see docs/guides/mistakes.md#setup_script', expect.any(TypeError)],
  ]);
});

test('MISTAKE-PART-LOST: it says that it takes long, and no longer once the code is there', async () => {
  await load('https://id.example/widget.js');
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const [slow, quick] = [element('slow'), element('quick')];
  document.body.append(slow);
  vi.advanceTimersByTime(7_999);
  expect(text(slow) ?? '').toBe('');
  vi.advanceTimersByTime(1);
  expect(text(slow)).toBe('This takes longer than usual.');
  arrive();
  await vi.advanceTimersByTimeAsync(0);
  expect(text(slow)).toBe('');
  document.body.append(quick);
  arrive();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(text(quick)).toBe('');
});

test('MISTAKE-MODULE-TOLD: a module that was given a login route says that it cannot read it', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue(undefined);
  onTestFinished(() => log.mockRestore());
  document.head.innerHTML = '<script type="module" data-login-url="/login"></script>';
  onTestFinished(() => document.head.replaceChildren());
  vi.doMock('./import-mistakes.ts', () => vi.importActual('../mistakes/import-mistakes.ts'));
  await load(null);
  await vi.waitFor(() => expect(log.mock.calls).toHaveLength(1));
  expect(log.mock.calls[0]).toEqual([
    'Beckon: setup_module: a module cannot read data-login-url. Remove type="module". See docs/guides/mistakes.md#setup_module',
  ]);
});
