import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFunnel } from '../funnel/index.ts';
import { whyOf } from '../operator/index.ts';
import { hashSecret } from '../secrets/index.ts';
import { createLogger, createRegistry } from '../telemetry/index.ts';
import { exampleOperator } from '../test-support/example-operator.ts';
import { exampleClient } from '../test-support/example-client.ts';
import { redeem, type World, world } from '../test-support/oauth-world.ts';
import { rawRequest } from '../test-support/raw-request.ts';
import { adminDocument } from './document.ts';
import type { Write } from '../store/store.ts';
import { owed } from '../webhooks/index.ts';
import { createAdmin, createDesk } from './index.ts';
import { type ApiRoute, ROUTES } from './routes.ts';

const WRITE = 'a-token-that-may-write';
const READ = 'a-token-that-may-read';
const SHOP = exampleClient({});

let w: World;
let server: Server;
let url: string;
let refused: readonly unknown[];
/** What was called, as `GET /api/sessions`. */
const called = new Set<string>();
beforeEach(async () => {
  w = await world();
  refused = [];
  const operator = exampleOperator(w, SHOP);
  const key = {
    alg: 'ES256',
    kid: 'kid',
    state: 'signs',
    created_at: 1_000,
    signs_from: 1_000,
    retired_at: null,
    removed_at: null,
  } as const;
  const app = createAdmin({
    registry: createRegistry(),
    newId: () => 'NEW',
    logger: createLogger({ to: () => {}, level: 'silent', now: () => 0, fingerprint: () => '' }),
    desk: () =>
      Promise.resolve(
        createDesk({
          issuer: 'https://id.example.com',
          host: 'admin.internal',
          operator,
          secrets: w.secrets,
          tokens: () => [
            { name: 'ops', hash: hashSecret(WRITE), scope: 'write' },
            { name: 'desk', hash: hashSecret(READ), scope: 'read' },
          ],
          keys: { list: () => Promise.resolve([key]), rotate: () => Promise.resolve(key) },
          connectors: [{ id: 'wallet', name: 'Wallet' }],
          funnel: (hours) => readFunnel(w.store, hours),
          health: () => Promise.resolve([]),
          explain: (id) => whyOf(w, id),
          now: w.clock.now,
          elapsed: w.clock.now,
          onRotated: () => Promise.resolve(),
          onRefused: (...what) => (refused = [...refused, what]),
        }),
      ),
  });
  server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await w.store.close();
});

interface Sent {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly version?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(method: string, path: string, { token = WRITE, body, version, headers = {} }: Sent = {}) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: (text === '' ? null : JSON.parse(text)) as never };
}

function routeOf(method: string, path: string): ApiRoute {
  const bare = path.split('?')[0] ?? '';
  const fits = ({ path: pattern }: ApiRoute): boolean =>
    new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare);
  const found = ROUTES.filter((route) => route.method === method.toLowerCase() && fits(route));
  const exact = found.find((route) => route.path === bare) ?? found[0];
  if (exact === undefined) throw new Error(`no route for ${method} ${path}`);
  return exact;
}

/** A call that is to be answered, as its document says. */
async function call(method: string, path: string, sent: Sent = {}): Promise<Record<string, never>> {
  const route = routeOf(method, path);
  const { status, json } = await send(method, path, sent);
  expect([status, json], `${method} ${path}`).toEqual([route.status, json]);
  expect(route.answer.safeParse(json).error?.issues, `${method} ${path}`).toBeUndefined();
  called.add(`${method} ${route.path}`);
  return json;
}

