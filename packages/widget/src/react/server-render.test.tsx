// @vitest-environment happy-dom
/** Pages that a server renders, at once or in a stream, and that the browser takes up. */
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { act, StrictMode, Suspense, use, type JSX } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SignIn } from './sign-in.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let place: HTMLElement;
let root: Root | null;
let asked: { readonly url: string; readonly signal: AbortSignal }[];
const underWay = (): readonly string[] => asked.filter(({ signal }) => !signal.aborted).map(({ url }) => url);

beforeEach(() => {
  root = null;
  asked = [];
  place = document.body.appendChild(document.createElement('main'));
  vi.stubGlobal('fetch', (url: string, { signal }: { readonly signal: AbortSignal }) => {
    asked.push({ url, signal });
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  });
});
afterEach(async () => {
  await act(async () => root?.unmount());
  place.remove();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** With no DOM, as on a server. */
async function onServer<T>(render: () => T): Promise<Awaited<T>> {
  const hidden = [
    'window',
    'document',
    'location',
    'localStorage',
    'sessionStorage',
    'matchMedia',
    'navigator',
  ] as const;
  const there = hidden.map((name) => [name, globalThis[name]] as const);
  for (const name of hidden) vi.stubGlobal(name, name === 'navigator' ? { languages: ['en-US'] } : undefined);
  try {
    return await render();
  } finally {
    for (const [name, value] of there) vi.stubGlobal(name, value);
  }
}

const ways: readonly (readonly [string, JSX.Element])[] = [
  ['a sign-in', <SignIn key="1" server="https://id.example" requestUrl="/login/request" />],
  ['a button', <SignIn key="2" server="https://id.example" requestUrl="/login/request" display="button" />],
  ['a dialog', <SignIn key="3" server="https://id.example" requestUrl="/login/request" display="dialog" />],
  ['an iframe', <SignIn key="4" server="https://id.example" loginUrl="/login" theme="dark" />],
  [
    'two of them',
    <div key="5">
      {['a', 'b'].map((client) => (
        <SignIn key={client} server="https://id.example" clientId={client} requestUri="urn:1" />
      ))}
    </div>,
  ],
];

/** What React complains of while it takes the markup up. */
async function hydrate(markup: string, what: JSX.Element): Promise<readonly unknown[]> {
  const complaints: unknown[] = [];
  vi.spyOn(console, 'error').mockImplementation((...said) => void complaints.push(said.join(' ')));
  vi.stubGlobal('navigator', { languages: ['en-GB', 'sv'], maxTouchPoints: 5 });
  place.innerHTML = markup;
  const before = place.firstElementChild;
  await act(async () => {
    root = hydrateRoot(place, <StrictMode>{what}</StrictMode>, {
      onRecoverableError: (error) => complaints.push(error),
    });
  });
  expect(place.firstElementChild, 'the server’s markup must be taken up, not drawn anew').toBe(before);
  return complaints;
}

describe.each(ways)('FT-C80c: %s, rendered by a server', (_, what) => {
  test('is taken up by the browser as it is', async () => {
    const markup = await onServer(() => renderToString(<StrictMode>{what}</StrictMode>));
    expect(markup).toContain('class="beckon"');
    expect(asked, 'a server begins no sign-in').toEqual([]);
    expect(await hydrate(markup, what)).toEqual([]);
  });

  test('is taken up where it came in a stream, after something slow', async () => {
    let come: (text: string) => void = () => {};
    const slow = new Promise<string>((resolve) => {
      come = resolve;
    });
    const Slow = (): JSX.Element => <p>{use(slow)}</p>;
    const whole = (
      <section>
        <Suspense fallback="…">
          <Slow />
          {what}
        </Suspense>
      </section>
    );
    const markup = await onServer(() => {
      const stream = new PassThrough();
      const { pipe } = renderToPipeableStream(<StrictMode>{whole}</StrictMode>, {
        onShellReady: () => setTimeout(() => come('here')),
        onAllReady: () => pipe(stream),
      });
      return text(stream);
    });
    expect(markup).toContain('<p>here</p>');
    expect(markup).toContain('class="beckon"');
    expect(asked, 'a server begins no sign-in').toEqual([]);
    expect(await hydrate(markup, whole)).toEqual([]);
  });
});

test('a mismatch would be seen', async () => {
  const markup = await onServer(() => renderToString(<p>server</p>));
  expect(await hydrate(markup, <p>browser</p>).catch(() => 'drawn anew')).not.toEqual([]);
});

test('FT-C80c: in strict mode, two on one page are two sign-ins, and one that goes leaves the other', async () => {
  const show = (clients: readonly string[]): Promise<void> =>
    act(async () =>
      root!.render(
        <StrictMode>
          {clients.map((client) => (
            <SignIn key={client} server={`https://${client}.example`} clientId={client} requestUri="urn:1" />
          ))}
        </StrictMode>,
      ),
    );
  root = createRoot(place);
  await show(['a', 'b']);
  expect(new Set(underWay())).toEqual(new Set(['https://a.example/session', 'https://b.example/session']));
  expect(underWay(), 'strict mode begins each twice, and must leave one').toHaveLength(2);
  await show(['b']);
  expect(underWay()).toEqual(['https://b.example/session']);
});
