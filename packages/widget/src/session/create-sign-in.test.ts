import type { ConnectorOffer, SessionHandle, Snapshot } from '@beckon/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Trouble } from '../mistakes/index.ts';
import { FakeBrowser, SERVER, fakeSnapshot, settle, type FakeAnswer } from '../transport/fake-browser.ts';
import { createSignIn } from './create-sign-in.ts';
import type { SignInEnvironment } from './environment.ts';
import type { SessionView, SignIn, SignInOptions } from './sign-in.ts';

const BARE = { requestUri: 'urn:request:1' };

let browser: FakeBrowser;
let signIn: SignIn;
let seen: string[];
let phone: boolean;
/** Answers, by the last part of the path, that come before the usual ones. */
let answers: Record<string, FakeAnswer[]>;
let sessions: number;
let offers: readonly ConnectorOffer[];
let storage: SignInEnvironment['storage'];
/** What the developer is told of, and what that is found to be. */
let explained: Trouble[];
let finding: string | null | Promise<null>;
/** What the tab keeps, which a reload leaves in place. */
let tab: Map<string, string>;

function create(options: Partial<SignInOptions> = {}): void {
  const environment = {
    ...browser.environment,
    isPhone: () => phone,
    storage: () => storage(),
    tabStorage: () => keeping(tab),
    explain(trouble: Trouble) {
      explained.push(trouble);
      return Promise.resolve(finding);
    },
  };
  signIn = createSignIn({ server: SERVER, clientId: 'shop', request: BARE, ...options }, environment);
  seen = [];
  signIn.subscribe(() => {
    const { phase } = signIn.getSnapshot();
    if (seen.at(-1) !== phase) seen.push(phase);
  });
}

async function start(options: Partial<SignInOptions> = {}): Promise<void> {
  create(options);
  signIn.start();
  await browser.advance(0);
}

const PASBY: ConnectorOffer = {
  id: 'pasby',
  names: { en: 'pasby' },
  button: null,
  mark: null,
  scan_with: 'app',
  modes: ['qr', 'direct'],
};

async function startWithSeveral(options: Partial<SignInOptions> = {}): Promise<void> {
  offers = [...fakeSnapshot().connectors, PASBY];
  await start(options);
}

async function startOnPhone(): Promise<void> {
  phone = true;
  await start();
}

const calls = () => browser.server.requests.map(({ path }) => path.replace(/\?.*/, ''));

function openSession(): FakeAnswer {
  sessions += 1;
  const { server, now } = browser;
  const session_id = `session-${sessions}`;
  server.secret = `secret-${sessions}`;
  // As the server does: where there is one way only, it is chosen.
  const settled =
    offers.length === 1 && offers[0]!.modes.includes('qr') ? {} : { connector: null, mode: null, qr: null };
  const times = { server_time_ms: now, expires_at: now / 1000 + 120 };
  server.session = fakeSnapshot({ session_id, connectors: offers, ...times, ...settled });
  return { status: 201, body: { ...server.session, session_secret: server.secret } satisfies SessionHandle };
}

/** As the server does for a page that was reloaded: the session that it kept, while it lives. */
function goOn({ session_id }: { readonly session_id?: string }, headers: Headers): FakeAnswer | null {
  const { session, secret } = browser.server;
  if (session_id === undefined || session === null) return null;
  const lives = session.status === 'initialized' || session.status === 'retrieved' || session.status === 'confirmed';
  const its = session.session_id === session_id && headers.get('authorization') === `Bearer ${secret}`;
  return lives && its ? { status: 200, body: { ...session, session_secret: secret } } : null;
}

function change(changes: Partial<Snapshot>): FakeAnswer {
  const { server, now } = browser;
  const { session } = server;
  if (session === null) return { status: 404, body: { error: 'session_not_found' } };
  server.session = { ...session, version: session.version + 1, server_time_ms: now, ...changes };
  return { status: 200, body: server.session };
}

const keeping = (stored: Map<string, string>): ReturnType<SignInEnvironment['storage']> => ({
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, value) => void stored.set(key, value),
  removeItem: (key) => void stored.delete(key),
});

beforeEach(() => {
  browser = new FakeBrowser();
  phone = false;
  answers = {};
  sessions = 0;
  offers = fakeSnapshot().connectors;
  tab = new Map();
  explained = [];
  finding = null;
  const stored = new Map<string, string>();
  storage = () => keeping(stored);
  browser.server.route = ({ path, body, headers }) => {
    const call = path.split('/').at(-1) ?? '';
    const prepared = answers[call]?.shift();
    if (prepared !== undefined) return prepared;
    if (call === 'session') return goOn(body as { session_id?: string }, headers) ?? openSession();
    if (call === 'renew') return openSession();
    if (call === 'cancel') return change({ status: 'cancelled', qr: null });
    if (call === 'login') return { status: 200, body: { client_id: 'shop', request_uri: `urn:request:${sessions}` } };
    const { connector, mode } = body as { readonly connector: string; readonly mode: 'qr' | 'same_device' };
    const same_device = mode === 'same_device' ? { url: 'https://app.example/q' } : null;
    return change({ connector, mode, same_device, qr: mode === 'qr' ? fakeSnapshot().qr : null });
  };
});

const expire = () => browser.server.push({ status: 'expired', qr: null });

const error = (status: number, code: string, headers: Record<string, string> = {}): FakeAnswer => ({
  status,
  body: { error: code, error_description: '', request_id: '' },
  headers,
});

