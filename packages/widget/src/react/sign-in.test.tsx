// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BRIDGE_CHANNEL, type ConnectorOffer, type EndCause } from '@beckon/protocol';
import type { Problem, SessionView, SignInState } from '../session/index.ts';
import { fakeSignIn, NOW, PASBY, SESSION, STATES, WALLET, type FakeSignIn } from './fake-sign-in.ts';
import type { Completion, Step } from '../events.ts';
import { own } from '../own.ts';
import type { AnyProps, OwnProps, SignInProps } from './props.ts';
import { SignIn, Widget } from './sign-in.tsx';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

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
  vi.useRealTimers();
});

function show(state: SignInState, props: AnyProps & OwnProps = {}): FakeSignIn {
  const signIn = fakeSignIn(state);
  act(() => root.render(<Widget server="https://id.example" signIn={signIn} go={() => {}} {...props} />));
  return signIn;
}
/** What draws codes comes after the rest. */
const encoderHere = () => act(() => vi.dynamicImportSettled());
const become = (signIn: FakeSignIn, state: SignInState) => act(() => signIn.become(state));
const widget = () => place.querySelector<HTMLElement>('.beckon')!;
const said = () => place.querySelector('[role=status]')!.textContent;
const title = () => place.querySelector('h2')!.textContent;
const buttons = () => [...place.querySelectorAll('button, a')].map((element) => element.textContent);
function press(name: string): void {
  const button = [...place.querySelectorAll<HTMLElement>('button, a')].find(({ textContent }) => textContent === name);
  if (!button) throw new Error(`nothing to press is called "${name}", only ${buttons().join(', ')}`);
  act(() => button.click());
}

describe('the link on this device', () => {
  const link = () => place.querySelector<HTMLAnchorElement>('a.bk-primary')!;
  const does = (event: Event) => act(() => void link().dispatchEvent(event));

  test('FT-A6k: is announced by a click, a key or the middle button, and by nothing less', () => {
    const signIn = show(STATES.same_device);
    const mouse = (type: string, button = 0) => new MouseEvent(type, { bubbles: true, cancelable: true, button });
    for (const less of ['mouseover', 'mouseenter', 'mousedown', 'focusin', 'contextmenu']) does(mouse(less));
    does(mouse('auxclick', 2));
    expect(signIn.asked).toEqual([]);
    // The key Enter comes as a click.
    const left = mouse('click');
    does(left);
    does(mouse('auxclick', 1));
    expect(signIn.asked).toEqual(['arm', 'arm']);
    expect(left.defaultPrevented, 'the browser goes there by itself').toBe(false);
  });
});

describe('SEC-WARNING: every state says what it is and what to do next, and warns where there is a code', () => {
  const next: Record<SignInState['phase'], readonly [title: string, ...ways: string[]]> = {
    idle: ['Sign in'],
    starting: ['Sign in'],
    choosing: ['Sign in to Shop', 'Demo Wallet', 'pasby'],
    busy: ['A moment, please', 'Open Demo Wallet on this device'],
    identifier: ['Send a request to my phone', 'Send request', 'Scan with another device instead'],
    qr: ['Sign in to Shop', 'Open Demo Wallet on this device'],
    same_device: ['Sign in to Shop', 'Open Demo Wallet', 'Scan with another device instead'],
    direct: ['Confirm on your phone', 'Scan with another device instead'],
    retrieved: ['Type this number on your phone', 'Cancel'],
    confirmed: ['Confirmed'],
    completed: ['You are signed in'],
    declined: ['Sign-in declined', 'Try again', 'Back to Shop'],
    expired: ['This code has expired', 'Get a fresh code'],
    cancelled: ['Sign-in cancelled', 'Start again', 'Back to Shop'],
    failed: ['No connection', 'Try again'],
  };
  test.each(Object.values(STATES))('$phase', (state) => {
    show(state);
    const [expected, ...ways] = next[state.phase];
    expect(widget().dataset['phase']).toBe(state.phase);
    expect(widget().dataset['connection']).toBe(state.connection);
    expect(title()).toBe(expected);
    expect(buttons()).toEqual(ways);
    expect(said(), 'who does not see the title must hear it').toContain(expected);
    const scans = state.phase === 'qr' || state.phase === 'expired';
    expect(place.textContent.includes(WARNING), 'FT-C6c: where there is a code, and nowhere else').toBe(scans);
  });
  const WARNING = 'Never scan a code that was sent to you.';
  test.each(['auto', 'manual', 'never'] as const)(
    'where there is a code, whatever the page asks for: %s',
    (refresh) => {
      for (const display of ['inline', 'button', 'dialog'] as const) {
        for (const state of [{ ...STATES.starting, session: SESSION }, STATES.qr]) {
          show(state, { refreshExpired: refresh, display });
          if (display !== 'inline') press('Sign in');
          expect(place.textContent, `${display} ${state.phase}`).toContain(WARNING);
          act(() => root.render(null));
        }
      }
    },
  );
  test('not where the code that is over can be had no more', () => {
    show({ ...STATES.expired, canRenew: false, redirectTo: 'https://shop.example/cb?error=x' });
    expect(place.textContent).not.toContain(WARNING);
    show({ ...STATES.expired, noAnswer: true });
    expect(place.textContent, 'a phone did not answer').not.toContain(WARNING);
  });
  test('FT-C6c: no page is called the client’s own, the hosted one least', () => {
    show(STATES.qr, { standsAlone: true });
    expect(place.textContent).not.toContain('own page');
  });
});

test('FT-C6g: the title is the heading of the hosted page, and one below those of a page around it', () => {
  show(STATES.qr, { standsAlone: true });
  expect(place.querySelector('h1')!.textContent).toBe('Sign in to Shop');
  expect(place.querySelector('h2')).toBeNull();
  show(STATES.qr);
  expect([place.querySelector('h1'), title()]).toEqual([null, 'Sign in to Shop']);
});

