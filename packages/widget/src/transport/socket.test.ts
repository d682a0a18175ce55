import { beforeEach, expect, it } from 'vitest';
import { CREDENTIALS, FakeBrowser, fakeSnapshot, recorder, settle, type FakeSocket } from './fake-browser.ts';
import { connectBySocket } from './socket.ts';

let browser: FakeBrowser;
let heard: string[];

function open(server = CREDENTIALS.server): void {
  const { heard: told, events } = recorder();
  heard = told;
  connectBySocket({ ...CREDENTIALS, server }, events, browser.environment);
}

function socket(): FakeSocket {
  const [only, ...more] = browser.server.sockets;
  if (only === undefined || more.length > 0) throw new Error('there should be exactly one socket');
  return only;
}

beforeEach(() => {
  browser = new FakeBrowser();
});

it.each([
  ['https://id.example', 'wss://id.example/session/events'],
  ['http://127.0.0.1:4400', 'ws://127.0.0.1:4400/session/events'],
  ['https://example.com/id', 'wss://example.com/id/session/events'],
])('to %s it goes by %s, as beckon.v1', (server, url) => {
  open(server);
  expect([socket().url, socket().protocol]).toEqual([url, 'beckon.v1']);
});

it('says the secret in its first message, never in the address', async () => {
  open();
  await browser.advance(0);
  expect(socket().sent.map((text) => JSON.parse(text) as unknown)).toEqual([
    { type: 'subscribe', session_id: 'session-1', session_secret: 'secret-1' },
  ]);
});

it('FT-E3d: asks after 45 s of silence by what it knows, and stays when it is answered, shortly or not', async () => {
  open();
  await browser.advance(0);
  const first = socket();
  await browser.advance(44_999);
  expect(first.sent.length).toBe(1);
  await browser.advance(1);
  expect(JSON.parse(first.sent[1] ?? '')).toMatchObject({ type: 'subscribe', after: 1 });
  await browser.server.push({ status: 'retrieved' });
  await browser.advance(45_000);
  expect(JSON.parse(first.sent[2] ?? '')).toMatchObject({ type: 'subscribe', after: 2 });
  await browser.advance(45_000);
  expect(socket()).toBe(first);
  expect(heard).not.toContain('reconnecting');
  expect(heard.filter((what) => what !== 'socket')).toEqual(['1 initialized', '2 retrieved']);
});

it('FT-E3d: gives up a socket that is open but dead within a minute, and gets a new one', async () => {
  open();
  await browser.advance(0);
  const first = socket();
  browser.server.silent = true;
  await browser.advance(50_000);
  expect(heard.at(-1)).toBe('reconnecting');
  browser.server.silent = false;
  await browser.advance(15_000);
  expect(heard.at(-1)).toBe('1 initialized');
  expect(socket()).not.toBe(first);
});

it('asks at once when the page is looked at again, and gives up after 5 s without an answer', async () => {
  open();
  await browser.advance(0);
  browser.server.silent = true;
  // Nor does anything else of the server's answer.
  browser.server.hangs = true;
  await browser.show();
  expect(JSON.parse(socket().sent.at(-1) ?? ''), 'for the whole snapshot').not.toHaveProperty('after');
  await browser.advance(4_999);
  expect(heard).not.toContain('reconnecting');
  await browser.advance(1);
  expect(heard.at(-1)).toBe('reconnecting');
});

it.each([
  ['is looked at again', () => browser.show()],
  ['comes back from the cache', () => browser.comeBackFromCache()],
  ['has a network again', () => browser.goOnline()],
])('FT-C70a: where the socket died meanwhile, a page that %s fetches the state at once', async (_, comeBack) => {
  open();
  await browser.advance(0);
  browser.server.silent = true;
  await browser.server.push({ status: 'confirmed' });
  expect(heard.at(-1)).toBe('1 initialized');
  await comeBack();
  expect(heard.at(-1), 'no time has passed').toBe('2 confirmed');
  // The answer shows that the network is there, so the socket is waited for no longer than a second.
  await browser.advance(999);
  expect(heard).not.toContain('reconnecting');
  await browser.advance(1);
  expect(heard.at(-1)).toBe('reconnecting');
});

