// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectorOffer } from '@beckon/protocol';
import type { SignInState } from '../session/index.ts';
import { isInApp } from './in-app.tsx';
import { fakeSignIn, NOW, SESSION, STATES, WALLET, type FakeSignIn } from './fake-sign-in.ts';
import type { AnyProps, OwnProps } from './props.ts';
import { Widget } from './sign-in.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const AGENTS = {
  instagram:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22B83 Instagram 361.0.0.35.82 (iPhone16,1; iOS 18_1; en_GB)',
  facebook:
    'Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/490.0.0.63.82;]',
  tikTok:
    'Mozilla/5.0 (Linux; Android 13; SM-A536B) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 musical_ly_2023700010 BytedanceWebview/d8a21c6',
  line: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.20.1',
  weChat:
    'Mozilla/5.0 (Linux; Android 13; V2217A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 XWEB/1300289 MMWEBSDK/20240404 MicroMessenger/8.0.49.2600(0x28003133) Weixin NetType/WIFI',
  gmail:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/339.0.689 Mobile/15E148 Safari/604.1',
  webView:
    'Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  homeScreen:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  samsung:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  chromeOnIphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1',
  firefoxOnIphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/144.0 Mobile/15E148 Safari/604.1',
  iPhone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  android:
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
};

let place: HTMLElement;
let root: Root;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  place = document.createElement('div');
  document.body.append(place);
  root = createRoot(place);
});
afterEach(() => {
  act(() => root.unmount());
  place.remove();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const be = (agent: string, touchPoints = 5): void => {
  vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(agent);
  vi.spyOn(navigator, 'maxTouchPoints', 'get').mockReturnValue(touchPoints);
};
function show(state: SignInState, props: AnyProps & OwnProps = {}): FakeSignIn {
  const signIn = fakeSignIn(state);
  act(() => root.render(<Widget server="https://id.example" signIn={signIn} go={() => {}} {...props} />));
  return signIn;
}
const link = (): HTMLAnchorElement => place.querySelector<HTMLAnchorElement>('a.bk-primary')!;
const lead = (): string => place.querySelector('.bk-lead')!.textContent;
const buttons = (): string[] => [...place.querySelectorAll('button, a')].map(({ textContent }) => textContent);
const wait = (ms: number): void => act(() => void vi.advanceTimersByTime(ms));
const setVisible = (state: DocumentVisibilityState): void =>
  act(() => {
    vi.spyOn(Reflect.getPrototypeOf(document) as Document, 'visibilityState', 'get').mockReturnValue(state);
    window.dispatchEvent(new Event('visibilitychange'));
  });

/** The app's link is on the screen. */
const withApp = (changes: Partial<ConnectorOffer> = {}): Extract<SignInState, { readonly phase: 'same_device' }> => {
  const connector = { ...WALLET, ...changes };
  return { ...STATES.same_device, session: { ...SESSION, mode: 'same_device', connector, connectors: [connector] } };
};
const INSTALL = { ios: 'https://apps.example/1', android: 'https://play.example/1', other: 'https://get.example/' };
const ASKED = 'Did Demo Wallet not open? It may not be on this device.';

describe('the app’s link', () => {
  it('FT-C72a: comes first on a phone and is a plain anchor; the code is behind the other ways', () => {
    show(withApp());
    expect(place.querySelector('.bk-qr')).toBeNull();
    expect(buttons()).toEqual(['Open Demo Wallet', 'Scan with another device instead']);
    const { href, target } = link();
    expect({ href, target }).toEqual({ href: 'https://id.example/q/a', target: '_top' });
    const click = new MouseEvent('click', { bubbles: true, cancelable: true });
    act(() => void link().dispatchEvent(click));
    expect(click.defaultPrevented, 'no script goes there in its place').toBe(false);
  });
});

describe('an app that does not open', () => {
  // Where the app is not there, a link with the app's own scheme leads nowhere.
  const stay = (event: Event): void => event.preventDefault();
  beforeEach(() => window.addEventListener('click', stay));
  afterEach(() => window.removeEventListener('click', stay));

  it('FT-C73c: is asked about 2.5 s after the click, with where to get it and the other ways', () => {
    be(AGENTS.android);
    const before = location.href;
    show(withApp({ install: INSTALL }));
    wait(60_000);
    expect(lead(), 'not before the link was followed').toBe('Open Demo Wallet on this device and confirm there.');
    act(() => link().click());
    wait(2_499);
    expect(lead()).toBe('Open Demo Wallet on this device and confirm there.');
    wait(1);
    expect(lead()).toBe(ASKED);
    expect(place.querySelector('[role=status]')!.textContent, 'it is heard as well').toContain(ASKED);
    expect(buttons()).toEqual(['Open Demo Wallet', 'Get Demo Wallet', 'Scan with another device instead']);
    const { href, target, rel } = place.querySelector<HTMLAnchorElement>('a.bk-secondary')!;
    expect({ href, target, rel }).toEqual({ href: INSTALL.android, target: '_blank', rel: 'noreferrer' });
    expect(location.href, 'the browser is led nowhere by itself').toBe(before);
  });

  it('FT-C73c: opens the other ways, where there are several', () => {
    show(withApp({ modes: ['qr', 'same_device', 'direct'] }));
    const ways = (): string[] => buttons().slice(1);
    expect(ways()).toEqual(['Other ways to sign in']);
    act(() => link().click());
    wait(2_500);
    expect(ways().slice(1)).toEqual(['Scan with another device instead', 'Send a request to my phone']);
  });

  it.each([
    ['an iPhone', AGENTS.iPhone, 5, INSTALL, INSTALL.ios],
    ['an iPad, which says that it is a Mac', AGENTS.mac, 5, INSTALL, INSTALL.ios],
    ['a Mac', AGENTS.mac, 0, INSTALL, INSTALL.other],
    [
      'a phone for which there is no link of its own',
      AGENTS.android,
      5,
      { ios: INSTALL.ios, other: INSTALL.other },
      INSTALL.other,
    ],
    ['a phone that the app is not for', AGENTS.android, 5, { ios: INSTALL.ios }, null],
    ['a server that says what it must not', AGENTS.android, 5, { android: 'javascript:alert(1)' }, null],
    ['a server of before', AGENTS.android, 5, undefined, null],
  ])('FT-C73c: on %s the link is its own, or there is none', (_, agent, touchPoints, install, expected) => {
    be(agent, touchPoints);
    show(withApp(install && { install }));
    act(() => link().click());
    wait(2_500);
    expect(lead()).toBe(ASKED);
    expect(place.querySelector('a.bk-secondary')?.getAttribute('href') ?? null).toBe(expected);
  });

  it('FT-C73d: is not asked about where something came up, or the sign-in went on', () => {
    const signIn = show(withApp({ install: INSTALL }));
    act(() => link().click());
    wait(2_400);
    setVisible('hidden');
    wait(60_000);
    setVisible('visible');
    wait(60_000);
    expect(lead(), 'the person has seen the app').not.toBe(ASKED);
    act(() => link().click());
    wait(2_000);
    act(() => signIn.become(STATES.retrieved));
    wait(5_000);
    expect(place.textContent).not.toContain('not open');
    // Back to another link: what was found of the first is not said of it.
    act(() => signIn.become({ ...withApp(), url: 'https://id.example/q/b' }));
    wait(5_000);
    expect(lead()).not.toBe(ASKED);
    expect(vi.getTimerCount(), 'nothing is left waiting').toBe(0);
  });

  it('FT-C73d: is not asked about a provider’s page of the web, which opens in any case', () => {
    show(withApp({ scan_with: 'camera', install: INSTALL }));
    act(() => link().click());
    wait(60_000);
    expect(lead()).not.toBe(ASKED);
  });
});

describe('another tab of the browser', () => {
  const title = (): string => place.querySelector('h2')!.textContent;

  it('FT-C74a: has finished the sign-in: the first one says so, and offers nothing', () => {
    show({ ...STATES.completed, elsewhere: true });
    expect([title(), lead()]).toEqual(['Done here', 'You are signed in in another tab. You can close this one.']);
    expect(buttons()).toEqual([]);
  });

  it('FT-C74c: goes on, and after 8 s the first one offers to start again, for the app may have opened another browser', () => {
    const elsewhere = { ...STATES.confirmed, redirectTo: null };
    const signIn = show(elsewhere);
    expect(lead()).toBe('Finish in the tab that Demo Wallet opened. You can close this one.');
    expect(buttons()).toEqual([]);
    act(() => signIn.become({ ...elsewhere, slow: true }));
    expect(lead()).toBe(
      'Finish in the tab that Demo Wallet opened. If this browser has no such tab, start again here.',
    );
    expect(buttons()).toEqual(['Start again']);
    act(() => place.querySelector('button')!.click());
    expect(signIn.asked).toEqual(['renew']);
  });

  it('FT-C74d: where a person is back from the provider’s page, they may open it again; an app keeps its sign-in', () => {
    const retrieved = { ...STATES.retrieved, number: null };
    const signIn = show({ ...retrieved, session: withApp({ scan_with: 'camera' }).session });
    expect(buttons()).toEqual(['Open Demo Wallet again', 'Cancel']);
    act(() => place.querySelector('button')!.click());
    expect(signIn.asked).toEqual(['choose wallet same_device']);
    show({ ...retrieved, session: withApp().session });
    expect(buttons()).toEqual(['Cancel']);
  });
});

describe('in another app’s browser', () => {
  const hint = (): string | undefined => place.querySelector('.bk-hint')?.textContent;
  const field = (): HTMLInputElement | null => place.querySelector('.bk-hint input');

  it.each(['instagram', 'facebook', 'tikTok', 'line', 'weChat', 'gmail', 'webView', 'homeScreen'] as const)(
    'FT-C75a: %s is one',
    (name) => expect(isInApp({ userAgent: AGENTS[name] })).toBe(true),
  );
  it.each(['iPhone', 'android', 'mac', 'samsung', 'chromeOnIphone', 'firefoxOnIphone'] as const)(
    'FT-C75a: %s is a browser, and no hint is shown',
    (name) => {
      be(AGENTS[name]);
      show(withApp());
      expect(hint()).toBeUndefined();
    },
  );
  it('FT-C75a: a page on the home screen is none, though it calls itself so', () => {
    be(AGENTS.homeScreen);
    // As a browser has it: a member of what `navigator` is made of.
    const kept = (standalone: boolean) =>
      Object.create(Object.create(navigator, { standalone: { value: standalone } }) as Navigator) as Navigator;
    expect([isInApp(kept(false)), isInApp(kept(true))]).toEqual([true, false]);
  });

  it('FT-C75b: a hint near the app’s link says what to do, with the page’s address; the link stays', async () => {
    be(AGENTS.instagram);
    show(withApp());
    expect(hint()).toContain('Another app shows this page, and Demo Wallet often cannot be opened from there.');
    expect(hint()).toContain('In the menu (⋯) choose “Open in browser”, or copy the link.');
    expect(field()!.value).toBe(location.href);
    expect(buttons()).toEqual(['Open Demo Wallet', 'Copy link', 'Scan with another device instead']);
    const written: string[] = [];
    vi.stubGlobal(
      'navigator',
      Object.create(navigator, {
        clipboard: { value: { writeText: async (text: string) => void written.push(text) } },
      }),
    );
    await act(async () => place.querySelector<HTMLButtonElement>('.bk-hint button')!.click());
    expect(written).toEqual([location.href]);
    expect(buttons()).toContain('Copied');
    vi.unstubAllGlobals();
  });

  it('FT-C75b: where no script may copy, the address is selected', async () => {
    be(AGENTS.webView);
    show(withApp());
    vi.stubGlobal('navigator', Object.create(navigator, { clipboard: { value: undefined } }));
    await act(async () => place.querySelector<HTMLButtonElement>('.bk-hint button')!.click());
    expect(buttons()).toContain('Copy link');
    expect([field()!.selectionStart, field()!.selectionEnd]).toEqual([0, location.href.length]);
    vi.unstubAllGlobals();
  });

  it.each([
    ['https://shop.example/', 'https://shop.example/'],
    [null, undefined],
    ['javascript:alert(1)', undefined],
  ])('FT-C75c: the server’s own page leads to the website, never to itself: %s', (site, address) => {
    be(AGENTS.instagram);
    show(withApp(), { standsAlone: true, site });
    expect(hint()).toContain('Open Shop in your browser, and sign in there.');
    expect(hint()).not.toContain('menu');
    expect(field()?.value).toBe(address);
  });
});