test.each([
  ['a code', { mode: 'qr' }, 'This code has expired', 'Get a fresh code'],
  ['a link', { mode: 'same_device' }, 'This sign-in has expired', 'Start again'],
  ['a list of apps', { mode: null, connector: null }, 'This sign-in has expired', 'Start again'],
] as const)('FT-C6d: who saw %s reads what has expired', (_, shown, expected, way) => {
  show({ ...STATES.expired, session: { ...SESSION, ...shown } });
  expect(title()).toBe(expected);
  expect(buttons()).toEqual([way]);
});

test('FT-C6d: a request that was over before there was a code speaks of none', () => {
  show({ ...STATES.failed, code: 'request_expired' });
  expect(place.textContent).not.toContain('code has expired');
});

test('FT-C6j: a device’s clock that is set, forward or back, changes no time that is counted', () => {
  const hour = 3_600_000;
  show({ ...STATES.qr, session: { ...SESSION, expiresAt: performance.timeOrigin + performance.now() + 12_000 } });
  const timer = place.querySelector('[role=timer]')!;
  for (const jump of [hour, -2 * hour]) {
    vi.setSystemTime(Date.now() + jump);
    vi.advanceTimersByTime(1000);
  }
  expect(timer.textContent).toBe('This code expires in 0:10');
});

test('the place of the code is kept until the encoder has come', async () => {
  show(STATES.qr, { now: Date.now });
  expect(place.querySelector<HTMLElement>('.bk-qr')!.dataset['frame']).toBe('waiting');
  await encoderHere();
  expect(place.querySelector<HTMLElement>('.bk-qr')!.dataset['frame']).toBe('current');
});

test('the code is one path, labelled, and changes on time without anything being drawn again', async () => {
  show(STATES.qr, { now: Date.now });
  await encoderHere();
  const svg = place.querySelector('.bk-qr svg')!;
  const path = svg.querySelector('path')!;
  expect(svg.getAttribute('role')).toBe('img');
  expect(svg.getAttribute('aria-label')).toBe('QR code to scan with Demo Wallet');
  expect(svg.querySelectorAll('*')).toHaveLength(1);
  const first = path.getAttribute('d');
  expect(first).toMatch(/^M4 4h7/);
  vi.advanceTimersByTime(1999);
  expect(path.getAttribute('d'), 'not before its time').toBe(first);
  vi.advanceTimersByTime(1);
  expect(path.getAttribute('d'), 'the second frame is due').not.toBe(first);
  expect(place.querySelector('.bk-qr path')).toBe(path);
});

test('a code that no scan can use any more looks like it', async () => {
  show(STATES.qr, { now: Date.now });
  await encoderHere();
  const qr = place.querySelector<HTMLElement>('.bk-qr')!;
  vi.advanceTimersByTime(3999);
  expect(qr.dataset['frame'], 'the last frame').toBe('current');
  vi.advanceTimersByTime(1);
  expect(qr.dataset['frame']).toBe('stale');
});

describe('the time left', () => {
  const timer = () => place.querySelector('[role=timer]')!.textContent;
  const aloud = () => place.querySelector('[aria-live=polite]')!.textContent;

  test.each([
    [STATES.qr, 'This code expires in 0:20', '0:19'],
    [STATES.retrieved, 'Confirm within 0:20', '0:19'],
    [STATES.direct, 'Confirm within 0:20', '0:19'],
  ] as const)('FT-C30c: is counted in the last 20 s, and said aloud once: $phase', (state, first, then) => {
    show(state, { now: Date.now });
    const before = said();
    vi.advanceTimersByTime(81_999);
    expect([timer(), aloud()], 'nothing hurries').toEqual(['', '']);
    vi.advanceTimersByTime(1);
    expect([timer(), aloud()]).toEqual([first, '20 seconds left.']);
    vi.advanceTimersByTime(1_000);
    expect(timer()).toContain(then);
    expect(aloud(), 'the same text is not spoken again').toBe('20 seconds left.');
    vi.advanceTimersByTime(19_000);
    expect(timer()).toContain('0:00');
    expect(aloud(), 'nothing stale is left to be read').toBe('');
    expect(said(), 'a live region that counts talks over everything').toBe(before);
    expect(vi.getTimerCount(), 'the counting is over').toBe(0);
  });

  test('FT-C30c: hurries no one where a fresh code comes by itself', () => {
    show({ ...STATES.qr, renews: true }, { now: Date.now });
    vi.advanceTimersByTime(82_000);
    expect([timer(), aloud()]).toEqual(['A fresh code comes in 0:20', '']);
  });
});

test('after the scan the code is gone, and the number is said digit by digit', () => {
  const signIn = show(STATES.qr);
  become(signIn, STATES.retrieved);
  expect(place.querySelector('.bk-qr'), 'no other person may scan it').toBeNull();
  expect(place.querySelector('.bk-number')!.textContent, 'as text too, which a reader may visit').toBe('4 2');
  expect(said()).toContain('4 2');
  press('Cancel');
  expect(signIn.asked).toEqual(['cancel']);
});

test.each([STATES.direct, { ...STATES.retrieved, number: null, session: STATES.direct.session }])(
  'FT-A3f: the words that the app shows are shown and said: $phase',
  (state) => {
    show(state);
    expect(place.querySelector('.bk-words')!.textContent).toBe('amber river');
    expect(place.textContent).toContain('only if it shows these words');
    expect(said()).toContain('amber river');
  },
);

test('one sign stands over the words, whatever state was before', () => {
  const signIn = show(STATES.direct);
  become(signIn, { ...STATES.retrieved, number: null, session: STATES.direct.session });
  expect(title()).toBe('Confirm on your phone');
  become(signIn, STATES.direct);
  expect(place.querySelectorAll('.bk-badge')).toHaveLength(1);
  expect(place.querySelectorAll('.bk-words')).toHaveLength(1);
});