describe('the admin API', () => {
  it('FT-F50: answers every call of its document as the document says', async () => {
    const { id_token } = await redeem(w, await w.signIn({ scope: 'openid profile' }));
    const { sub, sid } = decodeJwt(id_token ?? '');
    const sessions = await call('GET', '/api/sessions?client_id=shop&status=completed&limit=10', { token: READ });
    expect(sessions['items']).toHaveLength(1);
    const story = await call('GET', `/api/sessions/${String(sid)}`, { token: READ });
    expect(JSON.stringify(story)).not.toContain('ada-784');
    expect((await call('GET', `/api/grants?sub=${String(sub)}`))['items']).toHaveLength(1);
    await call('GET', '/api/grants?connector=wallet&subject=no-one');
    await call('POST', '/api/persons/export', { body: { sub } });
    expect(await call('POST', `/api/sessions/${String(sid)}/revoke`)).toEqual({ session: false, grant: true });
    expect(await call('POST', `/api/grants/${String(sid)}/revoke`)).toEqual({ grant: false });
    await call('POST', '/api/persons/revoke', { body: { connector: 'wallet', subject: 'ada-784-1990' } });
    await call('POST', '/api/persons/erase', { body: { sub } });

    const made = await call('POST', '/api/clients', {
      body: { client_id: 'new', client_name: 'New', redirect_uris: ['https://new.example/callback'] },
    });
    expect(made['client_secret']).toEqual(expect.stringMatching(/^[\w-]{43}$/));
    await call('GET', '/api/clients', { token: READ });
    const { headers } = await send('GET', '/api/clients/new');
    expect(headers.get('etag')).toBe('"1"');
    await call('GET', '/api/clients/new');
    await call('PATCH', '/api/clients/new', { body: { client_name: 'Newer' }, version: 1 });
    const until = Math.floor(w.clock.now() / 1000) + 3_600;
    const address = { member: 'redirect_uris', value: 'https://preview.new.example/callback', until };
    await call('POST', '/api/clients/new/addresses', { body: address, version: 2 });
    await call('POST', '/api/clients/new/secrets', { body: { earlier_until: until } });
    await call('DELETE', '/api/clients/new/secrets/1');
    const off = await call('POST', '/api/clients/new/disable', { body: { reason: 'a leak' } });
    expect(off['disabled']).toMatchObject({ by: 'ops', reason: 'a leak' });
    await call('POST', '/api/clients/new/enable');
    await call('POST', '/api/connectors/wallet/disable', { body: {} });
    expect((await call('GET', '/api/connectors'))['items']).toMatchObject([{ id: 'wallet', disabled: { by: 'ops' } }]);
    await call('POST', '/api/connectors/wallet/enable');
    const { version } = (await call('GET', '/api/clients/new')) as unknown as { readonly version: number };
    await call('DELETE', '/api/clients/new', { version });
    const news = owed(
      { client_id: 'shop', webhook: { uri: '', secrets: [], events: ['user.declined'] } },
      'user.declined',
      {},
      'A3.x',
      w.clock.now(),
    );
    await w.store.commit(() => news as [Write, ...Write[]]);
    expect((await call('GET', '/api/webhooks?state=waiting'))['items']).toHaveLength(1);
    await call('POST', '/api/webhooks/A3.x/redeliver');
    await call('GET', '/api/keys');
    await call('POST', '/api/keys/rotate', { body: { alg: 'ES256' } });
    const audit = await call('GET', '/api/audit?client_id=new');
    expect(audit['items'], 'each act with who did it').toSatisfy((items: readonly { readonly by: string }[]) =>
      items.every(({ by }) => by === 'ops'),
    );
    await call('GET', '/api/audit/verify');
    const all = ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect([...called].toSorted(), 'every call of the document').toEqual(all.toSorted());
  });

  it('FT-F51: lets in who has a token, to what its scope allows, and tells of the others', async () => {
    for (const { method, path } of ROUTES) {
      const at = path.replaceAll(/\{\w+\}/g, 'x');
      for (const token of [null, 'wrong']) {
        const { status, headers, json } = await send(method.toUpperCase(), at, { token });
        expect([status, Object.keys(json)], `${method} ${path}`).toEqual([
          401,
          ['error', 'error_description', 'request_id'],
        ]);
        expect(headers.get('www-authenticate')).toContain('Bearer');
        w.clock.advance(60_000);
      }
    }
    for (const { method, path } of ROUTES.filter(({ scope }) => scope === 'write')) {
      const { status } = await send(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), { token: READ });
      expect([`${method} ${path}`, status]).toEqual([`${method} ${path}`, 403]);
    }
    expect(refused).toContainEqual(['NEW', 'wrong_token', null]);
    expect(refused).toContainEqual(['NEW', 'read_only_token', 'desk']);
    for (let n = 0; n < 25; n += 1) await send('GET', '/api/keys', { token: 'wrong' });
    expect((await send('GET', '/api/keys', { token: 'wrong' })).status).toBe(429);
    expect((await send('GET', '/api/keys')).status, 'a right token is let in all the same').toBe(200);
  });

  it('FT-F52: refuses what is wrong with words that say what to do, and changes nothing', async () => {
    const made = { client_id: 'new', client_name: 'New', redirect_uris: ['https://new.example/callback'] };
    await send('POST', '/api/clients', { body: made });
    for (const [method, path, sent, status] of [
      ['GET', '/api/sessions?status=none', {}, 400],
      ['GET', '/api/sessions?limit=501', {}, 400],
      ['GET', '/api/sessions?limit=1&limit=2', {}, 400],
      ['GET', '/api/sessions?unknown=1', {}, 400],
      ['GET', '/api/sessions/never', {}, 404],
      ['POST', '/api/sessions/never/revoke', {}, 404],
      ['POST', '/api/grants/never/revoke', {}, 404],
      ['POST', '/api/persons/revoke', { body: {} }, 400],
      ['POST', '/api/persons/revoke', { body: { sub: 'a', subject: 'b' } }, 400],
      ['POST', '/api/persons/revoke', { body: { sub: 1 } }, 400],
      ['POST', '/api/persons/erase', { body: '{' }, 400],
      ['POST', '/api/persons/erase', { body: '[]' }, 400],
      ['POST', '/api/persons/erase', { body: 'x', headers: { 'content-type': 'text/plain' } }, 400],
      ['POST', '/api/persons/erase', { body: { sub: 'x'.repeat(40_000) } }, 413],
      ['POST', '/api/clients', { body: { client_id: 'x' } }, 400],
      ['POST', '/api/clients', { body: made }, 409],
      ['PATCH', '/api/clients/new', { body: { client_name: 'x' } }, 400],
      ['PATCH', '/api/clients/new', { body: { client_name: 'x' }, version: 9 }, 409],
      ['PATCH', '/api/clients/new', { body: { redirect_uris: ['http://evil.example/'] }, version: 1 }, 400],
      ['PATCH', '/api/clients/shop', { body: { client_name: 'x' }, version: 1 }, 409],
      ['DELETE', '/api/clients/never', { version: 1 }, 404],
      ['DELETE', '/api/clients/new/secrets/x', {}, 404],
      ['POST', '/api/connectors/never/disable', { body: {} }, 404],
      ['POST', '/api/keys/rotate', { body: { alg: 'HS256' } }, 400],
      ['PUT', '/api/clients/new', {}, 405],
      ['GET', '/api/never', {}, 404],
    ] as const) {
      const answer = await send(method, path, sent);
      expect([answer.status, path]).toEqual([status, path]);
      expect(answer.json).toMatchObject({ error: expect.any(String), error_description: expect.any(String) });
    }
    const { json } = await send('GET', '/api/clients/new');
    expect(json).toMatchObject({ version: 1, client: { client_name: 'New' } });
  });

  it('FT-F53: has an OpenAPI 3.1 document of every call', async () => {
    const { status, json } = await send('GET', '/api/openapi.json', { token: READ });
    expect(status).toBe(200);
    const document = json as unknown as { readonly openapi: string; readonly paths: Record<string, object> };
    expect(document.openapi).toBe('3.1.0');
    expect(json, 'run `node scripts/api-document.ts`').toEqual(JSON.parse(JSON.stringify(adminDocument())));
    const said = Object.entries(document.paths).flatMap(([path, of]) =>
      Object.keys(of).map((method) => `${method} ${path}`),
    );
    expect(said.toSorted()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted());
    expect((await send('GET', '/api/openapi.json', { token: null })).status).toBe(401);
  });
});