describe('beginning', () => {
  it('sends, hears and times nothing before it is started', async () => {
    create();
    await browser.advance(60_000);
    expect([browser.left, browser.server.attempts.length]).toEqual([0, 0]);
    expect(signIn.getSnapshot()).toEqual({ phase: 'idle', connection: 'none' });
  });

  it('shows a QR code, and hears by a socket', async () => {
    await start();
    expect(seen).toEqual(['starting', 'qr']);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr', connection: 'socket' });
    expect(browser.server.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/session', { client_id: 'shop', request_uri: 'urn:request:1', qr_frames: 'compact' }],
    ]);
  });

  it('does nothing when started twice', async () => {
    await start();
    signIn.start();
    await browser.advance(0);
    expect(calls()).toEqual(['/session']);
  });

  it('gives the same snapshot until something changes', async () => {
    await start();
    const before = signIn.getSnapshot();
    await browser.advance(1_000);
    expect(signIn.getSnapshot()).toBe(before);
  });

  it('asks the page’s own backend, as the visitor that it knows', async () => {
    await start({ request: { requestUrl: '/login' } });
    const [pushed, opened] = browser.server.requests;
    expect(pushed).toMatchObject({ method: 'POST', path: '/login', credentials: 'same-origin' });
    expect(opened).toMatchObject({ path: '/session', credentials: 'omit', body: { request_uri: 'urn:request:0' } });
  });

  it('sends the parameters of a public client as they are', async () => {
    await start({ request: { parameters: { redirect_uri: 'https://a/cb', code_challenge: 'c' } } });
    expect(browser.server.requests[0]?.body).toEqual({
      redirect_uri: 'https://a/cb',
      code_challenge: 'c',
      client_id: 'shop',
      qr_frames: 'compact',
    });
  });

  it('never shows a QR code on a phone first', async () => {
    phone = true;
    await start();
    expect(seen).toEqual(['starting', 'same_device']);
    const { body, headers } = browser.server.requests[1] ?? {};
    expect(body).toEqual({ connector: 'wallet', mode: 'same_device' });
    expect(headers?.get('authorization')).toBe('Bearer secret-1');
  });
});

describe('choosing', () => {
  it('shows what was chosen, and takes it over into the next session', async () => {
    phone = true;
    await start();
    signIn.choose('wallet', 'qr');
    await settle();
    expect(signIn.getSnapshot().phase).toBe('qr');
    await browser.server.push({ status: 'expired', qr: null });
    await settle();
    expect(seen, 'no link in between').toEqual(['starting', 'same_device', 'starting', 'qr', 'starting', 'qr']);
  });

  it('sends the identifier in the body', async () => {
    await start();
    signIn.choose('wallet', 'direct', '19900101');
    await settle();
    const request = browser.server.requests.at(-1);
    expect(request?.body).toEqual({ connector: 'wallet', mode: 'direct', login_hint: '19900101' });
    expect(request?.path).not.toContain('1990');
  });

  it('is overtaken by a scan without any harm', async () => {
    await start();
    answers['connector'] = [error(409, 'invalid_transition')];
    signIn.choose('wallet', 'same_device');
    await browser.server.push({ status: 'retrieved', qr: null });
    expect(signIn.getSnapshot().phase).toBe('retrieved');
  });

  it('says so at once when the only identity app cannot be reached', async () => {
    await start();
    answers['connector'] = [error(502, 'connector_unavailable')];
    signIn.choose('wallet', 'same_device');
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'connector_unavailable', canRetry: true });
    expect(calls().length, 'the server has tried: asking it five times costs the person a minute').toBe(2);
  });

  it('offers the other apps when one cannot be reached, and goes on with the session', async () => {
    await startWithSeveral();
    answers['connector'] = [error(502, 'connector_unavailable')];
    signIn.choose('pasby', 'qr');
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({
      phase: 'choosing',
      unavailable: { id: 'pasby' },
      session: { connector: null },
    });
    signIn.choose('wallet', 'qr');
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr', session: { connector: { id: 'wallet' } } });
  });

  it('FT-C6e: waits longer for the app than the server does, and says which request failed', async () => {
    await startWithSeveral();
    const headers = { 'x-request-id': 'of-the-refusal' };
    answers['connector'] = [{ ...error(502, 'connector_unavailable'), headers }];
    // The server gives a provider 10 s.
    browser.server.takes = 10_500;
    signIn.choose('pasby', 'qr');
    await browser.advance(8_000);
    expect(signIn.getSnapshot(), 'takes longer than usual').toMatchObject({ phase: 'starting', slow: true });
    await browser.advance(2_500);
    expect(signIn.getSnapshot()).toMatchObject({
      phase: 'choosing',
      unavailable: { id: 'pasby' },
      requestId: 'of-the-refusal',
    });
    expect(calls(), 'the provider is asked once').toEqual(['/session', '/session/session-1/connector']);
  });

  it('waits for the code of the app that was chosen, never showing the last one’s meanwhile', async () => {
    await startWithSeveral();
    answers['connector'] = [change({ connector: 'pasby', mode: 'qr', qr: null })];
    signIn.choose('pasby', 'qr');
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'starting', session: { connector: { id: 'pasby' } } });
    await settle();
    expect(signIn.getSnapshot(), 'the app has not given its code yet').toMatchObject({ phase: 'starting' });
    const qr = { order: 'shuffle', interval_ms: 1000, frames: [{ text: 'pasby://a' }] } as const;
    await browser.server.push({ qr });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr', qr, session: { connector: { id: 'pasby' } } });
  });
});