test('FT-A3f: without words there is no place for them', () => {
  show({ ...STATES.direct, session: { ...STATES.direct.session, words: null } });
  expect(place.querySelector('.bk-words')).toBeNull();
});

test('while it reconnects, what is shown stays usable', () => {
  const signIn = show(STATES.qr);
  const svg = place.querySelector('.bk-qr svg');
  become(signIn, { ...STATES.qr, connection: 'reconnecting' });
  expect(place.querySelector('.bk-qr svg'), 'the code must not be drawn anew').toBe(svg);
  expect(place.textContent).toContain('Reconnecting');
  expect(widget().dataset['connection']).toBe('reconnecting');
});

describe('FT-B8a: what takes longer than 8 s', () => {
  test('is said, and the person may try again', () => {
    const signIn = show(STATES.starting);
    expect(place.textContent).not.toContain('longer than usual');
    become(signIn, { ...STATES.starting, slow: true });
    expect(place.textContent).toContain('This takes longer than usual.');
    expect(said()).toContain('This takes longer than usual.');
    press('Try again');
    expect(signIn.asked).toEqual(['start']);
  });

  test('beside another app, where one was chosen', () => {
    const session = { ...SESSION, connectors: [WALLET, PASBY] };
    show({ ...STATES.starting, session, slow: true });
    expect(buttons()).toEqual(['Try again', 'Other ways to sign in']);
    press('Other ways to sign in');
    expect(buttons().slice(2)).toEqual(['Open Demo Wallet on this device', 'Choose another app']);
  });

  test('where the page should have left, a link leads on', () => {
    const signIn = show(STATES.confirmed);
    expect(buttons()).toEqual([]);
    become(signIn, { ...STATES.confirmed, slow: true });
    expect(said()).toContain('If Shop does not open, use this button.');
    const link = place.querySelector('a')!;
    expect([link.textContent, link.href, link.target]).toEqual([
      'Continue to Shop',
      'https://shop.example/cb?code=1',
      '_top',
    ]);
  });

  test.each<[string, AnyProps]>([
    ['preventDefault()', { onComplete: (end) => end.preventDefault() }],
    ['redirect={false}', { redirect: false }],
  ])('no link leads on where the page took the redirect over by %s', (_, props) => {
    const signIn = show(STATES.confirmed, props);
    become(signIn, { ...STATES.confirmed, slow: true });
    expect(place.textContent).toContain('This takes longer than usual.');
    expect(place.querySelector('a')).toBeNull();
  });
});

test('a fresh session keeps the names of the last one while it is made', () => {
  const signIn = show(STATES.qr);
  become(signIn, STATES.starting);
  expect(title()).toBe('Sign in to Shop');
});

describe('a failure', () => {
  const fails = (code: string, changes: Partial<Extract<SignInState, { phase: 'failed' }>> = {}): string => {
    show({ ...STATES.failed, code, canRetry: false, ...changes });
    return place.querySelector('.bk-card')!.textContent;
  };

  test.each(['origin_not_allowed', 'setup_connect_src', 'setup_opaque_origin', 'setup_request_url', 'setup_server'])(
    'MISTAKE-CARD: of the page’s making says so, and nothing of the connection: %s',
    (code) => {
      const text = fails(code);
      expect(title()).toBe('Sign-in is not set up for this address');
      expect(text).toContain(`Error code: ${code}`);
      expect(text).not.toMatch(/connection/i);
      expect(buttons(), 'trying again would change nothing').toEqual([]);
    },
  );

  test('MISTAKE-ID: has the id of the request, to be taken in one piece', () => {
    expect(fails('server_error', { requestId: 'of-this-request' })).toContain('Request ID: of-this-request');
    expect(place.querySelector('.bk-id')?.textContent).toBe('of-this-request');
    const details = place.querySelector('details')!;
    expect([details.open, details.querySelector('summary')!.textContent]).toEqual([false, 'Details']);
    expect(details.contains(place.querySelector('.bk-id')), 'it says nothing to most people').toBe(true);
  });

  test('MISTAKE-ID: a number that did not match is a case for support too, and a person who declined is none', () => {
    show({ ...STATES.declined, reason: 'wrong_number', requestId: 'of-the-beginning' });
    expect(place.textContent).toContain('Request ID: of-the-beginning');
    show({ ...STATES.declined, reason: 'user', requestId: 'of-the-beginning' });
    expect(place.textContent).not.toContain('Request ID');
  });

  test('MISTAKE-ID: has none where no server answered', () => {
    expect(fails('network')).not.toContain('Request ID');
  });
});

test('MISTAKE-PART-LOST: where the encoder does not come, the card says that sign-in did not load', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue(undefined);
  vi.doMock('../qr/draw.ts', () => Promise.reject(new TypeError('Failed to fetch')));
  vi.resetModules();
  const fresh = await import('./sign-in.tsx');
  act(() => root.render(<fresh.Widget server="https://id.example" signIn={fakeSignIn(STATES.qr)} />));
  await encoderHere();
  vi.doUnmock('../qr/draw.ts');
  expect(place.querySelector('.bk-lead')?.textContent).toBe('Sign-in did not load. Reload this page to try again.');
  expect(buttons(), 'another way may work').toContain('Open Demo Wallet on this device');
  expect(log.mock.calls).toEqual([
    ['Beckon: setup_script: the QR encoder does not load. See docs/guides/mistakes.md#setup_script', expect.anything()],
  ]);
  log.mockRestore();
});

