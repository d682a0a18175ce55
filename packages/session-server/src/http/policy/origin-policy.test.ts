import type { SessionHandle } from '@beckon/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Harness,
  ISSUER,
  REQUEST,
  SHOP_ORIGIN,
  SPA_ORIGIN,
  type SignedIn,
  SHOP_SECRET,
  startHarness,
} from '../../test-support/harness.ts';

/**
 * What a page of an origin may do, endpoint by endpoint: a page may only ever read what is its own
 * client's. `fetch` outside a browser sends any Origin, and reads what a browser would not show.
 */
let harness: Harness;
let session: SessionHandle;
let signedIn: SignedIn;
beforeAll(async () => {
  harness = await startHarness();
  session = await harness.session();
  signedIn = await harness.signIn();
});
afterAll(() => harness.close());

/** Pages of no client, though some look like a client's. */
const STRANGERS = [
  'https://evil.example',
  `${SHOP_ORIGIN}.evil.example`,
  'https://evilshop.example',
  'https://shop.example:8443',
  'http://shop.example',
  'https://sub.shop.example',
];
/** No origin of a page as a browser writes it. */
const NO_PAGES = [
  'null',
  'https://SHOP.example',
  'https://shop.example/',
  `${SHOP_ORIGIN}, ${SHOP_ORIGIN}`,
  `https://${'a'.repeat(300)}.example`,
  'file://',
  'chrome-extension://abc',
  '*',
];

const secret = (): Record<string, string> => ({ authorization: `Bearer ${session.session_secret}` });
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
type Call = readonly [method: string, path: string, headers: Record<string, string>, body?: string];
/** Calls that succeed, or fail for a reason of their own, from a page of the shop. */
const calls: Readonly<Record<string, () => Call>> = {
  'POST /session': () => ['POST', '/session', json, JSON.stringify(REQUEST)],
  connector: () => [
    'POST',
    `/session/${session.session_id}/connector`,
    { ...json, ...secret() },
    '{"connector":"wallet","mode":"qr"}',
  ],
  start: () => ['POST', `/session/${session.session_id}/start`, secret()],
  status: () => ['GET', `/session/${session.session_id}/status`, secret()],
  PAR: () => ['POST', '/oauth/par', form, `${new URLSearchParams(REQUEST).toString()}&client_secret=${SHOP_SECRET}`],
  token: () => [
    'POST',
    '/oauth/token',
    form,
    `client_id=shop&client_secret=${SHOP_SECRET}&grant_type=authorization_code&code=x`,
  ],
  revoke: () => ['POST', '/oauth/revoke', form, `client_id=shop&client_secret=${SHOP_SECRET}&token=x`],
};
const call = ([method, path, headers, body]: Call, origin?: string): Promise<Response> =>
  fetch(harness.url + path, {
    method,
    headers: origin === undefined ? headers : { ...headers, origin },
    ...(body === undefined ? {} : { body }),
  });
const readable = (response: Response): string | null => response.headers.get('access-control-allow-origin');

describe.each(Object.entries(calls))('SEC-ORIGINS: %s', (name, made) => {
  it.each([SHOP_ORIGIN, ISSUER])('serves a page of %s, by its name', async (origin) => {
    const response = await call(made(), origin);
    expect(response.status).not.toBe(403);
    expect(readable(response)).toBe(origin);
    expect(response.headers.get('vary')).toContain('Origin');
    expect(response.headers.get('access-control-allow-credentials'), 'no cookie is used here').toBeNull();
    expect(response.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
  });

  it('serves callers that are no page', async () => {
    expect((await call(made())).status).not.toBe(403);
  });

  it.each([SPA_ORIGIN, ...STRANGERS])('refuses a page of %s, which reads what to register', async (origin) => {
    const before = harness.resting();
    const response = await call(made(), origin);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: 'origin_not_allowed',
      error_description: `add ${origin} to the client's allowed_origins, as the browser sends it`,
      request_id: response.headers.get('x-request-id'),
    });
    expect(readable(response)).toBe(origin);
    expect(response.headers.get('vary')).toContain('Origin');
    expect(harness.resting(), `${name} must do nothing for it`).toEqual(before);
  });

  it.each(NO_PAGES)('refuses %s, which reads nothing', async (origin) => {
    const before = harness.resting();
    const response = await call(made(), origin);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: 'origin_not_allowed' });
    expect(readable(response)).toBeNull();
    expect(harness.resting(), `${name} must do nothing for it`).toEqual(before);
  });
});