describe('the link on this device', () => {
  const LINK = `${SERVER}/session/session-1/start?ticket=t`;
  const opened = () => browser.server.requests.filter(({ path }) => path.endsWith('/start'));

  it('FT-A6k: that leads to a provider is announced once for each click, even if the page is left', async () => {
    await startOnPhone();
    await browser.server.push({ same_device: { url: LINK } });
    answers['start'] = [{ status: 204, body: undefined }, error(409, 'invalid_transition')];
    const before = signIn.getSnapshot();
    signIn.arm();
    signIn.arm();
    await browser.advance(20_000);
    expect(opened()).toMatchObject([
      { method: 'POST', path: '/session/session-1/start', credentials: 'omit', keepalive: true, body: null },
      { method: 'POST', path: '/session/session-1/start', credentials: 'omit', keepalive: true, body: null },
    ]);
    expect([...(opened()[0]?.headers ?? [])], 'no header that the server would have to be asked about more').toEqual([
      ['authorization', 'Bearer secret-1'],
    ]);
    expect(signIn.getSnapshot(), 'nothing waits for the answer, and a refusal is none of the person’s').toBe(before);
  });

  it('FT-A6k: is announced neither for an app, nor with no network, nor once it is gone', async () => {
    await startOnPhone();
    signIn.arm();
    expect(opened()).toEqual([]);
    await browser.server.push({ same_device: { url: LINK } });
    await browser.server.setDown(true);
    signIn.arm();
    await settle();
    expect(opened()).toHaveLength(1);
    signIn.close();
    signIn.arm();
    expect(opened()).toHaveLength(1);
    expect(browser.left).toBe(0);
  });
});

describe('another tab goes on with the sign-in', () => {
  const LINK = `${SERVER}/session/session-1/start?ticket=t`;
  const CODE = 'https://shop.example/cb?code=1';

  /** The browser drops the page to make room, and no page of it hears anything more. */
  function drop(): void {
    const kept = tab;
    tab = new Map(kept);
    signIn.close();
    tab = kept;
  }

  it('FT-C74a: and this one says so, where it was never told where to go itself', async () => {
    await startOnPhone();
    await browser.server.push({ same_device: { url: LINK } });
    signIn.arm();
    await browser.server.push({ status: 'confirmed', same_device: null, redirect_to: null });
    await browser.server.push({ status: 'completed' });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'completed', elsewhere: true });
  });

  it('FT-C74a: which is not said where this page went there, and is seen again', async () => {
    await start();
    await browser.server.push({ status: 'confirmed', qr: null, redirect_to: CODE });
    await browser.server.push({ status: 'completed', redirect_to: null });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'completed', elsewhere: false });
  });

  it('FT-C74b: a page that the browser dropped meanwhile says so too, and begins nothing', async () => {
    await startOnPhone();
    signIn.arm();
    drop();
    change({ status: 'completed', same_device: null });
    const before = browser.server.requests.length;
    await startOnPhone();
    expect(seen).toEqual(['starting', 'completed']);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'completed', elsewhere: true });
    expect(browser.server.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /session/session-1/status',
    ]);
    expect([tab.size, browser.left], 'told once').toEqual([0, 0]);
    await startOnPhone();
    expect(seen).toContain('same_device');
  });

  it.each([
    ['goes on', async () => {}, ['/session/session-1/status', '/session']],
    [
      'is over in another way',
      async () => void change({ status: 'expired' }),
      ['/session/session-1/status', '/session'],
    ],
    ['is known no more', async () => void (browser.server.session = null), ['/session/session-1/status', '/session']],
  ])('FT-C74b: and begins as ever where the sign-in %s', async (_, happens, expected) => {
    await startOnPhone();
    signIn.arm();
    drop();
    await happens();
    const before = calls().length;
    await startOnPhone();
    expect(calls().slice(before, before + 2)).toEqual(expected);
    expect(seen.at(-1)).toBe('same_device');
  });

  it('FT-C74b: waits no more than 3 s for that answer', async () => {
    await startOnPhone();
    signIn.arm();
    drop();
    browser.server.hangs = true;
    await startOnPhone();
    await browser.advance(3_000);
    browser.server.hangs = false;
    expect(calls().slice(-2)).toEqual(['/session/session-1/status', '/session']);
  });

  it('FT-C74b: asks nothing where the link was not followed', async () => {
    await startOnPhone();
    drop();
    const before = calls().length;
    await startOnPhone();
    expect(calls().slice(before)[0]).toBe('/session');
  });

  it('FT-C74c: where it went on in a browser that did not finish it, the person may start again here', async () => {
    await startOnPhone();
    signIn.arm();
    await browser.server.push({ status: 'confirmed', same_device: null, redirect_to: null });
    await browser.advance(7_999);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'confirmed', slow: false });
    await browser.advance(1);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'confirmed', slow: true, redirectTo: null });
    const before = calls().length;
    signIn.renew();
    await browser.advance(0);
    // In this order: two sign-ins of one request at once would get one code.
    expect(calls().slice(before, before + 2)).toEqual(['/session/session-1/cancel', '/session/session-1/renew']);
    expect(signIn.getSnapshot().phase).toBe('same_device');
  });

  it('FT-C74c: which gives nothing up where the other one has finished it at that moment', async () => {
    await startOnPhone();
    signIn.arm();
    await browser.server.push({ status: 'confirmed', same_device: null, redirect_to: null });
    answers['cancel'] = [error(409, 'invalid_transition')];
    signIn.renew();
    await browser.advance(0);
    await browser.server.push({ status: 'completed' });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'completed', elsewhere: true });
    expect(calls()).not.toContain('/session/session-1/renew');
  });

  it('FT-C74d: a person who comes back from the provider without an answer gets a fresh link', async () => {
    await startOnPhone();
    signIn.arm();
    await browser.server.push({ status: 'retrieved', same_device: null });
    const before = calls().length;
    signIn.choose('wallet', 'qr');
    signIn.choose('pasby', 'same_device');
    await browser.advance(0);
    expect(calls().slice(before), 'no other way: a phone has it').toEqual([]);
    answers['connector'] = [change({ status: 'initialized', same_device: { url: `${LINK}2` } })];
    browser.server.session = { ...browser.server.session!, status: 'retrieved', same_device: null };
    signIn.choose('wallet', 'same_device');
    await browser.advance(0);
    expect(calls().slice(before)).toEqual(['/session/session-1/connector']);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'same_device', url: `${LINK}2` });
  });
});