describe('the ways on', () => {
  test('a fresh code, another try, a retry', () => {
    const signIn = show(STATES.expired);
    press('Get a fresh code');
    become(signIn, STATES.declined);
    press('Try again');
    become(signIn, STATES.failed);
    press('Try again');
    expect(signIn.asked).toEqual(['renew', 'renew', 'start']);
  });

  test('no second code where the page wants none', () => {
    show(STATES.declined, { refreshExpired: 'never' });
    expect(buttons()).toEqual(['Back to Shop']);
  });

  test('the app first on a phone is a choice that can be undone', () => {
    const signIn = show(STATES.same_device);
    const link = place.querySelector('a')!;
    expect([link.href, link.target]).toEqual(['https://id.example/q/a', '_top']);
    press('Scan with another device instead');
    expect(signIn.asked).toEqual(['choose wallet qr']);
  });

  test('a link that would run a script is not offered', () => {
    show({ ...STATES.same_device, url: 'javascript:alert(1)' });
    expect(place.querySelector('a')).toBeNull();
  });

  test('another app, and back', () => {
    const both = { ...SESSION, connectors: [WALLET, PASBY] };
    const signIn = show({ ...STATES.qr, session: both });
    press('Other ways to sign in');
    press('Choose another app');
    expect(title()).toBe('Sign in to Shop');
    press('Cancel');
    press('Other ways to sign in');
    press('Choose another app');
    press('pasby');
    expect(signIn.asked).toEqual(['choose pasby qr']);
    expect(place.querySelector('.bk-qr')).not.toBeNull();
  });

  test('no other app where the page names one', () => {
    show({ ...STATES.qr, session: { ...SESSION, connectors: [WALLET, PASBY] } }, { connector: 'wallet' });
    expect(buttons()).not.toContain('Choose another app');
  });

  test('an identifier goes to the app that asks on the phone', () => {
    const signIn = show({ ...STATES.qr, session: { ...SESSION, connector: PASBY, connectors: [PASBY] } });
    press('Send a request to my phone');
    place.querySelector('input')!.value = ' 1990 ';
    act(() => place.querySelector('form')!.requestSubmit());
    expect(signIn.asked).toEqual(['choose pasby direct 1990']);
  });

  test('the hosted page has a way out, a page around it is one', () => {
    const signIn = show(STATES.qr, { standsAlone: true });
    press('Cancel');
    expect(signIn.asked).toEqual(['cancel']);
    show(STATES.qr);
    expect(buttons()).not.toContain('Cancel');
  });
});

describe('the choice of apps', () => {
  const UAE: ConnectorOffer = {
    id: 'uaepass',
    names: { en: 'UAE PASS', ar: 'الهوية الرقمية' },
    button: null,
    mark: null,
    scan_with: 'camera',
    modes: ['qr', 'same_device'],
  };
  test('says what reads the code: the camera, where no app of the provider does', () => {
    show({ ...STATES.qr, session: { ...STATES.qr.session, connector: UAE } });
    expect(widget().textContent).toContain('Open your phone’s camera');
    expect(widget().textContent, 'the app has nothing to scan with').not.toContain('Open UAE PASS on your phone');
  });

  const choose = (changes: Partial<SessionView>, props?: Partial<SignInProps>) =>
    show({ ...STATES.choosing, session: { ...STATES.choosing.session, ...changes } }, props);
  const names = () => [...place.querySelectorAll('bdi')].map(({ textContent }) => textContent);
  const painted = (background: string, text: string) => {
    const branded = { ...UAE, button: { background, text } };
    show({ ...STATES.same_device, session: { ...STATES.same_device.session, connector: branded } });
    const { style, dataset } = place.querySelector<HTMLElement>('a.bk-primary')!;
    return [dataset['brand'], style.background, style.color];
  };

  test.each([
    ['the widget’s', { locale: 'ar-AE' }, 'en', 'الهوية الرقمية'],
    ['the page’s', {}, 'ar', 'الهوية الرقمية'],
    ['English, where theirs is not there', { locale: 'fr' }, 'fr', 'UAE PASS'],
  ])('names them in the person’s language: %s', (_, props, page, expected) => {
    document.documentElement.lang = page;
    choose({ connectors: [UAE] }, props);
    document.documentElement.lang = '';
    expect(names()).toEqual([expected]);
  });

  test('the last one used comes first, and says so', () => {
    choose({ connectors: [WALLET, PASBY, UAE], lastUsed: 'uaepass' });
    expect(names()).toEqual(['UAE PASS', 'Demo Wallet', 'pasby']);
    expect(buttons()[0]).toContain('Last used');
    expect(place.textContent.match(/Last used/g)).toHaveLength(1);
  });

  test('a name begins where the others do, whichever way its script runs', () => {
    choose({ connectors: [{ ...WALLET, names: { en: 'محفظة' } }, PASBY] });
    for (const name of place.querySelectorAll('bdi'))
      expect([name.className, name.parentElement!.localName], 'no block of its own direction').toEqual(['', 'span']);
    expect(names()).toEqual(['محفظة', 'pasby']);
  });

  test('FT-C30d: prescribed colours are taken where that app is what the person is here for', () => {
    expect(painted('#DD3E3E', '#FFFFFF')).toEqual(['', '#DD3E3E', '#FFFFFF']);
  });

  test('FT-C30d: no row of the list is coloured', () => {
    choose({ connectors: [WALLET, { ...PASBY, button: { background: '#DD3E3E', text: '#FFFFFF' } }] });
    for (const row of place.querySelectorAll<HTMLElement>('.bk-choice'))
      expect([row.getAttribute('style'), row.dataset['brand']]).toEqual([null, undefined]);
  });

  test.each([
    ['that cannot be read', '#ffff00', '#ffffff'],
    ['that are none', 'url(https://evil.example)', '#ffffff'],
  ])('colours %s are not', (_, background, text) => {
    expect(painted(background, text)).toEqual([undefined, '', '']);
  });

  test('FT-C6e: an app that does not answer is named, marked, and the others are offered', () => {
    const signIn = show({ ...STATES.choosing, unavailable: PASBY, requestId: 'of-the-refusal' });
    expect(title()).toBe('Pasby cannot be reached');
    expect(place.textContent).toContain('Request ID: of-the-refusal');
    const [wallet, pasby] = [...place.querySelectorAll('.bk-choice')].map(({ textContent }) => textContent);
    expect(pasby).toBe('pasbyDoes not answer');
    expect(wallet).not.toContain('Does not answer');
    press('Demo Wallet');
    expect(signIn.asked).toEqual(['choose wallet qr']);
  });

  test('the app that was chosen can be left before its code is there', () => {
    const session = { ...SESSION, connectors: [WALLET, PASBY] };
    const signIn = show({ phase: 'starting', connection: 'socket', session, slow: false });
    expect(place.querySelector('.bk-qr')!.getAttribute('data-frame')).toBe('waiting');
    press('Other ways to sign in');
    press('Choose another app');
    press('pasby');
    expect(signIn.asked).toEqual(['choose pasby qr']);
  });
});