it('FT-C70a: also while a socket is being opened, or is waited for', async () => {
  open();
  await browser.advance(0);
  await browser.server.setDown(true);
  await browser.advance(20_000);
  await browser.server.setDown(false);
  browser.server.silent = true;
  await browser.show();
  expect(heard.at(-1)).toBe('1 initialized');
  await browser.server.push({ status: 'retrieved' });
  await browser.advance(250);
  await browser.show();
  expect(heard.at(-1), 'while the new one is silent').toBe('2 retrieved');
});

it('FT-C70b: a page that was not away asks by its socket when it is given the focus, once a second', async () => {
  open();
  await browser.advance(0);
  const asked = () => socket().sent.length - 1;
  const fetched = () => browser.server.requests.length;
  await browser.focus();
  expect([asked(), fetched()]).toEqual([1, 0]);
  expect(JSON.parse(socket().sent.at(-1) ?? ''), 'by what it knows').toMatchObject({ after: 1 });
  await browser.advance(999);
  await browser.focus();
  expect(asked()).toBe(1);
  await browser.advance(1);
  // A person who comes back is told of by both signs.
  await browser.show();
  await browser.focus();
  expect([asked(), fetched()]).toEqual([2, 1]);
});

it('FT-C70a: where the socket lives, its answer is the one that counts', async () => {
  open();
  await browser.advance(0);
  await browser.show();
  expect(heard.filter((what) => what !== 'socket')).toEqual(['1 initialized', '1 initialized']);
  await browser.advance(10_000);
  expect(heard).not.toContain('reconnecting');
});

it('gives up a socket that never gets to its first snapshot within 10 s', async () => {
  browser.server.silent = true;
  open();
  await browser.advance(10_000);
  expect(heard).toEqual(['reconnecting']);
});

it('comes back by itself when the server goes away (1001)', async () => {
  open();
  await browser.advance(0);
  socket().end(1001);
  expect(heard.at(-1)).toBe('reconnecting');
  await browser.advance(500);
  expect(heard.at(-1)).toBe('1 initialized');
});

it('begins its backoff anew once a snapshot came', async () => {
  open();
  for (let i = 0; i < 5; i += 1) {
    await browser.advance(500);
    expect(heard.at(-1), 'half a second must do each time').toBe('1 initialized');
    socket().end(1006);
  }
});

it('passes over what is no message, and messages of other sessions', async () => {
  open();
  await browser.advance(0);
  const before = heard.length;
  for (const odd of [
    {},
    { type: 'news' },
    { type: 'session' },
    { type: 'session', ...fakeSnapshot({ session_id: 'x' }) },
  ])
    socket().receive(odd);
  await settle();
  expect(heard.length).toBe(before);
});

it('tells the reason that the server gave before it closed', async () => {
  open();
  await browser.advance(0);
  socket().receive({ type: 'error', error: 'session_expired', session_id: 'session-1' });
  expect(heard.at(-1), 'an error alone ends nothing').toBe('1 initialized');
  socket().end(4401);
  expect(heard.at(-1)).toBe('error session_expired');
  expect(browser.left).toBe(0);
});

it('lives through a policy that forbids the address', async () => {
  const { heard: told, events } = recorder();
  connectBySocket(CREDENTIALS, events, { ...browser.environment, WebSocket: forbidden });
  expect(told).toEqual([]);
  await browser.advance(0);
  expect(told).toEqual(['reconnecting']);
});

const forbidden = function refuse() {
  throw new DOMException('refused by connect-src', 'SecurityError');
} as unknown as typeof WebSocket;