describe('being told to wait', () => {
  const busy = (seconds: string) => error(429, 'rate_limited', { 'retry-after': seconds });

  it.each([
    ['a session', 'session', () => start()],
    ['an app', 'connector', () => startOnPhone()],
  ])('for %s, says until when and asks again by itself, never earlier', async (_, call, begin) => {
    answers[call] = [busy('30'), busy('7')];
    const told = browser.now + 30_000;
    await begin();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'busy', retryAt: told });
    const asked = () => calls().filter((path) => path.endsWith(call)).length;
    await browser.advance(29_999);
    await browser.goOnline();
    await browser.show();
    expect(asked(), 'waking is no reason to come before the time').toBe(1);
    await browser.advance(1_001);
    expect(asked()).toBe(2);
    expect(signIn.getSnapshot(), 'told again').toMatchObject({ phase: 'busy' });
    await browser.advance(8_000);
    expect(['qr', 'same_device']).toContain(signIn.getSnapshot().phase);
  });

  it('FT-A3b: by a provider that did not begin: asks once by name, and then waits', async () => {
    await start();
    expect(signIn.getSnapshot().phase).toBe('qr');
    answers['connector'] = [busy('30')];
    const trouble = { error: 'rate_limited', error_description: '' };
    await browser.server.push({ connector: null, mode: null, qr: null, error: trouble });
    await browser.advance(0);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'busy', session: { connector: { id: 'wallet' } } });
    await browser.server.push({ error: trouble });
    await browser.advance(29_000);
    expect(
      calls().filter((path) => path.endsWith('connector')),
      'no hammering',
    ).toHaveLength(1);
    await browser.advance(2_001);
    expect(signIn.getSnapshot().phase).toBe('qr');
  });

  it('waits a day where it is told to, and a short while without a word', async () => {
    answers['session'] = [busy('864000')];
    await start();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'busy', retryAt: browser.now + 86_400_000 });
    signIn.close();
    answers['session'] = [busy('2')];
    await start();
    expect(signIn.getSnapshot().phase).toBe('starting');
    await browser.advance(1_999);
    await browser.goOnline();
    expect(calls().length, 'not before its time either').toBe(2);
    await browser.advance(1);
    expect(signIn.getSnapshot().phase).toBe('qr');
  });

  it('can be left: another app, or nothing at all', async () => {
    await startWithSeveral();
    answers['connector'] = [busy('30')];
    signIn.choose('pasby', 'qr');
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'busy', session: { connector: { id: 'pasby' } } });
    signIn.choose('wallet', 'qr');
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr' });
    await browser.advance(40_000);
    expect(calls().filter((path) => path.endsWith('connector')).length, 'pasby is not asked any more').toBe(2);
    signIn.close();
    expect(browser.left).toBe(0);
  });

  it('leaves nothing behind when closed meanwhile', async () => {
    answers['session'] = [busy('30')];
    await start();
    signIn.close();
    expect([signIn.getSnapshot().phase, browser.left]).toEqual(['idle', 0]);
  });
});

describe('an identifier', () => {
  const push = (id = '19900101') => signIn.choose('pasby', 'direct', id);

  it('is sent once, in the body, and kept nowhere', async () => {
    await startWithSeveral();
    push();
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'direct', session: { connector: { id: 'pasby' } } });
    expect(JSON.stringify(signIn.getSnapshot())).not.toContain('1990');
    await expire();
    expect(signIn.getSnapshot(), 'a phone is not asked again by itself').toMatchObject({ phase: 'expired' });
    signIn.renew();
    await browser.advance(0);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'identifier', problem: null, session: { mode: 'direct' } });
    const sent = browser.server.requests.filter(({ body }) => JSON.stringify(body).includes('1990'));
    expect(sent.map(({ path }) => path)).toEqual(['/session/session-1/connector']);
  });

  it('that is refused is asked for again, in the server’s words', async () => {
    await startWithSeveral();
    answers['connector'] = [
      {
        status: 400,
        body: { error: 'invalid_request', error_description: 'no person has this number', request_id: '' },
      },
    ];
    push();
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({
      phase: 'identifier',
      problem: { code: 'invalid_request', description: 'no person has this number', retryAt: null },
      session: { connector: { id: 'pasby' } },
    });
    push('19900102');
    await settle();
    expect(signIn.getSnapshot().phase).toBe('direct');
  });

  it('that was sent too often says when, and is never sent by itself', async () => {
    await startWithSeveral();
    answers['connector'] = [error(429, 'rate_limited', { 'retry-after': '600' })];
    const told = browser.now + 600_000;
    push();
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'identifier', problem: { retryAt: told } });
    await browser.advance(700_000);
    expect(calls().filter((path) => path.endsWith('connector')).length).toBe(1);
  });

  it('is asked for at once where there is no other way in', async () => {
    offers = [{ ...PASBY, modes: ['direct'] }];
    await start();
    expect(signIn.getSnapshot()).toMatchObject({
      phase: 'identifier',
      problem: null,
      session: { connector: { id: 'pasby' } },
    });
    const before = signIn.getSnapshot();
    await expire();
    expect(seen, 'a fresh session must not disturb who is typing').toEqual(['starting', 'identifier']);
    expect(signIn.getSnapshot()).not.toEqual(before);
  });
});

