// @vitest-environment happy-dom
/** The element as it is shipped: on Preact. Other test files of this process have React in their hands, so all is loaded afresh. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeSignIn, NOW, STATES, type FakeSignIn } from '../react/fake-sign-in.ts';
import type { SignInOptions } from '../session/index.ts';

const MOCKED = ['react', 'react/jsx-runtime', 'react/jsx-dev-runtime', 'react-dom/client', '../session/index.ts'];
let define: () => void;

beforeAll(async () => {
  vi.resetModules();
  const runtime = await import('../standalone/jsx-runtime.ts');
  vi.doMock('react', () => import('../standalone/react.ts'));
  vi.doMock('react/jsx-runtime', () => runtime);
  vi.doMock('react/jsx-dev-runtime', () => ({ Fragment: runtime.Fragment, jsxDEV: runtime.jsx }));
  vi.doMock('react-dom/client', () => import('../standalone/react-dom-client.ts'));
  vi.doMock('../session/index.ts', async () => ({
    ...(await vi.importActual<object>('../session/index.ts')),
    createSignIn(options: SignInOptions) {
      const signIn = fakeSignIn(STATES.qr);
      made.push({ options, signIn });
      return signIn;
    },
  }));
  ({ define } = await import('./index.ts'));
});
afterAll(() => {
  for (const path of MOCKED) vi.doUnmock(path);
  vi.resetModules();
});

const made: { options: SignInOptions; signIn: FakeSignIn }[] = [];
let element: HTMLElement;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  made.length = 0;
  element = document.createElement('beckon-signin');
  element.setAttribute('server', 'https://id.example');
  element.setAttribute('client-id', 'shop');
  element.setAttribute('request-uri', 'urn:1');
});
afterEach(async () => {
  element.remove();
  await settled();
  vi.useRealTimers();
});

/** Elements, drawings and effects each wait their turn. */
async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(200);
}
const shown = () => element.shadowRoot?.querySelector<HTMLElement>('.beckon') ?? null;

describe('attributes', () => {
  test('say what to sign in to', async () => {
    element.setAttribute('connector', 'wallet');
    element.setAttribute('theme', 'dark');
    element.setAttribute('refresh-expired', 'sometimes');
    document.body.append(element);
    await settled();
    expect(made[0]?.options).toEqual({
      server: 'https://id.example',
      clientId: 'shop',
      request: { requestUri: 'urn:1' },
      connector: 'wallet',
    });
    expect(made[0]?.signIn.asked).toEqual(['start']);
    expect(shown()?.dataset).toMatchObject({ phase: 'qr', theme: 'dark' });
  });

  test('that change begin anew, once, when they say something else', async () => {
    document.body.append(element);
    await settled();
    element.setAttribute('request-uri', 'urn:2');
    element.setAttribute('login-hint', 'a');
    await settled();
    expect(made.map(({ options }) => options.request)).toEqual([{ requestUri: 'urn:1' }, { requestUri: 'urn:2' }]);
    expect(made[0]?.signIn.asked, 'the first one must not go on').toEqual(['start', 'close']);
    element.setAttribute('theme', 'light');
    await settled();
    expect(made, 'looks are no reason to begin anew').toHaveLength(2);
    expect(shown()?.dataset['theme']).toBe('light');
  });

  test('public clients give the request itself', async () => {
    element.removeAttribute('request-uri');
    element.setAttribute('redirect-uri', 'https://shop.example/cb');
    element.setAttribute('code-challenge', 'abc');
    document.body.append(element);
    await settled();
    expect(made[0]?.options.request).toEqual({
      parameters: {
        response_type: 'code',
        client_id: 'shop',
        redirect_uri: 'https://shop.example/cb',
        scope: 'openid',
        code_challenge: 'abc',
        code_challenge_method: 'S256',
      },
    });
  });
});

