import { beforeEach, expect, it } from 'vitest';
import { CREDENTIALS, FakeBrowser, recorder } from './fake-browser.ts';
import { connectByPoll } from './poll.ts';
import type { Connection } from './transport.ts';

let browser: FakeBrowser;
let heard: string[];
let connection: Connection;

function open(): void {
  const { heard: told, events } = recorder();
  heard = told;
  connection = connectByPoll(CREDENTIALS, events, browser.environment);
}

beforeEach(() => {
  browser = new FakeBrowser();
});

it('asks at once, then waits for what is newer, with the secret in a header', async () => {
  open();
  await browser.advance(0);
  expect(browser.server.requests.map(({ path }) => path)).toEqual([
    '/session/session-1/status',
    '/session/session-1/status?after=1&wait=25',
  ]);
  for (const { headers, credentials } of browser.server.requests) {
    expect(headers.get('authorization')).toBe('Bearer secret-1');
    expect(credentials).toBe('omit');
  }
});

it('gives up a request that is held far beyond what was asked', async () => {
  browser.server.silent = true;
  open();
  await browser.advance(34_999);
  expect(heard).not.toContain('reconnecting');
  await browser.advance(1);
  expect(heard.at(-1)).toBe('reconnecting');
});

it('asks without waiting after a gap, since what it knows may be stale', async () => {
  open();
  await browser.advance(0);
  await browser.server.setDown(true);
  await browser.server.setDown(false);
  await browser.advance(500);
  expect(browser.server.requests.slice(2).map(({ path }) => path)).toEqual([
    '/session/session-1/status',
    '/session/session-1/status?after=1&wait=25',
  ]);
});

it.each([
  ['seconds', () => '7'],
  ['a date', () => new Date(browser.now + 7_000).toUTCString()],
])('waits as long as Retry-After says in %s, though its own backoff is shorter', async (_, header) => {
  browser.server.statusAnswer = { status: 429, body: { error: 'rate_limited' }, headers: { 'retry-after': header() } };
  open();
  await browser.advance(6_999);
  expect(browser.server.requests.length).toBe(1);
  await browser.advance(1);
  expect(browser.server.requests.length).toBe(2);
});

it.each([
  ['a server error', { status: 500, body: { error: 'server_error' } }],
  ['a proxy without its server', { status: 502, body: undefined }],
  ["a captive portal's page", { status: 200, body: undefined }],
  ["a proxy's refusal", { status: 403, body: undefined }],
  ['a newer server’s odd answer', { status: 200, body: { session_id: 'session-1' } }],
])('goes on after %s', async (_, answer) => {
  browser.server.statusAnswer = answer;
  open();
  await browser.advance(3_000);
  expect(new Set(heard)).toEqual(new Set(['reconnecting']));
  browser.server.statusAnswer = null;
  await browser.advance(15_000);
  expect(heard.at(-1)).toBe('1 initialized');
});

it('FT-C80g: comes back no earlier than it is told to, whatever wakes the page', async () => {
  browser.server.statusAnswer = {
    status: 429,
    body: { error: 'rate_limited', error_description: '' },
    headers: { 'retry-after': '30' },
  };
  open();
  for (let second = 0; second < 30; second += 1) {
    await browser.goOnline();
    await browser.focus();
    await browser.leaveForCache();
    await browser.comeBackFromCache();
    await browser.advance(1_000);
  }
  expect(browser.server.requests.length, 'once, and once its time had come').toBeLessThanOrEqual(2);
  browser.server.statusAnswer = null;
  await browser.advance(30_000);
  expect(heard.at(-1)).toBe('1 initialized');
});

it.each(['session_not_found', 'session_expired', 'origin_not_allowed'])('stops at %s', async (error) => {
  browser.server.statusAnswer = { status: error === 'session_expired' ? 410 : 404, body: { error } };
  open();
  await browser.advance(60_000);
  expect(heard).toEqual([`error ${error}`]);
  expect(browser.left).toBe(0);
});

it('does not spin when a server answers at once without news', async () => {
  open();
  await browser.advance(0);
  browser.server.statusAnswer = { status: 200, body: browser.server.session };
  for (const release of browser.server.held) release();
  const before = browser.server.requests.length;
  await browser.advance(10_000);
  expect(browser.server.requests.length - before).toBeLessThanOrEqual(11);
  connection.close();
});