describe('FT-C30e: more apps than are seen at a glance', () => {
  const app = (id: string, names: ConnectorOffer['names']): ConnectorOffer => ({ ...WALLET, id, names });
  const SIX = [
    WALLET,
    PASBY,
    app('uaepass', { en: 'UAE PASS', ar: 'الهوية الرقمية' }),
    app('didit', { en: 'Dídit' }),
    app('krdpass', { en: 'KRD Pass', ckb: 'کەی ئاڕ دی پاس' }),
    app('paswad', { en: 'Paswad' }),
  ];
  const offer = (connectors: readonly ConnectorOffer[]) =>
    show({ ...STATES.choosing, session: { ...STATES.choosing.session, connectors, lastUsed: 'didit' } });
  const field = () => place.querySelector<HTMLInputElement>('input[type=search]');
  const names = () => [...place.querySelectorAll('bdi')].map(({ textContent }) => textContent);
  function seek(text: string): void {
    field()!.value = text;
    act(() => void field()!.dispatchEvent(new Event('input', { bubbles: true })));
  }

  test('can be searched, and five are seen without', () => {
    offer(SIX.slice(0, 5));
    expect(field()).toBeNull();
    offer(SIX);
    expect(field()!.getAttribute('aria-label')).toBe('Find your app');
    expect(names()[0], 'the last one used is first').toBe('Dídit');
  });

  test.each([
    ['pas', ['pasby', 'UAE PASS', 'KRD Pass', 'Paswad']],
    [' PASW ', ['Paswad']],
    ['didit', ['Dídit']],
    ['الهويه', []],
    ['الهوية', ['UAE PASS']],
    ['پاس', ['KRD Pass']],
    ['.*', []],
  ])('by a part of the name in any language: %s', (text, expected) => {
    offer(SIX);
    seek(text);
    expect(names()).toEqual(expected);
  });

  test('what is found is said, and so is that nothing is', () => {
    offer(SIX);
    const heard = () => place.querySelector('.bk-stage [aria-live=polite]')!.textContent;
    expect(heard()).toBe('');
    seek('pas');
    expect(heard()).toBe('Apps found: 4');
    seek('zz');
    expect(heard()).toBe('No app here has that name. Try a part of it.');
    expect(place.querySelector('.bk-choices')!.textContent).toBe('No app here has that name. Try a part of it.');
    seek('');
    expect(names()).toHaveLength(6);
  });

  test('Enter takes the only one that is found, and none of several', () => {
    const signIn = offer(SIX);
    seek('pas');
    act(() => field()!.form!.requestSubmit());
    expect(signIn.asked).toEqual([]);
    seek('pasw');
    act(() => field()!.form!.requestSubmit());
    expect(signIn.asked).toEqual(['choose paswad qr']);
  });
});

describe('FT-C30f: other ways', () => {
  const both = { ...SESSION, connectors: [WALLET, PASBY], connector: PASBY };
  const disclosure = () => place.querySelector<HTMLElement>('[aria-expanded]');

  test('are behind one disclosure, and the way out is not', () => {
    show({ ...STATES.qr, session: both }, { standsAlone: true });
    expect(buttons()).toEqual(['Other ways to sign in', 'Cancel']);
    expect(disclosure()!.getAttribute('aria-expanded')).toBe('false');
    press('Other ways to sign in');
    expect(disclosure()!.getAttribute('aria-expanded')).toBe('true');
    const opened = ['Send a request to my phone', 'Choose another app'];
    expect(buttons()).toEqual(['Other ways to sign in', ...opened, 'Cancel']);
    press('Other ways to sign in');
    expect(buttons()).toEqual(['Other ways to sign in', 'Cancel']);
  });

  test('a single one is shown as it is', () => {
    show(STATES.qr);
    expect(disclosure()).toBeNull();
    expect(buttons()).toEqual(['Open Demo Wallet on this device']);
  });
});