it('FT-F54: a page that was given a name of its own for the address is refused, at the API and at the console', async () => {
  const { port } = server.address() as AddressInfo;
  const statusOf = async (host: string, target: string): Promise<number> => {
    const head = [`GET ${target} HTTP/1.1`, `Host: ${host}`, `Authorization: Bearer ${READ}`, 'Connection: close'];
    return (await rawRequest(port, `${head.join('\r\n')}\r\n\r\n`)).status;
  };
  for (const other of [
    'evil.example',
    `127.0.0.1.evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1@evil.example',
  ])
    for (const target of ['/api/keys', '/'])
      expect([other, target, await statusOf(other, target)]).toEqual([other, target, 421]);
  for (const own of [`127.0.0.1:${port}`, 'localhost:4403', '[::1]:4403', 'admin.internal'])
    expect([own, await statusOf(own, '/api/keys')]).toEqual([own, 200]);
  expect(await statusOf('prometheus.internal', '/metrics'), 'no secret is in the metrics').toBe(200);
});

it('FT-F51: a token that may only read is told which scope the call needs, and who guesses how long to wait', async () => {
  const post = await fetch(`${url}/api/keys/rotate`, { method: 'POST', headers: { authorization: `Bearer ${READ}` } });
  expect(post.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="write"');
  const guess = (): Promise<Response> => fetch(`${url}/api/keys`, { headers: { authorization: 'Bearer wrong' } });
  for (let n = 0; n < 20; n += 1) await guess();
  const last = await guess();
  expect([last.status, last.headers.get('retry-after')]).toEqual([429, '60']);
});