describe('the last one used', () => {
  async function signInWith(connector: string): Promise<void> {
    await startWithSeveral();
    signIn.choose(connector, 'qr');
    await settle();
    await browser.server.push({ status: 'retrieved', qr: null });
    signIn.close();
  }
  const lastUsed = () => (signIn.getSnapshot() as { session?: { lastUsed: string | null } }).session?.lastUsed;

  it('is known to the next sign-in of the same client at the same server, and to no other', async () => {
    await startWithSeveral();
    expect(lastUsed()).toBeNull();
    await signInWith('pasby');
    await startWithSeveral();
    expect(lastUsed()).toBe('pasby');
    await startWithSeveral({ clientId: 'library' });
    expect(lastUsed(), 'another client').toBeNull();
  });

  it('is not the one that was only looked at', async () => {
    await startWithSeveral();
    signIn.choose('pasby', 'qr');
    await settle();
    signIn.close();
    await startWithSeveral();
    expect(lastUsed()).toBeNull();
  });

  it('is forgotten where the browser lets nothing be kept', async () => {
    storage = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    await signInWith('pasby');
    await startWithSeveral();
    expect(signIn.getSnapshot().phase).toBe('choosing');
    expect(lastUsed()).toBeNull();
  });
});

describe('signing in', () => {
  it('goes from the scan to where the browser goes next', async () => {
    await start();
    await browser.server.push({ status: 'retrieved', qr: null, verification: { method: 'number', number: '07' } });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'retrieved', number: '07' });
    await browser.server.push({ status: 'confirmed', redirect_to: 'https://shop.example/callback?code=1' });
    expect(signIn.getSnapshot()).toMatchObject({ redirectTo: 'https://shop.example/callback?code=1' });
    await browser.server.push({ status: 'completed' });
    expect(seen).toEqual(['starting', 'qr', 'retrieved', 'confirmed', 'completed']);
    expect(browser.left, 'an end leaves nothing to listen for').toBe(0);
  });

  it('FT-A10e: waits for the person to say who they are, and asks again where the press did not get through', async () => {
    await start();
    const person = { name: 'A… L…' };
    signIn.confirm();
    await browser.server.push({ status: 'confirmed', qr: null, person, confirm_person: true });
    expect(signIn.getSnapshot()).toMatchObject({ person: 'A… L…', confirmPerson: true, redirectTo: null });
    answers['confirm'] = [error(400, 'invalid_request')];
    signIn.confirm();
    await settle();
    expect(signIn.getSnapshot(), 'the question still stands').toMatchObject({ confirmPerson: true });
    const redirect_to = 'https://shop.example/callback?code=1';
    answers['confirm'] = [change({ confirm_person: false, redirect_to })];
    signIn.confirm();
    await settle();
    expect(signIn.getSnapshot()).toMatchObject({ confirmPerson: false, redirectTo: redirect_to });
    signIn.confirm();
    await settle();
    expect(calls(), 'one call for each press that counts').toEqual([
      '/session',
      '/session/session-1/confirm',
      '/session/session-1/confirm',
    ]);
  });

  it('goes on when the socket is cut in the middle', async () => {
    await start();
    for (const socket of browser.server.sockets) socket.end(1006);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr', connection: 'reconnecting' });
    await browser.server.push({ status: 'retrieved', qr: null });
    await browser.advance(500);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'retrieved', connection: 'socket' });
  });
});

describe('running out', () => {
  it('renews three times without asking, then asks, then renews again', async () => {
    await start();
    for (let i = 0; i < 4; i += 1) await expire();
    expect(calls()).toEqual([
      '/session',
      '/session/session-1/renew',
      '/session/session-2/renew',
      '/session/session-3/renew',
    ]);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'expired', canRenew: true });
    expect(browser.left).toBe(0);
    signIn.renew();
    await browser.advance(0);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr', session: { sessionId: 'session-5' } });
  });

  it('asks for a fresh request once the old one is over, where the page can give one', async () => {
    await start({ request: { requestUrl: '/login' } });
    answers['renew'] = [error(410, 'request_expired')];
    await expire();
    await browser.advance(0);
    expect(calls()).toEqual(['/login', '/session', '/session/session-1/renew', '/login', '/session']);
    expect(signIn.getSnapshot().phase).toBe('qr');
  });

  it('has only the way back once a bare request is over', async () => {
    await start();
    answers['renew'] = [error(410, 'request_expired')];
    await expire();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'expired', canRenew: false });
    signIn.renew();
    await browser.advance(60_000);
    expect(calls().length, 'and does not ask again').toBe(2);
  });

  it('renews after a refusal when the person wants it', async () => {
    await start();
    await browser.server.push({ status: 'declined', qr: null });
    await browser.advance(60_000);
    expect(signIn.getSnapshot().phase).toBe('declined');
    signIn.renew();
    await browser.advance(0);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr', session: { sessionId: 'session-2' } });
  });

  it('drops what the old session still says', async () => {
    await start();
    const old = browser.server.session;
    await expire();
    await browser.advance(0);
    for (const socket of browser.server.sockets)
      socket.receive({ type: 'session', ...old, version: 99, status: 'failed' });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr', session: { sessionId: 'session-2' } });
  });
});

