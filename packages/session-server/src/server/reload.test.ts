import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BeckonConfig, ClientConfig } from '../config/index.ts';
import {
  type Harness,
  REQUEST,
  SHOP_ORIGIN,
  SHOP_SECRET,
  VERIFIER,
  exampleConfig,
  startHarness,
} from '../test-support/harness.ts';

const { secret, subjectSecret, clients } = exampleConfig();
const NEW_SECRET = 'another-Secret-of-the-shop-0123456789';
const [shop] = clients as readonly [ClientConfig];
const CAFE: ClientConfig = {
  client_id: 'cafe',
  client_name: 'Café',
  redirect_uris: ['https://cafe.example/callback'],
  allowed_origins: ['https://cafe.example'],
};
const CAFE_REQUEST = { ...REQUEST, client_id: 'cafe', redirect_uri: 'https://cafe.example/callback', scope: 'openid' };

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ secret, subjectSecret, clients });
});
afterEach(() => harness.close());

function configWith(changes: Partial<BeckonConfig>): BeckonConfig {
  const { issuer } = harness.wallet;
  return { ...exampleConfig(issuer), store: `sqlite:${harness.file}`, secret, subjectSecret, clients, ...changes };
}
const eventsOf = (): string[] =>
  harness.log
    .map((line) => JSON.parse(line) as Record<string, string>)
    .filter(({ event }) => event?.startsWith('c') === true)
    .map(({ event, client_id, name }) => [event, client_id ?? name].join(' ').trim());
const begin = (request: Readonly<Record<string, string>>, origin: string): Promise<Response> =>
  harness.post('/session', request, { origin });
const redeem = (code: string, client_secret: string): Promise<Response> =>
  fetch(`${harness.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`shop:${client_secret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: `${SHOP_ORIGIN}/callback`,
      code_verifier: VERIFIER,
    }),
  });

it('FT-C5k: a client is added, changed and removed while the server runs, and the log names each', async () => {
  expect((await begin(CAFE_REQUEST, 'https://cafe.example')).status).toBe(403);
  const moved = { ...shop, allowed_origins: [SHOP_ORIGIN, 'https://new.shop.example'] };
  expect(await harness.server.reload(configWith({ clients: [moved, CAFE] }))).toEqual({ applied: true });
  expect((await begin(CAFE_REQUEST, 'https://cafe.example')).status).toBe(201);
  expect((await begin(REQUEST, 'https://new.shop.example')).status).toBe(201);
  expect(eventsOf()).toEqual([
    'client changed shop',
    'client added cafe',
    'client removed strict',
    'client removed spa',
    'configuration reloaded',
  ]);
});

it('FT-C5k: a secret is changed without an outage: both count, then the new one alone', async () => {
  const rotating = { ...shop, client_secret: [NEW_SECRET, SHOP_SECRET] };
  await harness.server.reload(configWith({ clients: [rotating] }));
  for (const client_secret of [SHOP_SECRET, NEW_SECRET]) {
    const { code } = await harness.signIn();
    expect((await redeem(code, client_secret)).status).toBe(200);
  }
  await harness.server.reload(configWith({ clients: [{ ...shop, client_secret: NEW_SECRET }] }));
  const { code } = await harness.signIn();
  expect((await redeem(code, SHOP_SECRET)).status).toBe(401);
  expect((await redeem(code, NEW_SECRET)).status).toBe(200);
});

it('FT-C5l: nothing that a removed client began gives a token, and each is told why', async () => {
  const { session, code } = await harness.signIn();
  const earlier = await harness.signIn();
  const { access_token } = (await (await redeem(earlier.code, SHOP_SECRET)).json()) as { access_token: string };
  await harness.server.reload(configWith({ clients: [CAFE] }));
  const watched = await fetch(`${harness.url}/session/${session.session_id}/status`, {
    headers: { authorization: `Bearer ${session.session_secret}` },
  });
  expect([watched.status, await watched.json()]).toMatchObject([404, { error: 'session_not_found' }]);
  const redeemed = await redeem(code, SHOP_SECRET);
  expect([redeemed.status, await redeemed.json()]).toMatchObject([401, { error: 'invalid_client' }]);
  const read = await fetch(`${harness.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
  expect([read.status, await read.json()]).toMatchObject([401, { error: 'invalid_token' }]);
  expect((await begin(REQUEST, SHOP_ORIGIN)).status).toBe(403);
});

it.each<[string, () => BeckonConfig, object, readonly string[]]>([
  [
    'a mistake',
    () => configWith({ clients: [CAFE, { ...CAFE, redirect_uris: [] }] }),
    { issues: [{ path: 'clients[1].client_id' }, { path: 'clients[1].redirect_uris' }], needsRestart: [] },
    [
      'configuration not reloaded: it has a mistake clients[1].client_id',
      'configuration not reloaded: it has a mistake clients[1].redirect_uris',
    ],
  ],
  [
    'other values of settings that are fixed',
    () => configWith({ clients: [CAFE], secret: subjectSecret?.toLowerCase(), rateLimitFactor: 2 }),
    { issues: [], needsRestart: ['secret', 'rateLimitFactor'] },
    [
      'configuration not reloaded: a setting needs a restart secret',
      'configuration not reloaded: a setting needs a restart rateLimitFactor',
    ],
  ],
])(
  'FT-C5m: a configuration with %s changes nothing, and the log says what is wrong',
  async (_what, config, expected, says) => {
    expect(await harness.server.reload(config())).toMatchObject({ applied: false, ...expected });
    expect((await begin(CAFE_REQUEST, 'https://cafe.example')).status).toBe(403);
    expect((await begin(REQUEST, SHOP_ORIGIN)).status).toBe(201);
    expect(eventsOf()).toEqual(says);
  },
);

it('FT-C5m: a configuration that cannot be read changes nothing', async () => {
  expect(await harness.server.reload(Promise.reject(new Error('a syntax error')))).toMatchObject({ applied: false });
  expect((await begin(REQUEST, SHOP_ORIGIN)).status).toBe(201);
});

it('FT-C5k: a proxy is named while the server runs', async () => {
  const warnings = (): number => harness.log.filter((line) => line.includes('X-Forwarded-For from a peer')).length;
  const ask = (): Promise<Response> =>
    harness.post('/session', REQUEST, { origin: SHOP_ORIGIN, 'x-forwarded-for': '203.0.113.9' });
  await ask();
  expect(warnings()).toBe(1);
  await harness.server.reload(configWith({ trustedProxies: ['127.0.0.1'] }));
  await ask();
  expect(warnings()).toBe(1);
  await harness.server.reload(configWith({ trustedProxies: [] }));
  await ask();
  expect(warnings()).toBe(2);
});
