import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { ServerMessage } from '@beckon/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { createFakeFlow, framesAt, type FakeFlow } from '../test-support/fake-flow.ts';
import { createHub, type Hub } from './hub.ts';
import type { SocketLimits } from './limits.ts';
import { createManualTimers, type ManualTimers } from '../test-support/manual-timers.ts';
import { createSchedule } from './schedule.ts';
import { createSockets, type Sockets } from './socket.ts';

let flow: FakeFlow;
let timers: ManualTimers;
let hub: Hub;
let sockets: Sockets;
let server: Server;
let url: string;
let clients: WebSocket[];
let errors: unknown[];
/** Resolves waiting `serverClosed()`s. */
let onClosed: ((code: number) => void)[];

const SHOP = 'https://shop.example';

async function listen(limits: Partial<SocketLimits> = {}): Promise<void> {
  flow = createFakeFlow();
  timers = createManualTimers();
  errors = [];
  clients = [];
  onClosed = [];
  const schedule = createSchedule(timers);
  hub = createHub({ flow, schedule, onError: (error) => errors.push(error) });
  sockets = createSockets({
    flow,
    hub,
    schedule,
    limits,
    // `null`, which a sandboxed frame sends, is no page's origin, whatever is registered.
    originKnown: (origin) => [SHOP, 'https://other.example', 'null'].includes(origin),
    originAllowed: (origin, client_id) => origin === SHOP && client_id.startsWith('client of '),
    clientAddress: (request) => String(request.headers['x-test-address'] ?? request.socket.remoteAddress),
    requestId: () => 'request-1',
    onError: (error) => errors.push(error),
    onClosed: (code) => {
      for (const tell of onClosed.splice(0)) tell(code);
    },
  });
  server = createServer();
  server.on('upgrade', (request, socket, head) => {
    if (!sockets.handleUpgrade(request, socket, head)) socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/session/events`;
}

beforeEach(() => listen());

afterEach(async () => {
  for (const client of clients) client.terminate();
  hub.close();
  await sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  assert.deepEqual([flow.listeners, hub.watchers, sockets.size, timers.pending], [0, 0, 0, 0], 'nothing is left');
});

async function relisten(limits: Partial<SocketLimits>): Promise<void> {
  await sockets.close();
  server.close();
  await listen(limits);
}

/** A client whose messages can be awaited one by one, whenever they came. */
interface Client {
  readonly ws: WebSocket;
  next(): Promise<ServerMessage>;
  say(message: unknown): void;
  subscribe(session_id: string, session_secret?: string): void;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

function dial(options: ClientOptions = {}, protocol = 'beckon.v1'): Client {
  const ws = new WebSocket(url, protocol, options);
  clients.push(ws);
  const inbox: ServerMessage[] = [];
  const waiting: ((message: ServerMessage) => void)[] = [];
  ws.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as ServerMessage;
    const waiter = waiting.shift();
    if (waiter === undefined) inbox.push(message);
    else waiter(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const say = (message: unknown): void => ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    ws,
    closed,
    say,
    next: () => {
      const message = inbox.shift();
      return message === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(message);
    },
    subscribe: (session_id, session_secret = `secret of ${session_id}`) =>
      say({ type: 'subscribe', session_id, session_secret }),
  };
}

async function open(options: ClientOptions = {}): Promise<Client> {
  const client = dial(options);
  await once(client.ws, 'open');
  return client;
}

/** The HTTP answer to a refused upgrade. */
async function refusal(options: ClientOptions, protocol?: string): Promise<{ status: number; body: unknown }> {
  const { ws } = dial(options, protocol);
  ws.on('error', () => {});
  const [, response] = (await once(ws, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) };
}

/** All that the client sent before has been read: its pongs too. */
async function answered({ ws }: Client): Promise<void> {
  const ponged = once(ws, 'pong');
  ws.ping();
  await ponged;
}

const serverClosed = (): Promise<number> =>
  new Promise((resolve) => {
    onClosed.push(resolve);
  });

test('a subscriber is told the snapshot at once and after every change', async () => {
  flow.add('s');
  const client = await open({ origin: SHOP });
  expect(client.ws.protocol).toBe('beckon.v1');
  client.subscribe('s');
  expect(await client.next()).toMatchObject({ type: 'session', session_id: 's', version: 1, status: 'initialized' });
  flow.change('s', { status: 'retrieved' });
  expect(await client.next()).toMatchObject({ type: 'session', version: 2, status: 'retrieved' });
});

test('one socket watches several sessions, and unsubscribing ends only its own', async () => {
  flow.add('a');
  flow.add('b');
  const client = await open();
  client.subscribe('a');
  await client.next();
  client.subscribe('b');
  await client.next();
  client.say({ type: 'unsubscribe', session_id: 'a' });
  client.subscribe('b'); // answered, so the line before was read
  expect(await client.next()).toMatchObject({ session_id: 'b', version: 1 });
  flow.change('a');
  flow.change('b');
  expect(await client.next()).toMatchObject({ session_id: 'b', version: 2 });
  expect(hub.sessions).toBe(1);
});

test('FT-E3b: while nothing happens nothing is sent but pings', async () => {
  flow.add('s', { expires_at: 1_600, qr: framesAt(1_000_000, 300) });
  const client = await open();
  client.subscribe('s');
  await client.next();
  let messages = 0;
  let pings = 0;
  client.ws.on('message', () => (messages += 1)).on('ping', () => (pings += 1));
  for (let turn = 1; turn <= 20; turn += 1) {
    const pinged = once(client.ws, 'ping');
    timers.advance(25_000);
    await pinged;
    await answered(client);
  }
  expect([flow.looks, messages, pings]).toEqual([1, 0, 20]);
});

test('FT-E3d: who asks and has what there is hears so at once, and no store is asked', async () => {
  flow.add('s');
  const client = await open({ origin: SHOP });
  client.subscribe('s');
  await client.next();
  flow.failWith(new Error('the store must not be asked'));
  const ask = (after: unknown): void =>
    client.say({ type: 'subscribe', session_id: 's', session_secret: 'secret of s', after });
  ask(1);
  expect(await client.next()).toEqual({ type: 'unchanged', session_id: 's' });
  flow.failWith(null);
  flow.change('s', { status: 'retrieved' });
  expect(await client.next()).toMatchObject({ version: 2 });
  ask(1);
  expect(await client.next(), 'it missed something').toMatchObject({
    type: 'session',
    version: 2,
    status: 'retrieved',
  });
  ask(2);
  expect(await client.next()).toEqual({ type: 'unchanged', session_id: 's' });
  expect([hub.watchers, errors]).toEqual([1, []]);
});

test('FT-E3d: another secret, another socket or a version to come is not answered by what stands', async () => {
  flow.add('s');
  const [client, other] = [await open(), await open()];
  client.subscribe('s');
  await client.next();
  other.say({ type: 'subscribe', session_id: 's', session_secret: 'secret of s', after: 1 });
  expect(await other.next(), 'its first').toMatchObject({ type: 'session', version: 1 });
  client.say({ type: 'subscribe', session_id: 's', session_secret: 'secret of s', after: 9 });
  expect(await client.next()).toMatchObject({ type: 'session', version: 1 });
  client.say({ type: 'subscribe', session_id: 's', session_secret: 'guessed', after: 1 });
  expect(await client.next()).toEqual({ type: 'error', error: 'session_not_found', session_id: 's' });
  expect((await client.closed).code).toBe(4401);
});

test('after an end the place is free and the socket stays, for the renewed session', async () => {
  flow.add('old', { status: 'expired' });
  flow.add('new');
  const client = await open();
  client.subscribe('old');
  expect(await client.next()).toMatchObject({ status: 'expired' });
  expect(hub.sessions).toBe(0);
  client.subscribe('new');
  expect(await client.next()).toMatchObject({ session_id: 'new' });
});

test('ended sessions do not count towards the 16: renewing all day needs no new socket', async () => {
  const client = await open();
  for (let n = 1; n <= 20; n += 1) {
    flow.add(`s${n}`, { status: 'expired' });
    client.subscribe(`s${n}`);
    expect(await client.next()).toMatchObject({ session_id: `s${n}`, status: 'expired' });
  }
});

test.each([
  ['a wrong secret', 's', 'guessed'],
  ['an unknown session', 'unknown', 'secret of unknown'],
])('%s is told session_not_found and closed with 4401', async (_, session_id, secret) => {
  flow.add('s');
  const client = await open();
  client.subscribe(session_id, secret);
  expect(await client.next()).toEqual({ type: 'error', error: 'session_not_found', session_id });
  expect((await client.closed).code).toBe(4401);
});

test('a refused subscription beside a good one is told, and the good one goes on', async () => {
  flow.add('s');
  const client = await open();
  client.subscribe('s');
  await client.next();
  client.subscribe('unknown');
  expect(await client.next()).toMatchObject({ type: 'error', session_id: 'unknown' });
  flow.change('s');
  expect(await client.next()).toMatchObject({ session_id: 's', version: 2 });
});

test("a page of another client's origin is refused, though it has the secret", async () => {
  flow.add('s');
  const client = await open({ origin: 'https://other.example' });
  client.subscribe('s');
  expect(await client.next()).toMatchObject({ error: 'origin_not_allowed' });
  expect((await client.closed).code).toBe(4401);
});

test.each(['https://evil.example', 'null', ''])('an upgrade from origin %j gets 403', async (origin) => {
  expect(await refusal({ headers: { Origin: origin } })).toEqual({
    status: 403,
    body: {
      error: 'origin_not_allowed',
      error_description: expect.stringContaining('Origin'),
      request_id: 'request-1',
    },
  });
});

test.each(['other.v1', 'beckon.v2'])('an upgrade that offers only %s gets 400 and is told why', async (protocol) => {
  const { status, body } = await refusal({}, protocol);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: 'invalid_request', error_description: expect.stringContaining('beckon.v1') });
});

test('of several offered subprotocols ours is taken', async () => {
  const ws = new WebSocket(url, ['other.v1', 'beckon.v1']);
  clients.push(ws);
  await once(ws, 'open');
  expect(ws.protocol).toBe('beckon.v1');
});

test('another path is left to others', async () => {
  const ws = new WebSocket(url.replace('/session/events', '/session/event'), 'beckon.v1');
  clients.push(ws);
  const [error] = (await once(ws, 'error')) as [Error];
  expect(error.message).toContain('404');
});

test.each([
  ['no JSON', 'hello'],
  ['no object', '[]'],
  ['null', 'null'],
  ['an unknown type', '{"type":"publish","session_id":"s"}'],
  ['no secret', '{"type":"subscribe","session_id":"s"}'],
  ['no version', '{"type":"subscribe","session_id":"s","session_secret":"x","after":"1"}'],
  ['a session id that is no text', '{"type":"unsubscribe","session_id":7}'],
  ['nothing', ''],
])('%s closes with 4400', async (_, text) => {
  const client = await open();
  client.say(text);
  expect((await client.closed).code).toBe(4400);
});

test('a binary message closes with 4400, even when it would parse', async () => {
  flow.add('s');
  const client = await open();
  client.ws.send(Buffer.from(JSON.stringify({ type: 'unsubscribe', session_id: 's' })));
  expect((await client.closed).code).toBe(4400);
});

test('a message of 4 KiB is read, a longer one closes with 1009', async () => {
  flow.add('s');
  const client = await open();
  const message = JSON.stringify({ type: 'subscribe', session_id: 's', session_secret: 'secret of s' });
  client.say(message.padEnd(4096));
  expect(await client.next()).toMatchObject({ session_id: 's' });
  client.say(message.padEnd(4097));
  expect((await client.closed).code).toBe(1009);
});

test('without a subscription within 5 s it is closed with 4408, with one it is not', async () => {
  flow.add('s');
  const [idle, busy] = [await open(), await open()];
  busy.subscribe('s');
  await busy.next();
  timers.advance(4_999);
  expect(sockets.size).toBe(2);
  timers.advance(1);
  expect((await idle.closed).code).toBe(4408);
  flow.change('s');
  expect(await busy.next()).toMatchObject({ version: 2 });
});

test('the 17th subscription closes with 4429', async () => {
  const client = await open();
  for (let n = 1; n <= 16; n += 1) {
    flow.add(`s${n}`);
    client.subscribe(`s${n}`);
    expect(await client.next()).toMatchObject({ session_id: `s${n}` });
  }
  client.subscribe('s17');
  expect((await client.closed).code).toBe(4429);
});

test('more messages in a minute than allowed close with 4429, the same over two minutes do not', async () => {
  await relisten({ messages: 3 });
  flow.add('s');
  const client = await open();
  for (const _ of [1, 2, 3]) {
    client.subscribe('s');
    await client.next();
  }
  timers.advance(60_000);
  for (const _ of [1, 2, 3]) {
    client.subscribe('s');
    await client.next();
  }
  client.subscribe('s');
  expect((await client.closed).code).toBe(4429);
});

test('FT-A3i: more sockets of one network than allowed close with 4429; another network is let in', async () => {
  await relisten({ sockets_per_network: 1 });
  flow.add('s');
  const first = await open({ headers: { 'X-Test-Address': '192.0.2.1' } });
  expect((await (await open({ headers: { 'X-Test-Address': '192.0.2.2' } })).closed).code).toBe(4429);
  await open({ headers: { 'X-Test-Address': '2001:db8::1' } });
  expect((await (await open({ headers: { 'X-Test-Address': '2001:db8::2:1' } })).closed).code).toBe(4429);
  first.ws.close();
  // The refused ones end on this side too, in any order.
  while (sockets.size > 1) await serverClosed();
  const again = await open({ headers: { 'X-Test-Address': '192.0.2.1' } });
  again.subscribe('s');
  expect(await again.next()).toMatchObject({ session_id: 's' });
});

test('FT-A3i: a network cannot fill the process with sockets that are being refused', async () => {
  await relisten({ sockets: 3, sockets_per_network: 1, refusals_per_network: 1 });
  flow.add('s');
  const attacker = { headers: { 'X-Test-Address': '192.0.2.1' } };
  await open(attacker);
  const held = await open({ ...attacker, autoPong: false });
  held.ws.pause();
  expect((await refusal(attacker)).status, 'a refused one that does not go').toBe(503);
  for (const network of ['198.51.100.1', '203.0.113.1']) {
    const other = await open({ headers: { 'X-Test-Address': network } });
    other.subscribe('s');
    expect(await other.next(), `of ${network}`).toMatchObject({ session_id: 's' });
  }
});

test('past all sockets and all refusals an upgrade gets 503', async () => {
  await relisten({ sockets: 1, refusals: 0 });
  await open();
  expect((await refusal({})).status).toBe(503);
});

test('every 25 s there is a ping; who answers stays, who misses two pongs is cut', async () => {
  flow.add('s');
  const answering = await open();
  const silent = await open({ autoPong: false });
  for (const client of [answering, silent]) {
    client.subscribe('s');
    await client.next();
  }
  for (let n = 1; n <= 3; n += 1) {
    const pinged = once(answering.ws, 'ping');
    timers.advance(25_000);
    await pinged;
    // Answered after the pong, so the pong has been read.
    answering.subscribe('s');
    await answering.next();
    expect(sockets.size, `after ping ${n}`).toBe(n < 3 ? 2 : 1);
  }
  expect((await silent.closed).code, 'without a close frame').toBe(1006);
  expect(hub.watchers).toBe(1);
});

test('a reader that lets its messages pile up is cut, not buffered for', async () => {
  await relisten({ buffered_bytes: 1_000 });
  flow.add('s');
  const client = await open();
  client.subscribe('s');
  await client.next();
  client.ws.pause();
  const cut = serverClosed();
  const name = 'x'.repeat(1_000_000);
  let changes = 0;
  // Until the system's own buffers are full, and then ours.
  while (sockets.size > 0 && hub.watchers > 0 && changes < 200) {
    changes += 1;
    flow.change('s', { client: { name, logo_uri: null } });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  expect(await cut).toBe(1006);
  expect(hub.watchers).toBe(0);
});

test('a peer that does not answer our close frame is cut after 2 s', async () => {
  const client = await open();
  client.ws.pause();
  const cut = serverClosed();
  timers.advance(5_000);
  expect(sockets.size, 'waiting for its close frame').toBe(1);
  timers.advance(2_000);
  await cut;
  expect(sockets.size).toBe(0);
});

test('a store that fails is told as server_error, and the socket closes with 1011', async () => {
  const outage = new Error('store is away');
  flow.failWith(outage);
  const client = await open();
  client.subscribe('s');
  expect(await client.next()).toEqual({ type: 'error', error: 'server_error', session_id: 's' });
  expect((await client.closed).code).toBe(1011);
  expect(errors).toEqual([outage]);
});

test('a socket closed while its subscription is checked leaves nothing', async () => {
  flow.add('s');
  const release = flow.hold();
  const client = await open();
  client.subscribe('s');
  const left = serverClosed();
  client.ws.close();
  await left;
  release();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(hub.watchers).toBe(0);
});

test('closing tells every socket to go (1001), and later upgrades get 503', async () => {
  flow.add('s');
  const client = await open();
  client.subscribe('s');
  await client.next();
  await sockets.close();
  expect((await client.closed).code).toBe(1001);
  expect((await refusal({})).status).toBe(503);
});

const HANDSHAKE = {
  Host: 'a',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Protocol': 'beckon.v1',
};

test.each([
  ['a key of the wrong length', 'GET', { 'Sec-WebSocket-Key': 'abc' }],
  ['an old version', 'GET', { 'Sec-WebSocket-Version': '7' }],
  ['another protocol to upgrade to', 'GET', { Upgrade: 'h2c' }],
  ['POST', 'POST', {}],
])('a broken handshake (%s) gets 400 in our shape, and the connection ends', async (_, method, headers) => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const lines = Object.entries({ ...HANDSHAKE, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} /session/events HTTP/1.1\r\n${lines.join('')}\r\n`);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  const answer = Buffer.concat(parts).toString();
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"error":"invalid_request"');
});

test('1,000 subscriptions and unsubscriptions leave no listener', async () => {
  await relisten({ messages: 10_000 });
  flow.add('s');
  const client = await open();
  for (let n = 0; n < 1_000; n += 1) {
    client.subscribe('s');
    client.say({ type: 'unsubscribe', session_id: 's' });
  }
  flow.add('last');
  client.subscribe('last');
  let message = await client.next();
  while (message.session_id !== 'last') message = await client.next();
  expect([flow.listeners, hub.watchers]).toEqual([1, 1]);
});