test('asks the server for a session before the browser paints', async () => {
  document.body.append(element);
  // No timer and no frame has its turn: what comes after the paint waits a tenth of a second on a slow phone.
  for (let n = 0; n < 10; n += 1) await Promise.resolve();
  expect(made[0]?.signIn.asked).toEqual(['start']);
});

describe('events', () => {
  const CODE = 'https://shop.example/cb?code=1';

  /** A whole sign-in: what a listener heard, and where the element took the browser. */
  async function signedIn(listener: (event: Event) => void = () => {}) {
    const assign = vi.spyOn(location, 'assign').mockImplementation(() => {});
    const heard: [string, unknown][] = [];
    element.addEventListener('beckon-status', (event) => heard.push(['status', event.detail.status]));
    element.addEventListener('beckon-step', (event) => heard.push(['step', event.detail.phase]));
    element.addEventListener('beckon-complete', (event) => {
      heard.push(['complete', event.detail]);
      listener(event);
    });
    document.body.append(element);
    await settled();
    made[0]!.signIn.become(STATES.confirmed);
    await settled();
    const visited = assign.mock.calls.map(([url]) => String(url));
    assign.mockRestore();
    return { heard, visited };
  }

  test('tell of the status and the end; a listener alone does not stop the redirect', async () => {
    expect(await signedIn()).toEqual({
      heard: [
        ['step', 'qr'],
        ['status', 'initialized'],
        ['step', 'confirmed'],
        ['status', 'confirmed'],
        ['complete', { redirectTo: CODE }],
      ],
      visited: [CODE],
    });
  });

  test('preventDefault() takes the redirect over', async () => {
    expect((await signedIn((event) => event.preventDefault())).visited).toEqual([]);
  });

  test('redirect="false" leaves it to the page, which hears the end', async () => {
    element.setAttribute('redirect', 'false');
    const { heard, visited } = await signedIn();
    expect(heard.at(-1)).toEqual(['complete', { redirectTo: CODE }]);
    expect(visited).toEqual([]);
  });

  test.each(['', 'no', 'true'])('redirect="%s" counts as left out', async (value) => {
    element.setAttribute('redirect', value);
    expect((await signedIn()).visited).toEqual([CODE]);
  });

  test('the page goes to pages of the web only', async () => {
    const assign = vi.spyOn(location, 'assign').mockImplementation(() => {});
    document.body.append(element);
    await settled();
    made[0]!.signIn.become({ ...STATES.confirmed, redirectTo: 'javascript:alert(1)' });
    await settled();
    expect(assign).not.toHaveBeenCalled();
    const session = { ...STATES.confirmed.session, sessionId: 'session-2' };
    made[0]!.signIn.become({ ...STATES.confirmed, session });
    await settled();
    expect(assign.mock.calls).toEqual([['https://shop.example/cb?code=1']]);
    assign.mockRestore();
  });
});

describe('in and out of the page', () => {
  test('moved, the sign-in goes on', async () => {
    document.body.append(element);
    await settled();
    const shelf = document.body.appendChild(document.createElement('div'));
    shelf.append(element);
    await settled();
    expect(made).toHaveLength(1);
    expect(made[0]?.signIn.asked).toEqual(['start']);
    shelf.replaceWith(element);
  });

  test('removed, nothing is left; put back, it begins anew', async () => {
    document.body.append(element);
    await settled();
    element.remove();
    await settled();
    expect(made[0]?.signIn.asked).toEqual(['start', 'close']);
    expect(made[0]?.signIn.listeners()).toBe(0);
    expect(element.shadowRoot?.adoptedStyleSheets).toHaveLength(0);
    expect(shown()).toBeNull();
    document.body.append(element);
    await settled();
    expect(made).toHaveLength(2);
    expect(shown()?.dataset['phase']).toBe('qr');
  });
});

test('defining it twice does no harm', () => {
  const before = customElements.get('beckon-signin');
  define();
  expect(customElements.get('beckon-signin')).toBe(before);
});