describe('failing', () => {
  it('keeps trying before it says `network`, and begins again by itself when the network is back', async () => {
    await browser.server.setDown(true);
    await start();
    await browser.advance(7_000);
    expect(signIn.getSnapshot().phase, 'still trying').toBe('starting');
    await browser.advance(1_000);
    expect(signIn.getSnapshot()).toEqual({
      phase: 'failed',
      connection: 'none',
      session: null,
      code: 'network',
      redirectTo: null,
      canRetry: true,
      requestId: null,
    });
    expect(calls().length).toBe(5);
    await browser.server.setDown(false);
    await browser.goOnline();
    await browser.advance(0);
    expect(signIn.getSnapshot().phase).toBe('qr');
  });

  it('gets over a server that is starting', async () => {
    answers['session'] = [error(503, 'server_error'), { status: 502, body: undefined }];
    await start();
    await browser.advance(2_000);
    expect(seen).toEqual(['starting', 'qr']);
  });

  it('says `rate_limited` when it is not said how long', async () => {
    answers['session'] = Array.from({ length: 5 }, () => error(429, 'rate_limited'));
    await start();
    await browser.advance(20_000);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'rate_limited', canRetry: true });
    signIn.start();
    await browser.advance(0);
    expect(signIn.getSnapshot().phase).toBe('qr');
  });

  it.each([
    ['origin_not_allowed', 403, false],
    ['invalid_request', 400, false],
    ['request_expired', 410, false],
    ['session_not_found', 404, true],
  ])('says %s at once', async (code, status, canRetry) => {
    answers['session'] = [error(status, code)];
    await start();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code, canRetry });
    expect(calls().length).toBe(1);
    expect(browser.left).toBe(0);
  });

  it.each([
    ['origin_not_allowed', 403, [{ of: 'refusal', code: 'origin_not_allowed', description: 'the words' }]],
    ['session_not_found', 404, []],
  ])('tells the developer what to mend: %s', async (code, status, told) => {
    answers['session'] = [{ status, body: { error: code, error_description: 'the words', request_id: 'x' } }];
    await start();
    expect(explained).toEqual(told);
  });

  describe('MISTAKE-CALLS: an answer that is none', () => {
    it.each<[string, FakeAnswer]>([
      ['a page', { status: 200, body: undefined }],
      ['no such route', { status: 404, body: undefined }],
      ['no such route, as Fastify says it', { status: 404, body: { error: 'Not Found', message: 'no route' } }],
      ['JSON of another kind', { status: 200, body: { client_id: 'shop' } }],
    ])('of the server is explained at once: %s', async (_what, answer) => {
      answers['session'] = [answer];
      finding = 'setup_server';
      await start();
      expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'setup_server', canRetry: false });
      expect(explained).toMatchObject([{ of: 'server', url: `${SERVER}/session`, answer: { status: answer.status } }]);
      expect(calls().length).toBe(1);
    });

    it('of the page’s own route is explained at once as well', async () => {
      answers['login'] = [{ status: 404, body: undefined }];
      finding = 'setup_request_url';
      await start({ request: { requestUrl: '/login' } });
      expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'setup_request_url', canRetry: false });
      expect(explained).toMatchObject([{ of: 'request_url', url: '/login', answer: { status: 404 } }]);
    });

    it('is a failure of the server where it is not explained', async () => {
      answers['session'] = [{ status: 404, body: undefined }];
      await start();
      expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'server_error', canRetry: true });
    });

    it('waits no longer than 3.5 s for what explains', async () => {
      answers['session'] = [{ status: 404, body: undefined }];
      finding = new Promise(() => {});
      await start();
      await browser.advance(3_499);
      expect(signIn.getSnapshot().phase).toBe('starting');
      await browser.advance(1);
      expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'server_error' });
    });
  });

  describe('MISTAKE-CALLS: no answer', () => {
    it('is explained after the first attempt, so that a mistake is told at once', async () => {
      await browser.server.setDown(true);
      finding = 'setup_connect_src';
      await start();
      expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'setup_connect_src', canRetry: false });
      expect(explained).toEqual([{ of: 'server', url: `${SERVER}/session`, answer: null, last: false }]);
      // The clock that stopped waiting for the explanation.
      await browser.advance(3_500);
      expect(browser.left).toBe(0);
    });

    it('is explained after the last attempt as well', async () => {
      await browser.server.setDown(true);
      await start();
      await browser.advance(17_000);
      expect(explained).toMatchObject([{ last: false }, { last: true }]);
      expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'network', canRetry: true });
    });

    it('is not asked about once the person has left', async () => {
      await browser.server.setDown(true);
      finding = new Promise(() => {});
      await start();
      signIn.close();
      await browser.advance(60_000);
      expect([signIn.getSnapshot().phase, browser.left]).toEqual(['idle', 0]);
    });
  });

  it('MISTAKE-ID: a failure has the id of the request that failed, else of the one that began the session', async () => {
    const headers = { 'x-request-id': 'of-the-refusal' };
    answers['session'] = [{ ...error(403, 'origin_not_allowed'), headers }];
    await start();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', requestId: 'of-the-refusal' });
    answers['session'] = [{ ...openSession(), headers: { 'x-request-id': 'of-the-beginning' } }];
    signIn.start();
    await browser.advance(0);
    await browser.server.push({ status: 'failed', error: { error: 'server_error', error_description: '' } });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', requestId: 'of-the-beginning' });
  });

  it('MISTAKE-ID: after a reload it is still the id of the request that began the session', async () => {
    const begun = { ...openSession(), headers: { 'x-request-id': 'of-the-beginning' } };
    answers['session'] = [begun];
    await start();
    for (const again of ['of-a-reload', 'of-another']) {
      answers['session'] = [{ status: 200, body: begun.body, headers: { 'x-request-id': again } }];
      await start();
    }
    await browser.server.push({
      status: 'declined',
      qr: null,
      error: { error: 'access_denied', error_description: '', reason: 'wrong_number' },
    });
    expect(signIn.getSnapshot()).toMatchObject({
      phase: 'declined',
      reason: 'wrong_number',
      requestId: 'of-the-beginning',
    });
  });

  it('MISTAKE-PAUSE: a limit that a proxy tells in its own words is waited for as well', async () => {
    answers['session'] = [{ status: 429, body: undefined, headers: { 'retry-after': '20' } }];
    await start();
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'busy', retryAt: browser.now + 20_000 });
    await browser.advance(21_000);
    expect(seen).toEqual(['starting', 'busy', 'starting', 'qr']);
  });

  it('says what the page’s own backend answers, and knows an answer that is none', async () => {
    answers['login'] = [error(403, 'access_denied')];
    await start({ request: { requestUrl: '/login' } });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'access_denied', canRetry: true });
    answers['login'] = [{ status: 200, body: { request_uri: 7 } }];
    signIn.start();
    await browser.advance(0);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'server_error', canRetry: true });
  });

  it('fails when the server no longer knows the session', async () => {
    await start();
    browser.server.session = fakeSnapshot({ session_id: 'another page’s' });
    for (const socket of browser.server.sockets) socket.end(1001);
    await browser.advance(500);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'failed', code: 'session_not_found', canRetry: true });
    expect(browser.left).toBe(0);
  });
});

