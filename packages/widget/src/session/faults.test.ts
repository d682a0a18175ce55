/** Every state of a sign-in meets every fault. `e2e/stories/faults.story.ts` does the same with real networks. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Snapshot } from '@beckon/protocol';
import { BEGIN, FakeBrowser, fakeSnapshot, SERVER, type FakeAnswer } from '../transport/fake-browser.ts';
import { createSignIn } from './create-sign-in.ts';
import type { Phase, SignIn } from './sign-in.ts';

const LASTS_MS = 30_000;
/** A socket that is silent for ever is given up after 50 s; a call after 10 s, and made again within 15 s. */
const GOES_ON_MS = 60_000;
const CODE = 'https://shop.example/cb?code=1';
const { qr, connectors } = fakeSnapshot();
const [wallet] = connectors;

let browser: FakeBrowser;
let signIn: SignIn;

function change(changes: Partial<Snapshot>): FakeAnswer {
  const { server, now } = browser;
  server.session = { ...server.session!, version: server.session!.version + 1, server_time_ms: now, ...changes };
  return { status: 200, body: server.session };
}

beforeEach(() => {
  browser = new FakeBrowser();
  // Each session lives as long as a test does.
  const nothing = { connector: null, mode: null, qr: null, expires_at: BEGIN / 1000 + 1e6 };
  browser.server.session = fakeSnapshot({ ...nothing, connectors: [wallet!, { ...wallet!, id: 'other' }] });
  browser.server.route = ({ path, body }) => {
    const { server } = browser;
    if (path === '/session') return { status: 201, body: { ...server.session, session_secret: server.secret } };
    if (path.endsWith('/confirm')) return change({ confirm_person: false, redirect_to: CODE });
    const { mode } = body as { readonly mode: 'qr' | 'same_device' };
    const link = mode === 'qr' ? { qr } : { same_device: { url: 'https://app.example/q' } };
    return change({ connector: 'wallet', mode, ...link });
  };
  const kept = new Map<string, string>();
  const keeps = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const environment = { ...browser.environment, isPhone: () => false, storage: () => keeps, tabStorage: () => keeps };
  signIn = createSignIn({ server: SERVER, clientId: 'shop', request: { requestUri: 'urn:1' } }, environment);
});
afterEach(() => signIn.close());

async function begin(): Promise<void> {
  signIn.start();
  await browser.advance(0);
}

async function choose(mode: 'qr' | 'same_device'): Promise<void> {
  await begin();
  signIn.choose('wallet', mode);
  await browser.advance(0);
}

async function scan(): Promise<void> {
  await choose('qr');
  await browser.server.push({ status: 'retrieved', qr: null });
}

interface State {
  readonly is: Phase;
  readonly reach: () => Promise<unknown>;
  /** While the fault lasts: what the person does here, or what the server hears from the phone. */
  readonly meanwhile: () => unknown;
  readonly leadsTo: Phase;
}

const asked = { status: 'confirmed', qr: null, confirm_person: true } as const;
const STATES: Readonly<Record<string, State>> = {
  'that begins': { is: 'idle', reach: async () => {}, meanwhile: () => signIn.start(), leadsTo: 'choosing' },
  'with a list': { is: 'choosing', reach: begin, meanwhile: () => signIn.choose('wallet', 'qr'), leadsTo: 'qr' },
  'with a code': {
    is: 'qr',
    reach: () => choose('qr'),
    meanwhile: () => change({ status: 'retrieved', qr: null }),
    leadsTo: 'retrieved',
  },
  'with a link': {
    is: 'same_device',
    reach: () => choose('same_device'),
    meanwhile: () => change({ status: 'retrieved', same_device: null }),
    leadsTo: 'retrieved',
  },
  'that was scanned': {
    is: 'retrieved',
    reach: scan,
    meanwhile: () => change({ status: 'confirmed', redirect_to: CODE }),
    leadsTo: 'confirmed',
  },
  'that shows a number': {
    is: 'retrieved',
    reach: async () => (await scan(), browser.server.push({ verification: { method: 'number', number: '07' } })),
    meanwhile: () => change({ status: 'declined' }),
    leadsTo: 'declined',
  },
  'that asks who it is': {
    is: 'confirmed',
    reach: async () => (await scan(), browser.server.push(asked)),
    meanwhile: () => signIn.confirm(),
    leadsTo: 'confirmed',
  },
};

interface Fault {
  readonly begin: () => unknown;
  readonly end: () => unknown;
}

