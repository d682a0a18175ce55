// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BRIDGE_CHANNEL } from '@beckon/protocol';
import type { MountOptions } from '../element/index.ts';
import { tell, type Completion } from '../events.ts';
import { own } from '../own.ts';
import { embedFrom } from './embed.ts';
import { api } from './mount.ts';

function script(data: Record<string, string>): HTMLScriptElement {
  const element = document.createElement('script');
  // Not run: the address is only read.
  element.type = 'text/plain';
  element.src = 'https://id.example/widget.js';
  Object.assign(element.dataset, data);
  return element;
}
const frame = () => document.querySelector('iframe');

/** Nothing scrolls here: what is watched is seen at once. */
class SeenAtOnce {
  readonly #seen: (entries: { isIntersecting: boolean }[]) => void;
  constructor(seen: (entries: { isIntersecting: boolean }[]) => void) {
    this.#seen = seen;
  }
  observe(): void {
    this.#seen([{ isIntersecting: true }]);
  }
  disconnect(): void {}
}
// The test runner puts its own globals beside those of the document's window.
Object.assign(own(document, 'defaultView')!, { IntersectionObserver: SeenAtOnce });

afterEach(() => {
  document.body.replaceChildren();
  document.head.replaceChildren();
});

const STEP = {
  phase: 'retrieved',
  previous: 'qr',
  durationMs: 1_500,
  totalMs: 1_700,
  connector: 'wallet',
  mode: 'qr',
  error: null,
} as const;

describe('data-login-url', () => {
  test('puts the login route into a frame right after the script', () => {
    const element = script({ loginUrl: '/login', title: 'Sign in here' });
    document.body.append(element, document.createElement('footer'));
    embedFrom(element);
    expect(element.nextElementSibling?.firstElementChild).toBe(frame());
    expect(frame()?.getAttribute('src')).toBe('/login');
    expect(frame()?.title).toBe('Sign in here');
  });

  test('or into the target', () => {
    const target = document.body.appendChild(document.createElement('main'));
    target.id = 'here';
    const element = script({ loginUrl: '/login', target: '#here' });
    document.head.append(element);
    embedFrom(element);
    expect(target.contains(frame())).toBe(true);
  });

  test('a target that is nowhere is said to the developer', async () => {
    const complained = vi.spyOn(console, 'error').mockImplementation(() => {});
    embedFrom(script({ loginUrl: '/login', target: '#nowhere' }));
    expect(frame()).toBeNull();
    await vi.waitFor(() => expect(complained.mock.calls).toHaveLength(1));
    expect(complained.mock.calls[0]?.[0]).toContain('#nowhere');
    complained.mockRestore();
  });

  describe('the end in the iframe', () => {
    const CODE = 'https://shop.example/cb?code=1';

    /** What a listener heard on the document, and where the script took the page. */
    function signedIn(data: Record<string, string>, listener: (event: Event) => void = () => {}) {
      const element = script({ loginUrl: '/login', ...data });
      document.body.append(element);
      embedFrom(element);
      const page = own(document, 'defaultView')!;
      const assign = vi.spyOn(page.location, 'assign').mockImplementation(() => {});
      const heard: unknown[] = [];
      const hear = (event: Event): void => {
        heard.push([event.type, (event as CustomEvent<unknown>).detail]);
        if (event.type === 'beckon-complete') listener(event);
      };
      const types = ['beckon-status', 'beckon-step', 'beckon-error', 'beckon-complete'];
      for (const type of types) document.addEventListener(type, hear);
      // Nothing loads here, so the frame has no window of its own.
      const source = { postMessage: () => {} } as unknown as Window;
      Object.defineProperty(frame()!, 'contentWindow', { value: source });
      for (const said of [
        { type: 'status', status: 'confirmed' },
        { type: 'step', step: STEP },
        { type: 'error', error: 'request_expired' },
        { type: 'redirect', redirect_to: CODE },
      ]) {
        const message = { data: { channel: BRIDGE_CHANNEL, ...said }, origin: 'https://id.example', source };
        page.dispatchEvent(new MessageEvent('message', message));
      }
      for (const type of types) document.removeEventListener(type, hear);
      const visited = assign.mock.calls.map(([url]) => String(url));
      assign.mockRestore();
      return { heard, visited };
    }

    test('reaches the page as events; a listener alone does not stop the redirect', () => {
      expect(signedIn({})).toEqual({
        heard: [
          ['beckon-status', { status: 'confirmed', state: null }],
          ['beckon-step', STEP],
          ['beckon-error', { error: 'request_expired' }],
          ['beckon-complete', { redirectTo: CODE }],
        ],
        visited: [CODE],
      });
    });

    test('preventDefault() takes the redirect over', () => {
      const { heard, visited } = signedIn({}, (event) => event.preventDefault());
      expect(heard).toHaveLength(4);
      expect(visited).toEqual([]);
    });

    test('data-redirect="false" leaves it to the page, which hears the end', () => {
      const { heard, visited } = signedIn({ redirect: 'false' });
      expect(heard.at(-1)).toEqual(['beckon-complete', { redirectTo: CODE }]);
      expect(visited).toEqual([]);
    });
  });

  test('without it, the script only brings the element', () => {
    const element = script({});
    document.body.append(element);
    embedFrom(element);
    expect(frame()).toBeNull();
  });
});

