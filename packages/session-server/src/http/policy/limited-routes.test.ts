import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paswad } from '../../connectors/paswad/index.ts';
import { wallet } from '../../connectors/wallet/index.ts';
import {
  type Harness,
  REQUEST,
  SHOP_SECRET,
  type SignedIn,
  VERIFIER,
  startHarness,
} from '../../test-support/harness.ts';

/** Routes that nothing counts, and why. */
const FREE: Readonly<Record<string, string>> = {
  'GET /health': 'the process answers, whatever else goes on',
  'GET /widget.js': 'a file, kept in memory',
  'GET /widget-1.2.3.full.js': 'a file, kept in memory',
  'GET /element-new.js': 'a file, kept in memory',
  'GET /encoder-new.js': 'a file, kept in memory',
  'GET /element-old.js': 'a file, kept in memory',
  'GET /beckon.css': 'a file, kept in memory',
  'GET /marks/:name': 'a file, kept in memory',
  'GET /favicon.svg': 'a file, kept in memory',
  'OPTIONS /session/:id/start': 'a preflight, answered from memory',
};

interface Sample {
  readonly path: string;
  readonly form?: string;
  readonly json?: unknown;
}

const NO_SESSION = `/session/${'0'.repeat(26)}`;
/** A request for each route, of a stranger who has nothing that counts. */
const STRANGERS: Readonly<Record<string, Sample>> = {
  'GET /ready': { path: '/ready' },
  'GET /.well-known/openid-configuration': { path: '/.well-known/openid-configuration' },
  'GET /.well-known/oauth-authorization-server': { path: '/.well-known/oauth-authorization-server' },
  'GET /.well-known/jwks.json': { path: '/.well-known/jwks.json' },
  'GET /.well-known/apple-app-site-association': { path: '/.well-known/apple-app-site-association' },
  'GET /.well-known/assetlinks.json': { path: '/.well-known/assetlinks.json' },
  'POST /oauth/par': { path: '/oauth/par', form: 'client_id=shop&client_secret=guessed' },
  'POST /oauth/token': { path: '/oauth/token', form: 'client_id=shop&client_secret=guessed' },
  'GET /oauth/upstream-token': { path: '/oauth/upstream-token' },
  'GET /oauth/userinfo': { path: '/oauth/userinfo' },
  'GET /oauth/logout': { path: '/oauth/logout' },
  'GET /oauth/logout/callback/:connector': { path: '/oauth/logout/callback/paswad?state=x' },
  'POST /oauth/logout': { path: '/oauth/logout', form: '' },
  'POST /oauth/revoke': { path: '/oauth/revoke', form: '' },
  'POST /oauth/introspect': { path: '/oauth/introspect', form: '' },
  'POST /oauth/userinfo': { path: '/oauth/userinfo', form: '' },
  'GET /authorize': { path: '/authorize' },
  'POST /authorize': { path: '/authorize', form: '' },
  'GET /authorize/response/:handle': { path: '/authorize/response/x' },
  'POST /session': { path: '/session', json: {} },
  'POST /session/:id/connector': { path: `${NO_SESSION}/connector`, json: {} },
  'GET /session/:id/status': { path: `${NO_SESSION}/status` },
  'POST /session/:id/renew': { path: `${NO_SESSION}/renew`, json: {} },
  'POST /session/:id/cancel': { path: `${NO_SESSION}/cancel`, json: {} },
  'GET /session/events': { path: '/session/events' },
  'GET /session/:id/information': { path: `${NO_SESSION}/information?step=0&mac=${'A'.repeat(26)}` },
  'POST /session/:id/update': { path: `${NO_SESSION}/update`, json: { decision: 'decline', retrieval_token: 'x' } },
  'POST /session/:id/confirm': { path: `${NO_SESSION}/confirm`, json: {} },
  'GET /session/:id/start': { path: `${NO_SESSION}/start?ticket=x` },
  'POST /session/:id/start': { path: `${NO_SESSION}/start`, json: {} },
  'GET /callback/:connector': { path: '/callback/paswad?state=x' },
  'POST /callback/:connector': { path: '/callback/paswad', form: 'state=x&action=finish' },
  'GET /q/:link': { path: '/q/x' },
  'POST /q/:link': { path: '/q/x', form: '' },
  'POST /no-script': { path: '/no-script', form: '' },
  'GET /no-script/:id': { path: `/no-script/${'0'.repeat(26)}` },
  'POST /no-script/:id': { path: `/no-script/${'0'.repeat(26)}`, form: 'action=cancel' },
  'GET /no-script/:id/state': { path: `/no-script/${'0'.repeat(26)}/state` },
  'POST /webhooks/:connector': { path: '/webhooks/paswad', json: {} },
};

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    // So small that every limit is one request.
    rateLimitFactor: 1e-6,
    connectors: [
      wallet({
        issuers: [{ issuer: 'https://wallet.example', clientIds: ['phone'] }],
        iosAppIds: ['ABCDE12345.example.wallet'],
        androidApps: [{ packageName: 'example.wallet', sha256CertFingerprints: [Array(32).fill('AB').join(':')] }],
      }),
      paswad({
        discoveryUrl: 'https://paswad.example/.well-known/openid-configuration',
        clientId: 'x',
        clientSecret: 'y',
        webhookSecret: 'the-webhook-secret',
      }),
    ],
  });
});
afterAll(() => harness.close());