describe('FT-C30a: each end says its cause, and what to do next', () => {
  const lead = () => place.querySelector('.bk-lead')!.textContent;
  test.each([
    [null, 'Sign-in declined', 'It was not confirmed on your phone. Nothing was shared with Shop.'],
    ['user', 'Sign-in declined', 'It was declined in Demo Wallet. Nothing was shared with Shop.'],
    [
      'not_me',
      'Stopped on the phone',
      'The answer there was “This wasn’t me”. Try again, and scan with your own phone.',
    ],
    [
      'wrong_number',
      'The number did not match',
      'You are not signed in. Try again, and type the number that this screen shows then.',
    ],
    ['of a newer server', 'Sign-in declined', 'It was not confirmed on your phone. Nothing was shared with Shop.'],
  ])('declined: %s', (reason, expected, words) => {
    show({ ...STATES.declined, reason: reason as EndCause | null });
    expect([title(), lead()]).toEqual([expected, words]);
  });

  test('no answer in time', () => {
    show({ ...STATES.expired, noAnswer: true });
    expect([title(), lead(), ...buttons()]).toEqual([
      'No answer from your phone',
      'It was not confirmed in time. Start again, then confirm in Demo Wallet.',
      'Start again',
    ]);
  });

  test.each([
    [
      'login_required',
      'That was another person',
      'On the website of Shop another person was signed in before. Try again as that person.',
    ],
    [
      'unmet_authentication_requirements',
      'This sign-in is not strong enough',
      'The website of Shop asks for a stronger one. Try again in another way.',
    ],
  ])('%s', (code, expected, words) => {
    show({ ...STATES.failed, session: SESSION, code });
    expect([title(), lead()]).toEqual([expected, words]);
    show({ ...STATES.failed, code, canRetry: false });
    expect(title(), 'before there is a session no person was another').toBe('This did not work');
  });
});

describe('being told to wait', () => {
  test('counts down, and looks like no failure', () => {
    show(STATES.busy, { now: Date.now });
    const timer = place.querySelector('[role=timer]')!;
    expect(timer.textContent).toBe('Next try in 0:20');
    vi.advanceTimersByTime(5_000);
    expect(timer.textContent).toBe('Next try in 0:15');
    expect(place.querySelector('.bk-badge')!.getAttribute('data-tone')).toBe('accent');
    expect(place.textContent).not.toMatch(/error/i);
  });
});

describe('an identifier', () => {
  test('FT-C6f: what is wrong with it describes the field, and is no part of its name', () => {
    refused({ code: 'invalid_request', description: 'no person has this number', retryAt: null, requestId: null });
    expect(field().closest('label')!.textContent).toBe('Your ID number with pasby');
    const reason = place.querySelector(`[id="${field().getAttribute('aria-describedby')}"]`)!;
    expect(reason.textContent).toBe('No person has this number');
    show(STATES.identifier);
    expect(field().hasAttribute('aria-describedby'), 'nothing is wrong yet').toBe(false);
  });

  const field = () => place.querySelector('input')!;
  const refused = (problem: Problem) => show({ ...STATES.identifier, problem }, { now: Date.now });

  test('is asked for by a field that nothing remembers', () => {
    show(STATES.identifier);
    expect([field().autocomplete, field().inputMode, field().name]).toEqual(['off', 'text', '']);
    expect(field().closest('label')!.textContent).toBe('Your ID number with pasby');
    expect(document.activeElement, 'the page may be about something else').not.toBe(field());
  });

  test('is asked for by the app that it is for, whichever is shown', () => {
    const direct = { ...PASBY, modes: ['direct'] as const };
    show({ ...STATES.qr, session: { ...SESSION, connectors: [WALLET, direct] } });
    press('Other ways to sign in');
    press('Choose another app');
    press('pasby');
    expect(field().closest('label')!.textContent).toBe('Your ID number with pasby');
  });

  test('survives a fresh code while it is typed', () => {
    const session = { ...SESSION, connector: PASBY, connectors: [PASBY] };
    const signIn = show({ ...STATES.qr, session });
    press('Send a request to my phone');
    field().value = '1990';
    become(signIn, STATES.starting);
    become(signIn, { ...STATES.qr, session: { ...session, sessionId: 'session-2' } });
    expect(field().value).toBe('1990');
  });

  test('that is refused has the reason beside it, said aloud, and nothing in it', () => {
    refused({
      code: 'invalid_request',
      description: 'no person has <b>this</b> number',
      retryAt: null,
      requestId: null,
    });
    expect(place.querySelector('.bk-refused')!.textContent).toBe('No person has <b>this</b> number');
    expect(field().getAttribute('aria-invalid')).toBe('true');
    expect(field().value).toBe('');
    expect(said()).toContain('No person has');
    expect(document.activeElement).toBe(field());
  });

  test('that was sent too often says when to come back', () => {
    refused({ code: 'rate_limited', description: '', retryAt: NOW + 582_000, requestId: null });
    expect(place.querySelector('form')!.textContent).toContain('You can try again in 9:42');
    refused({ code: 'rate_limited', description: '', retryAt: null, requestId: null });
    expect(place.querySelector('form')!.textContent).toContain('Wait a minute');
  });
});

describe('after the phone took over', () => {
  const taken = (changes: Partial<SessionView>) =>
    show({ ...STATES.retrieved, session: { ...SESSION, ...changes }, number: null }, { now: Date.now });

  test('the code is blurred, stands still and leads nowhere', () => {
    const signIn = show(STATES.qr, { now: Date.now });
    const shown = place.querySelector('.bk-qr path')!.getAttribute('d');
    become(signIn, { ...STATES.retrieved, number: null });
    const spent = place.querySelector<HTMLElement>('.bk-qr')!;
    const still = spent.querySelector('path')!.getAttribute('d');
    expect(spent.dataset['frame']).toBe('spent');
    expect(still, 'no other person may scan what was on the screen').not.toBe(shown);
    vi.advanceTimersByTime(10_000);
    expect(spent.querySelector('path')!.getAttribute('d')).toBe(still);
  });

  test('on the same device it goes on in the app, and ends in the tab that the app opened', () => {
    const signIn = taken({ mode: 'same_device' });
    expect(title()).toBe('Continue in Demo Wallet');
    expect(place.querySelector('.bk-qr')).toBeNull();
    become(signIn, { ...STATES.confirmed, redirectTo: null });
    expect(said()).toContain('Finish in the tab that Demo Wallet opened');
  });
});