describe('a page whose markup has taken the names of its document', () => {
  const NAMES = [
    'head',
    'body',
    'querySelector',
    'createElement',
    'readyState',
    'addEventListener',
    'baseURI',
    'defaultView',
  ] as const;
  /** As the browser does for `<img name="head">`. */
  function clobbered(run: () => void): void {
    const image = document.createElement('img');
    for (const name of NAMES) Object.defineProperty(document, name, { value: image, configurable: true });
    try {
      run();
    } finally {
      for (const name of NAMES) Reflect.deleteProperty(document, name);
    }
  }

  test('FT-A1b: has the frame where it belongs', () => {
    const element = script({ loginUrl: '/login' });
    document.head.append(element);
    clobbered(() => embedFrom(element));
    expect(document.body.contains(frame())).toBe(true);
    expect(frame()?.getAttribute('src')).toBe('/login');
  });

  test('FT-A1b: also in a form whose fields have taken its names', () => {
    const form = document.body.appendChild(document.createElement('form'));
    form.id = 'here';
    for (const name of ['append', 'prepend', 'ownerDocument'])
      Object.defineProperty(form, name, { value: document.createElement('input') });
    embedFrom(script({ loginUrl: '/login', target: '#here' }));
    expect(form.contains(frame())).toBe(true);
    const unmount = api.mount('#here', { requestUrl: '/login/request' });
    expect(form.querySelector('beckon-signin')).not.toBeNull();
    unmount();
  });
});

describe('window.Beckon.mount', () => {
  test('makes an element with the options as attributes, and takes it away again', () => {
    const unmount = api.mount(document.body, { clientId: 'shop', requestUri: 'urn:1', locale: undefined });
    const element = document.querySelector('beckon-signin')!;
    expect(element.outerHTML).toBe('<beckon-signin client-id="shop" request-uri="urn:1"></beckon-signin>');
    unmount();
    expect(document.querySelector('beckon-signin')).toBeNull();
  });

  /** The end, as the element tells it: whether the redirect was taken over. */
  function prevented(options: Pick<MountOptions, 'onComplete'>): boolean {
    api.mount(document.body, { requestUrl: '/login/request', ...options });
    return !tell(document.querySelector('beckon-signin')!, 'beckon-complete', { redirectTo: 'https://a.example' });
  }

  test('who listens for the end observes', () => {
    const onComplete = vi.fn<(completion: Completion) => void>();
    expect(prevented({ onComplete })).toBe(false);
    expect(onComplete.mock.calls.map(([{ redirectTo }]) => redirectTo)).toEqual(['https://a.example']);
  });

  test('who calls preventDefault() takes over the redirect', () => {
    expect(prevented({ onComplete: ({ preventDefault }) => preventDefault() })).toBe(true);
  });

  test('so does `redirect: false`, which the element hears', () => {
    api.mount(document.body, { requestUrl: '/login/request', redirect: false });
    expect(document.querySelector('beckon-signin')?.getAttribute('redirect')).toBe('false');
  });

  test('statuses and failures are told', () => {
    const [onStatus, onStep, onError] = [vi.fn<() => void>(), vi.fn<() => void>(), vi.fn<() => void>()];
    api.mount(document.body, { requestUrl: '/login/request', onStatus, onStep, onError });
    const element = document.querySelector('beckon-signin')!;
    tell(element, 'beckon-status', { status: 'retrieved', state: null });
    tell(element, 'beckon-step', STEP);
    tell(element, 'beckon-error', { error: 'network' });
    expect([onStatus.mock.calls, onStep.mock.calls, onError.mock.calls]).toEqual([
      [[{ status: 'retrieved', state: null }]],
      [[STEP]],
      [[{ error: 'network' }]],
    ]);
  });

  test('a selector that matches nothing is named', () => {
    expect(() => api.mount('#nowhere', { requestUrl: '/login/request' })).toThrow('#nowhere');
  });
});