describe('leaving', () => {
  it('cancels at the server', async () => {
    await start();
    signIn.cancel();
    await settle();
    expect(signIn.getSnapshot().phase).toBe('cancelled');
    expect(calls().at(-1)).toBe('/session/session-1/cancel');
    expect(browser.left).toBe(0);
  });

  it('lets the person out though the server cannot be told', async () => {
    await start();
    await browser.server.setDown(true);
    signIn.cancel();
    await browser.advance(60_000);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'cancelled', redirectTo: null });
    expect(browser.left).toBe(0);
  });

  it('goes back to the beginning when there is no session yet', async () => {
    await browser.server.setDown(true);
    await start();
    signIn.cancel();
    await browser.advance(60_000);
    expect(signIn.getSnapshot().phase).toBe('idle');
    expect(browser.left).toBe(0);
  });

  it.each([
    ['while it starts', () => settle()],
    ['while the network is gone', () => browser.server.setDown(true)],
    ['while it waits to try again', () => browser.advance(100)],
  ])('leaves nothing behind when closed %s', async (_, meanwhile) => {
    answers['session'] = [error(503, 'server_error')];
    create();
    signIn.start();
    await meanwhile();
    signIn.close();
    await browser.advance(60_000);
    expect(browser.left).toBe(0);
    expect(signIn.getSnapshot().phase).toBe('idle');
    expect(seen).toEqual(['starting', 'idle']);
  });

  it('leaves nothing behind after any of its states', async () => {
    for (const changes of [{}, { status: 'retrieved' }, { status: 'confirmed' }, { status: 'expired' }] as const) {
      await start();
      await browser.server.push(changes);
      signIn.close();
      await settle();
      expect([changes, browser.left]).toEqual([changes, 0]);
    }
    await browser.server.setDown(true);
    await start();
    await browser.advance(30_000);
    expect(signIn.getSnapshot().phase).toBe('failed');
    signIn.close();
    expect(browser.left, 'failed, waiting for the network').toBe(0);
  });

  it('forgets what was chosen: the next sign-in on this page may be another person’s', async () => {
    await start();
    signIn.choose('wallet', 'direct', '19900101');
    await settle();
    signIn.close();
    signIn.start();
    await browser.advance(0);
    expect(signIn.getSnapshot().phase).toBe('qr');
    expect(browser.server.requests.filter(({ path }) => path.endsWith('/connector')).length).toBe(1);
  });

  it('can be closed by a listener that hears of the session, and begun again', async () => {
    create();
    const stop = signIn.subscribe(() => signIn.getSnapshot().phase === 'qr' && signIn.close());
    signIn.start();
    await browser.advance(60_000);
    expect(browser.left).toBe(0);
    stop();
    signIn.start();
    await browser.advance(0);
    expect(signIn.getSnapshot().phase).toBe('qr');
  });
});