describe('who is being signed in', () => {
  const ADA = { ...STATES.confirmed, person: 'A… L…' };
  const WAITING = { ...ADA, redirectTo: null, confirmPerson: true };

  test('FT-A10e: is said while the page leaves, with no delay and no press', () => {
    const go = vi.fn<(redirectTo: string) => void>();
    const signIn = show(STATES.retrieved, { go });
    become(signIn, ADA);
    expect(go).toHaveBeenCalledOnce();
    expect(title()).toBe('Signing in as \u2068A… L…\u2069');
    expect(said(), 'a screen reader hears it too').toContain('A… L…');
    expect(buttons()).toEqual([]);
  });

  test('FT-A10e: is asked where the website wants it, and the page leaves after the press', () => {
    const go = vi.fn<(redirectTo: string) => void>();
    const signIn = show(STATES.retrieved, { go });
    become(signIn, WAITING);
    expect(said()).toContain('Signing in as \u2068A… L…\u2069. A phone approved this. Go on only if that was you.');
    expect(buttons()).toEqual(['Continue as \u2068A… L…\u2069', 'This isn’t me']);
    press('Continue as \u2068A… L…\u2069');
    expect(signIn.asked).toEqual(['confirm']);
    expect(go, 'there is no code yet').not.toHaveBeenCalled();
    become(signIn, ADA);
    expect(go.mock.calls).toEqual([['https://shop.example/cb?code=1']]);
  });

  test('FT-A10e: “This isn’t me” cancels', () => {
    const signIn = show(WAITING);
    press('This isn’t me');
    expect(signIn.asked).toEqual(['cancel']);
  });

  test('FT-A10e: is asked all the same where the provider gave no name', () => {
    const signIn = show({ ...WAITING, person: null });
    expect(said()).toContain('Go on only if that was you.');
    press('Continue to Shop');
    expect(signIn.asked).toEqual(['confirm']);
  });
});

const CODE = 'https://shop.example/cb?code=1';
test('a handler that throws stops nothing, and the page sees its error', () => {
  const errors: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => errors.push(error));
  const fail = (): never => {
    throw new Error('an analytics script');
  };
  const gone: string[] = [];
  const listening = {
    onStatus: fail,
    onStep: fail,
    onComplete: fail,
    onError: fail,
    go: (to: string) => gone.push(to),
  };
  const signIn = show(STATES.qr, listening);
  expect(widget().dataset['phase']).toBe('qr');
  become(signIn, STATES.failed);
  become(signIn, STATES.confirmed);
  expect(widget().dataset['phase']).toBe('confirmed');
  expect(gone).toHaveLength(1);
  expect(errors).toHaveLength(8);
  vi.unstubAllGlobals();
});

type Listening = Pick<SignInProps, 'onComplete' | 'redirect'>;

function drawnHere(props: Listening): void {
  const signIn = fakeSignIn(STATES.retrieved);
  act(() => root.render(<SignIn signIn={signIn} {...props} />));
  become(signIn, STATES.confirmed);
}

function inAnIframe(props: Listening): void {
  const page = own(document, 'defaultView')!;
  // With no way to say what is in view, the frame loads at once.
  Object.assign(page, { IntersectionObserver: undefined });
  act(() => root.render(<SignIn server="https://id.example" loginUrl="/login" {...props} />));
  // Nothing loads here, so the frame has no window of its own.
  const source = { postMessage: () => {} } as unknown as Window;
  Object.defineProperty(place.querySelector('iframe')!, 'contentWindow', { value: source });
  const data = { channel: BRIDGE_CHANNEL, type: 'redirect', redirect_to: CODE };
  const message = new MessageEvent('message', { data, origin: 'https://id.example', source });
  act(() => void page.dispatchEvent(message));
}

