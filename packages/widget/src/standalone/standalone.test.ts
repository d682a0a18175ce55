// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
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

  test('a target that is nowhere is said to the developer', () => {
    const complained = vi.spyOn(console, 'error').mockImplementation(() => {});
    embedFrom(script({ loginUrl: '/login', target: '#nowhere' }));
    expect(frame()).toBeNull();
    expect(complained.mock.calls[0]?.[0]).toContain('#nowhere');
    complained.mockRestore();
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
    const unmount = api.mount('#here', { clientId: 'shop' });
    expect(form.querySelector('beckon-signin')).not.toBeNull();
    unmount();
  });
});

describe('window.Beckon.mount', () => {
  test('makes an element with the options as attributes, and takes it away again', () => {
    const unmount = api.mount(document.body, { clientId: 'shop', requestUri: 'urn:1' });
    const element = document.querySelector('beckon-signin')!;
    expect(element.outerHTML).toBe('<beckon-signin client-id="shop" request-uri="urn:1"></beckon-signin>');
    unmount();
    expect(document.querySelector('beckon-signin')).toBeNull();
  });

  test('who listens for the end takes over the redirect', () => {
    const onComplete = vi.fn<(detail: { redirectTo: string }) => void>();
    api.mount(document.body, { onComplete });
    const event = new CustomEvent('beckon-complete', { detail: { redirectTo: 'https://a.example' }, cancelable: true });
    document.querySelector('beckon-signin')!.dispatchEvent(event);
    expect(onComplete.mock.calls).toEqual([[{ redirectTo: 'https://a.example' }]]);
    expect(event.defaultPrevented).toBe(true);
  });

  test('a selector that matches nothing is named', () => {
    expect(() => api.mount('#nowhere', {})).toThrow('#nowhere');
  });
});
