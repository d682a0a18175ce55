import { connect } from 'node:net';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger, createRegistry } from '../../telemetry/index.ts';
import { type Harness, REQUEST, startHarness } from '../../test-support/harness.ts';
import { rawRequest, requestText } from '../../test-support/raw-request.ts';
import { aRefusal, refusalOf } from '../../test-support/refusal.ts';
import { createAdmin } from '../../admin/admin.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ rateLimitFactor: 0.01 });
});
afterAll(() => harness.close());

const get = (target: string, ...headers: readonly string[]) =>
  rawRequest(harness.port, requestText({ target, headers }));

describe('ready', () => {
  it('says yes, and no as soon as the store cannot be read', async () => {
    expect(await get('/ready')).toMatchObject({ status: 200, body: '{"status":"ready"}' });
    const broken = await startHarness();
    const database = new DatabaseSync(broken.file);
    database.exec('ALTER TABLE rows RENAME TO gone');
    database.close();
    const ask = (target: string) => rawRequest(broken.port, requestText({ target }));
    expect(refusalOf(await ask('/ready'))).toEqual(aRefusal(503, 'not ready', 'server_error'));
    expect((await ask('/health')).status, 'the process itself is well').toBe(200);
    await broken.close();
  });
});

describe('too many sign-ins from one network', () => {
  const query = new URLSearchParams(REQUEST).toString();
  const exhaust = async (): Promise<void> => {
    // 1 % of 3,000 a minute.
    for (let i = 0; i < 30; i += 1) await get('/authorize?client_id=unknown');
  };

  it('are told when to come again, each in its form, and leave nothing behind', async () => {
    await exhaust();
    const before = harness.resting();
    const page = await get(`/authorize?${query}`, 'Accept: text/html');
    expect(page).toMatchObject({ status: 429, body: expect.stringContaining('Many people are signing in') as string });
    const json = await get(`/authorize?${query}`, 'Accept: application/json');
    expect(refusalOf(json)).toEqual(aRefusal(429, 'Retry-After', 'rate_limited'));
    const headers = ['Content-Type: application/json'];
    const body = JSON.stringify(REQUEST);
    const post = await rawRequest(harness.port, requestText({ method: 'POST', target: '/session', headers, body }));
    expect(refusalOf(post)).toEqual(aRefusal(429, 'Retry-After', 'rate_limited'));
    for (const response of [page, json, post]) {
      expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
      expect(response.headers['ratelimit-remaining']).toBe('0');
    }
    expect(harness.resting()).toEqual(before);
  });

  it('MISTAKE-PAUSE: a browser is told to ask again by itself, unless what it sent was a form', async () => {
    await exhaust();
    const page = await get(`/authorize?${query}`, 'Accept: text/html');
    expect(page.headers['refresh']).toBe(page.headers['retry-after']);
    expect(page.body).toContain(`tries again by itself in ${page.headers['retry-after']} s`);
    const headers = ['Accept: text/html', 'Content-Type: application/x-www-form-urlencoded'];
    const form = requestText({ method: 'POST', target: '/authorize', headers, body: query });
    const posted = await rawRequest(harness.port, form);
    expect(posted).toMatchObject({ status: 429, body: expect.stringContaining('Wait a minute') as string });
    expect(posted.headers['refresh'], 'a form cannot be sent again').toBeUndefined();
  });
});

it.each([
  ['a sign-in that cannot start', '/authorize?client_id=unknown'],
  ['a code that is none', '/q/none'],
  ['an address that cannot be read', '/q/%E0%A4%A'],
  ['a link that is over', '/session/none/start?ticket=none'],
  ['an answer that no sign-in waits for', '/callback/uaepass?state=none'],
])('MISTAKE-ID: the page of %s has the id of the request', async (_of, target) => {
  const refused = await startHarness();
  const headers = ['Accept: text/html', 'X-Request-Id: of-this-request'];
  const { status, body } = await rawRequest(refused.port, requestText({ target, headers }));
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body).toContain('Request ID: <code>of-this-request</code>');
  await refused.close();
});

it('a peer that asks for a socket elsewhere and goes away takes no other along', async () => {
  const ask = 'GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  const peers = Array.from({ length: 10 }, () => connect(harness.port, '127.0.0.1').on('error', () => {}));
  await Promise.all(peers.map((peer) => once(peer, 'connect')));
  const closed = Promise.all(peers.map((peer) => once(peer, 'close')));
  // The reset is in the server's hands as soon as the request is.
  for (const peer of peers) peer.write(ask, () => peer.resetAndDestroy());
  await closed;
  expect((await get('/health')).status).toBe(200);
});

describe('the admin port', () => {
  const registry = createRegistry();
  const server = createServer(
    createAdmin({
      registry,
      newId: () => 'NEW',
      desk: () => Promise.resolve((_request, _response, next) => next()),
      logger: createLogger({ to: () => {}, level: 'silent', now: () => 0, fingerprint: () => '' }),
    }),
  );
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.close();
  });
  const ask = (method: string, target: string) =>
    rawRequest((server.address() as AddressInfo).port, requestText({ method, target }));

  it('serves metrics that no cache keeps', async () => {
    const { status, headers } = await ask('GET', '/metrics');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  it('refuses everything else in the contract’s words', async () => {
    expect(refusalOf(await ask('POST', '/metrics'))).toEqual(aRefusal(405, 'takes GET'));
    expect(refusalOf(await ask('GET', '/'))).toEqual(aRefusal(404, 'nothing at this path'));
    expect(refusalOf(await ask('GET', '/metrics/%ff'))).toEqual(aRefusal(404, 'nothing at this path'));
  });

  it('answers 500 where a gauge cannot be read', async () => {
    const read = (): number => {
      throw new Error('closed');
    };
    registry.gauge({ name: 'beckon_sockets', help: 'Open.', read });
    expect((await ask('GET', '/metrics')).status).toBe(500);
  });
});