describe('what the page hears', () => {
  test('each status once, and again when new frames came', () => {
    const heard: string[] = [];
    const onStatus: SignInProps['onStatus'] = ({ status, state }) => heard.push(`${status} ${state?.phase}`);
    const signIn = show(STATES.starting, { onStatus });
    expect(heard, 'there is no status before there is a session').toEqual([]);
    become(signIn, STATES.qr);
    become(signIn, { ...STATES.qr, connection: 'poll' });
    become(signIn, { ...STATES.qr, qr: { ...STATES.qr.qr } });
    become(signIn, STATES.retrieved);
    expect(heard).toEqual(['initialized qr', 'initialized qr', 'retrieved retrieved']);
  });

  test('FT-C80a: each step once, with its time, and nothing of the person or the session', () => {
    const heard: Step[] = [];
    const signIn = show(STATES.idle, { onStep: (step) => heard.push(step) });
    const after = (ms: number, state: SignInState): void => {
      vi.advanceTimersByTime(ms);
      become(signIn, state);
    };
    expect(heard, 'nothing has begun').toEqual([]);
    become(signIn, STATES.starting);
    after(120, STATES.choosing);
    after(2_000, STATES.qr);
    after(50, { ...STATES.qr, connection: 'poll', qr: { ...STATES.qr.qr } });
    after(1_950, { ...STATES.retrieved, session: { ...SESSION, words: 'amber river' } });
    after(3_000, { ...STATES.confirmed, person: 'A… L…' });
    const common = { connector: null, mode: null, error: null };
    const wallet = { connector: 'wallet', mode: 'qr', error: null };
    // Whole objects: a member more would be told to every analytics service.
    expect(heard).toEqual([
      { ...common, phase: 'starting', previous: null, durationMs: 0, totalMs: 0 },
      { ...common, phase: 'choosing', previous: 'starting', durationMs: 120, totalMs: 120 },
      { ...wallet, phase: 'qr', previous: 'choosing', durationMs: 2_000, totalMs: 2_120 },
      { ...wallet, phase: 'retrieved', previous: 'qr', durationMs: 2_000, totalMs: 4_120 },
      { ...wallet, phase: 'confirmed', previous: 'retrieved', durationMs: 3_000, totalMs: 7_120 },
    ]);
  });

  test('a step for another app or mode, for a failure with its code, and from 0 once more after the button', () => {
    const heard: string[] = [];
    const onStep: SignInProps['onStep'] = ({ phase, previous, connector, mode, error, totalMs }) =>
      heard.push([phase, previous, connector, mode, error, totalMs].join(' '));
    const signIn = show(STATES.qr, { onStep });
    vi.advanceTimersByTime(10);
    become(signIn, { ...STATES.qr, session: { ...SESSION, connector: PASBY } });
    become(signIn, { ...STATES.failed, session: SESSION });
    become(signIn, STATES.idle);
    become(signIn, STATES.starting);
    expect(heard).toEqual([
      'qr  wallet qr  0',
      'qr qr pasby qr  10',
      'failed qr wallet qr network 10',
      'starting     0',
    ]);
  });

  test('the redirect once, however often a newer code is told', () => {
    const go = vi.fn<(redirectTo: string) => void>();
    const signIn = show(STATES.retrieved, { go });
    become(signIn, STATES.confirmed);
    become(signIn, { ...STATES.confirmed, redirectTo: 'https://shop.example/cb?code=2' });
    expect(go.mock.calls).toEqual([['https://shop.example/cb?code=1']]);
  });

  test('an end is followed only when the person goes back', () => {
    const go = vi.fn<(redirectTo: string) => void>();
    show(STATES.declined, { go });
    expect(go, 'the person must first read what happened').not.toHaveBeenCalled();
    press('Back to Shop');
    expect(go.mock.calls).toEqual([['https://shop.example/cb?error=x']]);
  });

  describe.each<[string, (props: Listening) => void]>([
    ['the end of a sign-in that is drawn here', drawnHere],
    ['the end of a sign-in in an iframe', inAnIframe],
  ])('%s', (_, signsIn) => {
    /** Where the component takes the browser, with nothing of the tests' own in its place. */
    function visited(props: Listening): readonly string[] {
      const assign = vi.spyOn(own(document, 'defaultView')!.location, 'assign').mockImplementation(() => {});
      try {
        signsIn(props);
        return assign.mock.calls.map(([url]) => String(url));
      } finally {
        assign.mockRestore();
      }
    }

    test('is observed by a handler, and the page leaves all the same', () => {
      const onComplete = vi.fn<(completion: Completion) => void>();
      expect(visited({ onComplete })).toEqual([CODE]);
      expect(onComplete.mock.calls.map(([{ redirectTo }]) => redirectTo)).toEqual([CODE]);
    });

    test('is taken over by preventDefault(), also where that is taken out of its object', () => {
      const onComplete = vi.fn<(completion: Completion) => void>(({ preventDefault }) => preventDefault());
      expect(visited({ onComplete })).toEqual([]);
      expect(onComplete).toHaveBeenCalledOnce();
    });

    test('is taken over by redirect={false}, and the handler still hears of it', () => {
      const onComplete = vi.fn<(completion: Completion) => void>();
      expect(visited({ onComplete, redirect: false })).toEqual([]);
      expect(onComplete).toHaveBeenCalledOnce();
    });
  });

  test('a failure, once', () => {
    const onError = vi.fn<(failure: { error: string }) => void>();
    const signIn = show(STATES.failed, { onError });
    become(signIn, { ...STATES.failed });
    expect(onError.mock.calls).toEqual([[{ error: 'network' }]]);
  });

  test('what is missing, when the page names no request', () => {
    const onError = vi.fn<(failure: { error: string }) => void>();
    show(STATES.idle, { signIn: undefined, clientId: 'shop', onError });
    expect(widget().dataset['phase']).toBe('failed');
    expect(place.textContent).toContain('invalid_request');
    expect(onError.mock.calls).toEqual([[{ error: 'invalid_request' }]]);
  });
});

test('the focus stays in the widget when what had it goes away', () => {
  const signIn = show(STATES.expired);
  place.querySelector<HTMLElement>('button')!.focus();
  become(signIn, STATES.starting);
  expect(document.activeElement, 'the title takes it').toBe(place.querySelector('h2'));
});

test('the focus stays outside when it was there', () => {
  const field = document.createElement('input');
  place.before(field);
  const signIn = show(STATES.expired);
  field.focus();
  become(signIn, STATES.starting);
  expect(document.activeElement).toBe(field);
  field.remove();
});

describe('display', () => {
  test('a button begins in its place', () => {
    show(STATES.qr, { display: 'button' });
    expect(buttons()).toEqual(['Sign in']);
    press('Sign in');
    expect(place.querySelector('.bk-qr')).not.toBeNull();
  });

  test('a dialog opens as one, and closing it cancels and gives the focus back', () => {
    const signIn = show(STATES.qr, { display: 'dialog' });
    const opener = place.querySelector<HTMLElement>('button')!;
    opener.focus();
    press('Sign in');
    const dialog = place.querySelector('dialog')!;
    expect(dialog.open).toBe(true);
    expect(document.activeElement).toBe(dialog.querySelector('h2'));
    act(() => dialog.querySelector<HTMLElement>('[aria-label=Close]')!.click());
    expect(place.querySelector('dialog')).toBeNull();
    expect(signIn.asked).toEqual(['cancel']);
    expect(document.activeElement).toBe(opener);
    become(signIn, STATES.cancelled);
    expect(signIn.listeners(), 'only the widget itself listens on').toBe(1);
  });
});

test('nothing is left behind', () => {
  const sheets = document.adoptedStyleSheets.length;
  const signIn = show(STATES.qr);
  expect(document.adoptedStyleSheets).toHaveLength(sheets + 1);
  act(() => root.render(null));
  expect(document.adoptedStyleSheets).toHaveLength(sheets);
  expect(signIn.listeners()).toBe(0);
  expect(vi.getTimerCount(), 'a timer went on').toBe(0);
});