it('userinfo is for pages of the client that the token was given to', async () => {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: signedIn.code,
    client_id: 'shop',
    client_secret: SHOP_SECRET,
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  });
  const token = (await (await fetch(`${harness.url}/oauth/token`, { method: 'POST', body })).json()) as Record<
    string,
    string
  >;
  const userinfo: Call = ['GET', '/oauth/userinfo', { authorization: `Bearer ${token['access_token']}` }];
  const own = await call(userinfo, SHOP_ORIGIN);
  expect({ status: own.status, readable: readable(own) }).toEqual({ status: 200, readable: SHOP_ORIGIN });
  for (const origin of [SPA_ORIGIN, ...STRANGERS, ...NO_PAGES]) {
    const response = await call(userinfo, origin);
    expect({ origin, status: response.status, readable: readable(response) }).toEqual({
      origin,
      status: 403,
      readable: NO_PAGES.includes(origin) ? null : origin,
    });
    expect(await response.text(), 'a claim to a stranger').not.toContain('ada');
  }
});

describe('preflights', () => {
  const preflight = (path: string, origin: string): Promise<Response> =>
    fetch(harness.url + path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  it.each([
    '/session',
    `/session/${'A'.repeat(26)}/renew`,
    `/session/${'A'.repeat(26)}/start`,
    '/oauth/token',
    '/oauth/revoke',
  ])('of %s let every page ask, so that a refusal can be read', async (path) => {
    for (const origin of [SHOP_ORIGIN, SPA_ORIGIN, ISSUER, ...STRANGERS]) {
      const { status, headers } = await preflight(path, origin);
      expect({ status, allowed: headers.get('access-control-allow-origin') }).toEqual({
        status: 204,
        allowed: origin,
      });
      expect(headers.get('access-control-allow-headers')).toMatch(/Authorization.*Content-Type/);
    }
    for (const origin of NO_PAGES) {
      const { headers } = await preflight(path, origin);
      expect({ origin, allowed: headers.get('access-control-allow-origin') }).toEqual({ origin, allowed: null });
      expect(headers.get('access-control-allow-headers')).toBeNull();
    }
  });

  it.each([
    '/authorize',
    '/oauth/introspect',
    '/oauth/logout',
    `/session/${'A'.repeat(26)}/information`,
    `/session/${'A'.repeat(26)}/update`,
    '/q/x',
    '/health',
  ])('of %s are refused: no page calls it by script', async (path) => {
    const response = await preflight(path, SHOP_ORIGIN);
    expect(response.status).toBe(405);
    expect(readable(response)).toBeNull();
  });
});

describe('errors', () => {
  const wrong = (origin: string): Promise<Response> =>
    call(['POST', '/session', { ...json, origin }, '{"client_id":"unknown"}']);

  it('are read by the pages that could be meant', async () => {
    expect(readable(await wrong(SHOP_ORIGIN))).toBe(SHOP_ORIGIN);
  });

  it.each(STRANGERS)('are not told to %s: it reads that it is refused', async (origin) => {
    expect(await (await wrong(origin)).json()).toMatchObject({ error: 'origin_not_allowed' });
  });

  it.each(NO_PAGES)('are not read by %s', async (origin) => {
    expect(readable(await wrong(origin))).toBeNull();
  });
});

describe('what everybody may read', () => {
  it.each([
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/.well-known/jwks.json',
    '/widget.js',
    '/widget-1.2.3.full.js',
    '/element-new.js',
    '/encoder-new.js',
    '/element-old.js',
  ])('%s', async (path) => {
    const response = await call(['GET', path, {}], 'https://anybody.example');
    expect(readable(response)).toBe('*');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  });

  it.each(['/authorize?client_id=shop', '/health'])('%s is not among it', async (path) => {
    for (const origin of [SHOP_ORIGIN, 'https://anybody.example']) {
      const response = await call(['GET', path, { accept: 'application/json' }], origin);
      expect({ origin, readable: readable(response) }).toEqual({ origin, readable: null });
    }
  });
});
