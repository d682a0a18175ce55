import type { Snapshot } from '@beckon/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from './choose.ts';
import { CREDENTIALS, FakeBrowser, recorder, settle } from './fake-browser.ts';
import { connectByPoll } from './poll.ts';
import { connectBySocket } from './socket.ts';
import type { Connection, Transport } from './transport.ts';

/** What every transport owes, whatever carries it. */
describe.each([
  ['the socket', connectBySocket, 'socket'],
  ['the long poll', connectByPoll, 'poll'],
  ['the choice', connect, 'socket'],
] as const satisfies readonly (readonly [string, Transport, string])[])('%s', (_, transport, state) => {
  let browser: FakeBrowser;
  let heard: string[];
  let snapshots: Snapshot[];
  let connection: Connection;

  function open(secret = 'secret-1', onSnapshot: () => void = () => {}, onState: () => void = () => {}): void {
    const { heard: told, events } = recorder();
    heard = told;
    connection = transport(
      { ...CREDENTIALS, sessionSecret: secret },
      {
        ...events,
        onState: (value) => {
          events.onState(value);
          onState();
        },
        onSnapshot: (snapshot) => {
          snapshots.push(snapshot);
          events.onSnapshot(snapshot);
          onSnapshot();
        },
      },
      browser.environment,
    );
  }

  beforeEach(() => {
    browser = new FakeBrowser();
    snapshots = [];
  });

  it('tells nothing before it has returned, then the state and the first snapshot', async () => {
    open();
    expect(heard).toEqual([]);
    await browser.advance(0);
    expect(heard).toEqual([state, '1 initialized']);
  });

  it('passes on the snapshot as the server said it', async () => {
    open();
    await browser.advance(0);
    expect(snapshots).toEqual([browser.server.session]);
  });

  it('hears every change without time passing', async () => {
    open();
    await browser.advance(0);
    await browser.server.push({ status: 'retrieved', qr: null });
    await browser.advance(0);
    await browser.server.push({ status: 'confirmed' });
    expect(heard.filter((said) => said !== state)).toEqual(['1 initialized', '2 retrieved', '3 confirmed']);
  });

  it('does not die when no server answers at first', async () => {
    await browser.server.setDown(true);
    open();
    await browser.advance(60_000);
    expect(new Set(heard)).toEqual(new Set(['reconnecting']));
    await browser.server.setDown(false);
    await browser.advance(15_000);
    expect(heard.at(-1)).toBe('1 initialized');
  });

  it('hears what it missed after the server was gone', async () => {
    open();
    await browser.advance(0);
    await browser.server.setDown(true);
    await browser.server.push({ status: 'retrieved', qr: null });
    await browser.advance(1_000);
    expect(heard.at(-1)).toBe('reconnecting');
    await browser.server.setDown(false);
    await browser.advance(15_000);
    expect(heard.at(-1)).toBe('2 retrieved');
  });

  it('waits longer and longer, up to 15 s, and never hammers a server that is down', async () => {
    await browser.server.setDown(true);
    open();
    await browser.advance(5 * 60_000);
    // Five minutes: a few quick ones, then every 15 s (the choice also tries its socket twice a minute).
    expect(browser.server.attempts.length).toBeGreaterThan(15);
    expect(browser.server.attempts.length).toBeLessThan(40);
  });

  it.each(['show', 'goOnline', 'comeBackFromCache'] as const)('tries at once on %s', async (wake) => {
    open();
    await browser.advance(0);
    await browser.server.setDown(true);
    await browser.advance(20_000);
    await browser.server.setDown(false);
    const before = heard.length;
    await browser[wake]();
    await settle();
    expect(heard.slice(before)).toContain('1 initialized');
  });

  it('FT-C80i: takes signs that come a hundred times a second as four, and misses none', async () => {
    open();
    await browser.advance(5_000);
    const before = browser.server.attempts.length;
    const sent = (): number => [...browser.server.sockets].reduce((sum, socket) => sum + socket.sent.length, 0);
    const said = sent();
    for (let times = 0; times < 100; times += 1) {
      await browser.goOnline();
      await browser.focus();
      await browser.show();
      await browser.advance(10);
    }
    await browser.server.push({ status: 'retrieved' });
    // A look at the state, and where the poll carries, the request that waits for the next.
    expect(browser.server.attempts.length - before).toBeLessThanOrEqual(10);
    expect(sent() - said).toBeLessThanOrEqual(6);
    await browser.goOnline();
    await browser.advance(250);
    expect(snapshots.at(-1)?.version).toBe(2);
    connection.close();
    expect(browser.left).toBe(0);
  });

  it('FT-C80d: asks anew within 5 s after the device slept, or its clock was set, forward or back', async () => {
    open();
    await browser.advance(10_000);
    expect(snapshots, 'nothing is asked while both clocks go').toHaveLength(1);
    for (const jump of [3_600_000, -3_600_000, 86_400_000, -86_400_000]) {
      const before = snapshots.length;
      browser.ahead += jump;
      await browser.advance(5_000);
      expect(snapshots.length, 'with the server’s time').toBe(before + 1);
    }
    connection.close();
    expect(browser.left).toBe(0);
  });

  it('FT-C80b: holds nothing open while the page is away, and goes on at once when it is back', async () => {
    open();
    await browser.advance(0);
    await browser.leaveForCache();
    expect([browser.server.sockets.size, browser.server.held.size]).toEqual([0, 0]);
    await browser.server.push({ status: 'retrieved' });
    await browser.advance(0);
    expect(heard.at(-1), 'it is not there to hear').toBe('1 initialized');
    await browser.comeBackFromCache();
    await settle();
    expect(heard.at(-1)).toBe('2 retrieved');
    connection.close();
    expect(browser.left).toBe(0);
  });

  it('does not wake for a page that is hidden or shown for the first time', async () => {
    await browser.server.setDown(true);
    open();
    await browser.advance(10_000);
    const before = browser.server.attempts.length;
    browser.visible = false;
    browser.window.dispatchEvent(new Event('visibilitychange'));
    browser.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
    await settle();
    expect(browser.server.attempts.length).toBe(before);
  });

  it('stops for good, once, when the secret is not the right one', async () => {
    open('another secret');
    await browser.advance(60_000);
    expect(heard).toEqual(['error session_not_found']);
    expect(browser.left).toBe(0);
  });

  it.each([0, 1_000, 40_000])('leaves nothing behind when closed after %i ms, and tells nothing more', async (ms) => {
    open();
    await browser.advance(ms);
    connection.close();
    const before = heard.length;
    await browser.server.push({ status: 'retrieved' });
    await browser.goOnline();
    await browser.advance(60_000);
    expect(heard.length).toBe(before);
    expect(browser.left).toBe(0);
  });

  it('leaves nothing behind when closed while the server is gone', async () => {
    await browser.server.setDown(true);
    open();
    await browser.advance(7_000);
    connection.close();
    await settle();
    expect(browser.left).toBe(0);
  });

  it('may be closed by a listener that hears the state, and then tells no snapshot', async () => {
    open('secret-1', undefined, () => connection.close());
    await browser.advance(120_000);
    expect(heard).toEqual([state]);
    expect(browser.left).toBe(0);
  });

  it('may be closed by a listener that hears the snapshot', async () => {
    open('secret-1', () => connection.close());
    await browser.advance(120_000);
    expect(snapshots.length).toBe(1);
    expect(browser.left).toBe(0);
  });
});
