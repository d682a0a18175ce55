import { beforeEach, expect, it } from 'vitest';
import { connect } from './choose.ts';
import { CREDENTIALS, FakeBrowser, recorder } from './fake-browser.ts';

let browser: FakeBrowser;
let heard: string[];

function open(environment = browser.environment): void {
  const { heard: told, events } = recorder();
  heard = told;
  connect(CREDENTIALS, events, environment);
}

const polls = () => browser.server.requests.length;

beforeEach(() => {
  browser = new FakeBrowser();
});

it('asks nothing by request while the socket carries', async () => {
  open();
  await browser.advance(60_000);
  expect(polls()).toBe(0);
});

it('takes the long poll after two sockets in a row came to nothing', async () => {
  browser.server.socketsBlocked = true;
  open();
  await browser.advance(0);
  expect(polls(), 'one failure may be chance').toBe(0);
  await browser.advance(500);
  expect(heard.slice(-2)).toEqual(['poll', '1 initialized']);
  await browser.server.push({ status: 'retrieved' });
  expect(heard.at(-1)).toBe('2 retrieved');
});

it('does not take the long poll for a socket that was lost once', async () => {
  open();
  for (let i = 0; i < 4; i += 1) {
    await browser.advance(1_000);
    for (const socket of browser.server.sockets) socket.end(1006);
  }
  await browser.advance(1_000);
  expect(polls()).toBe(0);
  expect(heard.at(-1)).toBe('1 initialized');
});

it('waits for the socket while a server restarts that sockets got through to, but not for ever', async () => {
  open();
  await browser.advance(0);
  await browser.server.setDown(true);
  await browser.advance(5_000);
  await browser.server.setDown(false);
  await browser.advance(5_000);
  expect(heard.slice(-2)).toEqual(['socket', '1 initialized']);
  expect(polls()).toBe(0);
  browser.server.socketsBlocked = true;
  for (const socket of browser.server.sockets) socket.end(1006);
  await browser.advance(30_000);
  expect(heard.slice(-2), 'a network that lets no socket through').toEqual(['poll', '1 initialized']);
});

it('tries the socket again meanwhile, says nothing when that fails, and goes back to it when it works', async () => {
  browser.server.socketsBlocked = true;
  open();
  await browser.advance(1_000);
  const before = heard.length;
  await browser.advance(65_000);
  expect(heard.slice(before), 'the long poll went on').not.toContain('reconnecting');
  browser.server.socketsBlocked = false;
  await browser.advance(30_000);
  expect(heard.slice(-2)).toEqual(['socket', '1 initialized']);
  expect(browser.server.held.size, 'the long poll is over').toBe(0);
});

it('has the long poll alone where there are no sockets', async () => {
  open({ ...browser.environment, WebSocket: null });
  await browser.advance(0);
  expect(heard).toEqual(['poll', '1 initialized']);
});