describe('a reload', () => {
  const reload = (options: Partial<SignInOptions> = {}): Promise<void> => start(options);
  const session = () => (signIn.getSnapshot() as { readonly session?: SessionView }).session;

  it('FT-B1e: after the scan goes on where the page was, and the person is signed in', async () => {
    await start();
    await browser.server.push({ status: 'retrieved', qr: null, verification: { method: 'number', number: '42' } });
    await reload({ request: { requestUri: 'urn:request:2' } });
    expect(seen).toEqual(['starting', 'retrieved']);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'retrieved', number: '42' });
    const { body, headers } = browser.server.requests.at(-1) ?? {};
    expect(body).toMatchObject({ client_id: 'shop', request_uri: 'urn:request:2', session_id: 'session-1' });
    expect(headers?.get('authorization')).toBe('Bearer secret-1');
    await browser.server.push({ status: 'confirmed', redirect_to: 'https://shop.example/cb?code=1' });
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'confirmed', redirectTo: 'https://shop.example/cb?code=1' });
  });

  it('FT-B1e: also where only the page’s backend knows the client', async () => {
    await start({ clientId: '', request: { requestUrl: '/login' } });
    await browser.server.push({ status: 'retrieved', qr: null });
    await reload({ clientId: '', request: { requestUrl: '/login' } });
    expect(session()?.sessionId).toBe('session-1');
  });

  it('keeps the way that the person chose, and asks for nothing again', async () => {
    phone = true;
    await start();
    signIn.choose('wallet', 'qr');
    await settle();
    const before = calls().length;
    await reload();
    expect(signIn.getSnapshot().phase, 'not the link, which a phone is shown first').toBe('qr');
    expect(calls().slice(before)).toEqual(['/session']);
    await expire();
    expect(seen.at(-1)).toBe('qr');
    expect(session()?.mode, 'and in the next session').toBe('qr');
  });

  it('pushes to no phone a second time, and shows that the request waits', async () => {
    await startWithSeveral();
    answers['connector'] = [change({ connector: 'pasby', mode: 'direct', qr: null })];
    signIn.choose('pasby', 'direct', '19900101');
    await settle();
    const before = calls().length;
    await reload();
    expect(signIn.getSnapshot().phase).toBe('direct');
    expect(calls().slice(before)).toEqual(['/session']);
    expect([...tab.values()].join(), 'nor is it kept whom').not.toContain('1990');
  });

  it('begins anew with the app that the page now asks for', async () => {
    await startWithSeveral();
    signIn.choose('wallet', 'qr');
    await settle();
    await reload({ connector: 'pasby' });
    expect(session()).toMatchObject({ sessionId: 'session-1', connector: { id: 'pasby' } });
  });

  it.each([
    ['another client', { clientId: 'other' }],
    ['another server', { server: 'https://other.example' }],
  ])('FT-B1f: takes nothing up for %s', async (_, options) => {
    await start();
    await reload(options);
    expect(browser.server.requests.at(-1)?.body).not.toHaveProperty('session_id');
  });

  it.each([
    ['the page leaves', () => browser.server.push({ status: 'confirmed', redirect_to: 'https://shop.example/cb' })],
    ['it is completed', () => browser.server.push({ status: 'completed' })],
    ['it is declined', () => browser.server.push({ status: 'declined' })],
    ['the person cancels', () => (signIn.cancel(), settle())],
    [
      'the person cancels and the server does not answer',
      () => ((browser.server.down = true), signIn.cancel(), browser.advance(60_000)),
    ],
    ['it is taken out of the page', () => (signIn.close(), settle())],
  ])('FT-B1f: keeps nothing once %s', async (_, happen) => {
    await start();
    expect(tab.size).toBe(1);
    await happen();
    expect(tab.size).toBe(0);
  });

  it('FT-B1f: begins anew where the browser keeps nothing', async () => {
    const refuse = (): never => {
      throw new DOMException('no storage in this frame', 'SecurityError');
    };
    tab = { get: refuse, set: refuse, delete: refuse } as unknown as typeof tab;
    await start();
    await reload();
    expect([signIn.getSnapshot().phase, session()?.sessionId]).toEqual(['qr', 'session-2']);
  });

  it('begins anew where what was kept is not whole', async () => {
    tab.set(`beckon.session ${SERVER} shop`, 'session-1');
    await start();
    expect(browser.server.requests[0]?.body).not.toHaveProperty('session_id');
  });
});

describe('FT-B8a: a server that hangs', () => {
  const slow = () => (signIn.getSnapshot() as { readonly slow?: boolean }).slow;

  it.each([
    ['a session is made', async () => ((browser.server.hangs = true), start())],
    [
      'an app is chosen',
      async () => (await startWithSeveral(), (browser.server.hangs = true), signIn.choose('wallet', 'qr'), settle()),
    ],
    [
      'the app has not given its code',
      async () => {
        await startWithSeveral();
        answers['connector'] = [change({ connector: 'pasby', mode: 'qr', qr: null })];
        signIn.choose('pasby', 'qr');
        await settle();
      },
    ],
    ['a fresh code is made', async () => (await start(), (browser.server.hangs = true), expire())],
  ])('is told after 8 s while %s, and the person may try again', async (_, wait) => {
    await wait();
    expect(signIn.getSnapshot().phase).toBe('starting');
    await browser.advance(7_999);
    expect(slow()).toBe(false);
    await browser.advance(1);
    expect(slow()).toBe(true);
    browser.server.hangs = false;
    signIn.start();
    expect(slow()).toBe(false);
    await browser.advance(0);
    if (signIn.getSnapshot().phase === 'starting') await browser.server.push({ qr: fakeSnapshot().qr });
    expect(signIn.getSnapshot().phase).toBe('qr');
    signIn.close();
    expect(browser.left).toBe(0);
  });

  it('trying again goes on with the session and with what was chosen', async () => {
    await startWithSeveral();
    browser.server.hangs = true;
    signIn.choose('wallet', 'qr');
    await browser.advance(8_000);
    browser.server.hangs = false;
    signIn.start();
    await browser.advance(0);
    expect(signIn.getSnapshot()).toMatchObject({
      phase: 'qr',
      session: { sessionId: 'session-1', connector: { id: 'wallet' } },
    });
  });

  it('FT-C30b: is told where the page has not left 3 s after it should have', async () => {
    await start();
    await browser.server.push({ status: 'confirmed', qr: null, redirect_to: 'https://shop.example/cb?code=1' });
    await browser.advance(2_999);
    expect(slow()).toBe(false);
    await browser.advance(1);
    expect(slow()).toBe(true);
  });

  it('keeps no person who cancels', async () => {
    await start();
    browser.server.hangs = true;
    signIn.cancel();
    await browser.advance(7_999);
    expect(signIn.getSnapshot().phase).toBe('qr');
    await browser.advance(1);
    expect(signIn.getSnapshot().phase).toBe('cancelled');
    signIn.close();
    await browser.advance(0);
    expect(browser.left).toBe(0);
  });

  it('is told of no state in which a person is waited for', async () => {
    await start();
    await browser.advance(60_000);
    expect(signIn.getSnapshot()).toMatchObject({ phase: 'qr' });
    await browser.server.push({ status: 'confirmed', qr: null, redirect_to: null, confirm_person: true });
    await browser.advance(60_000);
    expect(slow(), 'the person is asked who they are').toBe(false);
  });
});
