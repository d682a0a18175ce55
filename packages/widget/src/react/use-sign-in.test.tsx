// @vitest-environment happy-dom
import { act, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SignIn } from './sign-in.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** What the page asked of the network, the newest last; nothing is ever answered. */
let asked: { readonly url: string; readonly signal: AbortSignal }[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', (url: string, { signal }: { readonly signal: AbortSignal }) => {
    asked.push({ url, signal });
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  });
});
afterEach(() => vi.unstubAllGlobals());

const underWay = () => asked.filter(({ signal }) => !signal.aborted).map(({ url }) => url);

test('one sign-in is under way, also in strict mode; a new request replaces it; unmounting ends it', async () => {
  const place = document.createElement('div');
  const root = createRoot(place);
  const show = (server: string, scope = 'openid') =>
    act(async () =>
      root.render(
        <StrictMode>
          <SignIn server={server} clientId="spa" redirectUri="https://shop.example/cb" scope={scope} />
        </StrictMode>,
      ),
    );
  await show('https://a.example');
  expect(underWay(), 'strict mode mounts twice, and must leave one').toEqual(['https://a.example/session']);
  const before = asked.length;
  await show('https://a.example');
  expect(asked, 'properties that say the same begin nothing').toHaveLength(before);
  await show('https://b.example');
  expect(underWay()).toEqual(['https://b.example/session']);
  await act(async () => root.unmount());
  expect(underWay()).toEqual([]);
});

test('with a button, nothing is asked before it is pressed', async () => {
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  await act(async () =>
    root.render(<SignIn server="https://a.example" clientId="shop" requestUri="urn:1" display="dialog" />),
  );
  expect(asked).toEqual([]);
  await act(async () => place.querySelector('button')!.click());
  expect(underWay()).toEqual(['https://a.example/session']);
  await act(async () => place.querySelector<HTMLElement>('[aria-label=Close]')!.click());
  expect(place.querySelector('dialog')).toBeNull();
  expect(underWay(), 'closed before there was a session: there is nothing to cancel').toEqual([]);
  await act(async () => root.unmount());
  place.remove();
});