const set = (fault: 'silent' | 'hangs', on: boolean): void => void (browser.server[fault] = on);
const cut = (on: boolean): void => (set('silent', on), set('hangs', on));
const FAULTS: Readonly<Record<string, Fault>> = {
  'a network that takes everything and gives nothing': { begin: () => cut(true), end: () => cut(false) },
  'a server that is gone': { begin: () => browser.server.setDown(true), end: () => browser.server.setDown(false) },
  'a network without sockets, and a server that is gone': {
    begin: () => ((browser.server.socketsBlocked = true), browser.server.setDown(true)),
    end: () => browser.server.setDown(false),
  },
  'a server that hangs': { begin: () => cut(true), end: () => cut(false) },
  'a device that sleeps for eight hours': {
    begin: () => cut(true),
    // Its clock alone goes on, and no event tells.
    end: () => ((browser.ahead += 8 * 3_600_000), cut(false)),
  },
  'a clock that is set back by a day': { begin: () => (browser.ahead -= 86_400_000), end: () => {} },
};

describe.each(Object.entries(FAULTS))('FT-C80e: %s for 30 s', (_, fault) => {
  it.each(Object.entries(STATES))('stops no sign-in %s: it goes on without a press', async (_name, state) => {
    await state.reach();
    expect(signIn.getSnapshot().phase).toBe(state.is);
    await fault.begin();
    state.meanwhile();
    await browser.advance(LASTS_MS);
    await fault.end();
    await browser.advance(GOES_ON_MS);
    const there = { phase: state.leadsTo, ...(state.leadsTo === 'confirmed' && { redirectTo: CODE }) };
    expect(signIn.getSnapshot()).toMatchObject(there);
    signIn.close();
    await browser.advance(0);
    expect(browser.left, 'and leaves nothing behind').toBe(0);
  });
});

describe('FT-C80f: a server that does not answer', () => {
  it('is asked again by itself, less and less often, and what is shown stays', async () => {
    await browser.server.setDown(true);
    await begin();
    await browser.advance(10_000);
    const shown: Phase[] = [];
    signIn.subscribe(() => shown.push(signIn.getSnapshot().phase));
    const before = browser.server.requests.length;
    await browser.advance(12 * 3_600_000);
    expect(new Set(shown)).toEqual(new Set(['failed']));
    // Five attempts every five minutes.
    expect(browser.server.requests.length - before).toBeLessThan(5 * 12 * 13);
    await browser.server.setDown(false);
    await browser.advance(310_000);
    expect(signIn.getSnapshot().phase).toBe('choosing');
  });

  it('is left alone by a page that is not seen, which begins again when it is', async () => {
    await browser.server.setDown(true);
    await begin();
    await browser.advance(10_000);
    browser.visible = false;
    const before = browser.server.requests.length;
    await browser.server.setDown(false);
    await browser.advance(3_600_000);
    expect(browser.server.requests).toHaveLength(before);
    await browser.show();
    await browser.advance(0);
    expect(signIn.getSnapshot().phase).toBe('choosing');
  });

  it('FT-C80g: that says when to come back is asked no earlier, whatever wakes the page', async () => {
    const requests = () => browser.server.requests.length;
    const { route } = browser.server;
    browser.server.route = () => ({ status: 503, body: undefined, headers: { 'retry-after': '120' } });
    await begin();
    expect(signIn.getSnapshot().phase).toBe('failed');
    for (let second = 0; second < 119; second += 1) {
      await browser.goOnline();
      await browser.show();
      await browser.focus();
      await browser.advance(1_000);
    }
    expect(requests()).toBe(1);
    browser.server.route = route;
    await browser.advance(2_000);
    expect(signIn.getSnapshot().phase).toBe('choosing');
  });

  it('FT-C80g: also by a press that did not get through, which is repeated less and less often', async () => {
    await scan();
    await browser.server.push(asked);
    const { route } = browser.server;
    browser.server.route = () => ({ status: 503, body: undefined, headers: { 'retry-after': '120' } });
    const before = browser.server.requests.length;
    const presses = () => browser.server.requests.slice(before).filter(({ path }) => path.endsWith('/confirm')).length;
    signIn.confirm();
    await browser.advance(119_000);
    await browser.goOnline();
    expect(presses()).toBe(1);
    await browser.server.setDown(true);
    await browser.advance(3_600_000);
    // Five attempts a time, at last every five minutes.
    expect(presses()).toBeLessThan(5 * 20);
    await browser.server.setDown(false);
    browser.server.route = route;
    await browser.advance(300_000);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'confirmed', redirectTo: CODE });
  });

  it('FT-C80h: is not asked by all pages at once, though all lost it at once', async () => {
    const times = [];
    for (const random of [0, 0.25, 0.5, 0.75]) {
      browser.server.requests.length = 0;
      browser.random = random;
      browser.server.route = () => ({ status: 503, body: undefined, headers: { 'retry-after': '6' } });
      await begin();
      const failedAt = browser.now;
      while (browser.server.requests.length < 2) await browser.advance(50);
      times.push(browser.now - failedAt);
      signIn.close();
    }
    expect(times).toEqual([6_000, 6_250, 7_500, 8_750]);
  });
});
