import type { Express } from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { paswad } from '../connectors/paswad/index.ts';
import { wallet } from '../connectors/wallet/index.ts';
import { type Harness, startHarness } from '../testing/harness.ts';

/** Routes that nothing counts, and why. */
const FREE: Readonly<Record<string, string>> = {
  'GET /health': 'the process answers, whatever else goes on',
  'GET /widget.js': 'a file, kept in memory',
  'GET /widget-1.2.3.js': 'a file, kept in memory',
  'GET /beckon.css': 'a file, kept in memory',
};

interface Sample {
  readonly path: string;
  readonly form?: string;
  readonly json?: unknown;
}

const NOBODY = `/session/${'0'.repeat(26)}`;
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
  'GET /oauth/userinfo': { path: '/oauth/userinfo' },
  'POST /oauth/userinfo': { path: '/oauth/userinfo', form: '' },
  'GET /authorize': { path: '/authorize' },
  'POST /authorize': { path: '/authorize', form: '' },
  'POST /session': { path: '/session', json: {} },
  'POST /session/:id/connector': { path: `${NOBODY}/connector`, json: {} },
  'GET /session/:id/status': { path: `${NOBODY}/status` },
  'POST /session/:id/renew': { path: `${NOBODY}/renew`, json: {} },
  'POST /session/:id/cancel': { path: `${NOBODY}/cancel`, json: {} },
  'GET /session/events': { path: '/session/events' },
  'GET /session/:id/information': { path: `${NOBODY}/information?step=0&mac=${'A'.repeat(26)}` },
  'POST /session/:id/update': { path: `${NOBODY}/update`, json: { decision: 'decline', retrieval_token: 'x' } },
  'GET /session/:id/start': { path: `${NOBODY}/start?ticket=x` },
  'GET /callback/:connector': { path: '/callback/paswad?state=x' },
  'GET /q/:link': { path: '/q/x' },
  'POST /q/:link': { path: '/q/x', form: '' },
  'POST /webhooks/:connector': { path: '/webhooks/paswad', json: {} },
};

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    // So small that every limit is one hit.
    rate_limit_factor: 1e-6,
    connectors: [
      wallet({
        name: 'Wallet',
        issuers: [{ issuer: 'https://wallet.example', client_ids: ['phone'] }],
        ios_app_ids: ['ABCDE12345.example.wallet'],
        android_apps: [{ package_name: 'example.wallet', sha256_cert_fingerprints: [Array(32).fill('AB').join(':')] }],
      }),
      paswad({
        discovery_url: 'https://paswad.example/.well-known/openid-configuration',
        client_id: 'x',
        client_secret: 'y',
        webhook_secret: 'the-webhook-secret',
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