/** Every method and path that the application answers. */
function mounted(): readonly string[] {
  type Stack = Express['router']['stack'];
  const routesOf = (stack: Stack): readonly string[] =>
    stack.flatMap(({ route, handle }) => {
      if (route !== undefined) {
        const methods = route.stack.flatMap(({ method }) => (method === undefined ? [] : [method.toUpperCase()]));
        return methods.map((method) => `${method} ${route.path}`);
      }
      return 'stack' in handle ? routesOf(handle.stack as Stack) : [];
    });
  return [...new Set(routesOf((harness.server.listener as Express).router.stack))];
}

it('FT-A3l: every route of the application has a limit, or a reason to have none', async () => {
  expect(mounted().toSorted()).toEqual([...Object.keys(FREE), ...Object.keys(STRANGERS)].toSorted());
});

it.each(Object.entries(STRANGERS))('FT-A3l: a stranger who goes on with %s is refused', async (route, sample) => {
  const body = sample.json === undefined ? sample.form : JSON.stringify(sample.json);
  const type = sample.json === undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  const ask = async (): Promise<{ readonly status: number; readonly waits_s: number }> => {
    const response = await fetch(harness.url + sample.path, {
      method: route.split(' ')[0]!,
      headers: { authorization: 'Bearer guessed', ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, waits_s: Number(response.headers.get('retry-after')) };
  };
  await ask();
  expect(await ask()).toEqual({ status: 429, waits_s: expect.toSatisfy((s: number) => s >= 1 && s <= 60) as number });
});

describe('FT-A3l: a caller that presents what counts has a limit as well', () => {
  let roomier: Harness;
  let signedIn: SignedIn;
  beforeAll(async () => {
    // 2 calls of a wallet, 1 end of a session, 100 calls of a website: enough for one sign-in.
    roomier = await startHarness({ rateLimitFactor: 1 / 60 });
    signedIn = await roomier.signIn();
  });
  afterAll(() => roomier.close());

  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
  const post = (path: string, form: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(roomier.url + path, { method: 'POST', body: new URLSearchParams(form) });

  it('FT-A3l: a website’s backend, at the token endpoint, PAR and userinfo together', async () => {
    const client = { client_id: 'shop', client_secret: SHOP_SECRET };
    const redeemed = await post('/oauth/token', {
      ...client,
      grant_type: 'authorization_code',
      code: signedIn.code,
      redirect_uri: REQUEST['redirect_uri']!,
      code_verifier: VERIFIER,
    });
    const { access_token } = (await redeemed.json()) as { readonly access_token: string };
    const userinfo = (): Promise<Response> => fetch(`${roomier.url}/oauth/userinfo`, { headers: bearer(access_token) });
    expect((await userinfo()).headers.get('ratelimit-remaining'), 'counted with the redemption').toBe('98');
    expect((await post('/oauth/par', client)).headers.get('ratelimit-remaining')).toBe('97');
    for (let n = 0; n < 97; n += 1) expect((await userinfo()).status).toBe(200);
    expect((await userinfo()).status).toBe(429);
  });

  it('FT-A3l: a wallet, by its token', async () => {
    const path = `/session/${signedIn.session.session_id}/information?step=0&mac=${'A'.repeat(26)}`;
    const scan = (token: string): Promise<Response> => fetch(roomier.url + path, { headers: bearer(token) });
    expect((await scan(signedIn.walletToken)).status, 'after its two calls').toBe(429);
    expect((await scan(await roomier.wallet.token({ claims: { jti: 'next' } }))).status, 'another one').not.toBe(429);
  });

  it.each(['cancel', 'confirm', 'start'])(
    'FT-A3l: a page that calls /%s of its session over and over',
    async (call) => {
      const session = await roomier.session();
      const ask = (): Promise<Response> =>
        roomier.post(`/session/${session.session_id}/${call}`, {}, bearer(session.session_secret));
      expect((await ask()).status).not.toBe(429);
      expect((await ask()).status).toBe(429);
    },
  );
});
