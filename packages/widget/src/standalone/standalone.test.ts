// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
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
vi.stubGlobal('IntersectionObserver', SeenAtOnce);

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
