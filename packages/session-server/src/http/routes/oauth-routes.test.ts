import { randomBytes, randomInt } from 'node:crypto';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFlow } from '../../flow/index.ts';
import { createKeys } from '../../keys/index.ts';
import { createOAuth } from '../../oauth/index.ts';
import { createSecrets, hashSecret } from '../../secrets/index.ts';
import type { Client, ClientDirectory } from '../../session/index.ts';
import { openSqliteStore } from '../../store/index.ts';
import { createFakeClock } from '../../testing/index.ts';
import { createInProcessBus } from '../../bus/index.ts';
import { createCors } from '../policy/cors.ts';
import { commonHeaders } from '../policy/headers.ts';
import { answerTo, bodyOf } from '../http-error.ts';
import { createLimits } from '../policy/limits.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { createRateLimits } from '../policy/rate-limits.ts';
import { exampleClient } from '../../test-support/example-client.ts';
import { exampleRecording } from '../../test-support/example-recording.ts';
import { exampleUpstreamTokens } from '../../test-support/example-upstream-tokens.ts';

const issuer = 'https://id.example.com';
const shop: Client = exampleClient({
  client_secret_hashes: [hashSecret('shop-secret')],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: ['openid'],
});

let server: Server;
let base: string;

beforeAll(async () => {
  const secret = (): string => randomBytes(32).toString('base64url');
  const secrets = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  const { now } = createFakeClock();
  const store = openSqliteStore({ path: ':memory:', sealer: secrets, now, wait: () => Promise.resolve() });
  const limits = createLimits(
    createRateLimits({
      increment: (hits) => store.increment(hits),
      now,
      after: () => () => {},
      failed: (error) => expect.unreachable(String(error)),
    }),
    () => '192.0.2.10',
    { isFull: () => Promise.resolve(false) },
  );
  const clients: ClientDirectory = {
    find: (id) => Promise.resolve(id === 'shop' ? shop : null),
    registered: (id) => Promise.resolve(id === 'shop' ? shop : null),
    knowsOrigin: (origin) => Promise.resolve(['https://shop.example', 'https://other.example'].includes(origin)),
  };
  const upstreamTokens = exampleUpstreamTokens(store, []);
  const flow = createFlow({
    settings: {
      issuer,
      qrBaseUrl: `${issuer}/Q/`,
      lifetimes: {
        unscanned_ms: 120_000,
        scanned_ms: 300_000,
        code_ms: 60_000,
        request_uri_ms: 600_000,
        frame_ms: 2000,
      },
    },
    store,
    clients,
    connectors: new Map(),
    upstreamTokens,
    secrets,
    recording: exampleRecording(),
    newId: () => randomBytes(13).toString('hex').toUpperCase(),
    randomBytes,
    randomInt: (below) => randomInt(below),
    bus: createInProcessBus(),
    timers: { sleep: () => new Promise(() => undefined) },
    elapsed: () => 0,
    patience_ms: 0,
  });
  const keys = await createKeys({ store, elapsed: () => 0, rotateEveryDays: null });
  const oauth = createOAuth({
    recording: exampleRecording(),
    requestId: () => null,
    issuer,
    flow: flow.redemption,
    clients,
    keys,
    store,
    secrets,
    connectors: ['wallet'],
    isOffered: () => true,
    reauthenticates: () => true,
    reaches: () => true,
    newId: () => 'ID',
    upstreamTokens,
    providerLogout: { url: () => Promise.resolve(null), stateOf: () => null },
    elapsed: () => 0,
    fetch: () => Promise.reject(new TypeError('no client listens')),
    onUntold: () => {},
  });
  const app = express()
    .use(commonHeaders)
    .use(oauthRoutes(oauth, createCors(issuer, clients), limits));
  const failures: ErrorRequestHandler = (cause, _request, response, _next) => {
    const answer = answerTo(cause);
    response.status(answer.status).set(answer.headers).json(bodyOf(answer, 'R'));
  };
  server = createServer(app.use(failures));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const call = (path: string, init: RequestInit = {}) => fetch(base + path, init);
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
const errorOf = async (response: Response) => {
  const { error, error_description } = (await response.json()) as Record<string, string>;
  return { status: response.status, error, says: error_description };
};
const AUTHENTICATED = 'client_id=shop&client_secret=shop-secret';
const PUSH = `${AUTHENTICATED}&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(shop.redirect_uris[0]!)}&code_challenge=${'x'.repeat(43)}&code_challenge_method=S256`;

describe('what everybody may read', () => {
  it('discovery says the same at both addresses, to every page', async () => {
    const [openid, oauth] = await Promise.all(
      ['openid-configuration', 'oauth-authorization-server'].map((name) =>
        call(`/.well-known/${name}`, { headers: { origin: 'https://anybody.example' } }),
      ),
    );
    const metadata = (await openid!.json()) as Record<string, unknown>;
    expect(await oauth!.json()).toEqual(metadata);
    expect(metadata).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      response_modes_supported: ['query', 'form_post'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256', 'PS256', 'EdDSA'],
      request_parameter_supported: false,
    });
    expect(openid!.headers.get('access-control-allow-origin')).toBe('*');
    expect(openid!.headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('discovery names no endpoint that is not there', async () => {
    const metadata = (await (await call('/.well-known/openid-configuration')).json()) as Record<string, unknown>;
    // Pages, which have routes of their own.
    const pages = new Set(['authorization_endpoint', 'end_session_endpoint']);
    const named = Object.entries(metadata).filter(([name]) => /(_endpoint|_uri)$/.test(name) && !pages.has(name));
    for (const [name, url] of named) {
      const response = await call((url as string).slice(issuer.length), { method: 'OPTIONS' });
      // No page may introspect: it could not keep a secret.
      const status = name === 'introspection_endpoint' ? 405 : 204;
      expect({ name, status: response.status }).toEqual({ name, status });
    }
    expect(named).toHaveLength(6);
  });

  it('keys are a key set', async () => {
    const response = await call('/.well-known/jwks.json');
    expect(response.headers.get('content-type')).toContain('application/jwk-set+json');
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    expect(keys.map(({ alg }) => alg)).toEqual(['RS256', 'ES256']);
    expect(
      keys.some((key) => 'd' in key),
      'a private key is published',
    ).toBe(false);
  });

  it('HEAD works wherever GET does', async () => {
    expect((await call('/.well-known/openid-configuration', { method: 'HEAD' })).status).toBe(200);
  });
});

describe('methods', () => {
  it.each([
    ['/.well-known/openid-configuration', 'POST', 'GET'],
    ['/.well-known/jwks.json', 'DELETE', 'GET'],
    ['/oauth/par', 'GET', 'POST'],
    ['/oauth/token', 'GET', 'POST'],
    ['/oauth/token', 'PUT', 'POST'],
    ['/oauth/userinfo', 'DELETE', 'GET, POST'],
  ])('%s takes no %s', async (path, method, allowed) => {
    const response = await call(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allowed);
    expect(await errorOf(response)).toMatchObject({ error: 'invalid_request' });
  });
});

describe('bodies', () => {
  it('a pushed request is answered with 201 and never kept', async () => {
    const response = await post('/oauth/par', PUSH);
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[0-9A-F]{2}[0-9A-Z]{26}$/) as string,
      expires_in: 600,
    });
  });

  it('a charset beside the media type does no harm', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    expect((await post('/oauth/par', PUSH, type)).status).toBe(201);
  });

  it.each(['/oauth/par', '/oauth/token', '/oauth/userinfo'])('SEC-BODY: %s takes no JSON', async (path) => {
    const response = await post(path, '{"client_id":"shop"}', { 'content-type': 'application/json' });
    expect(await errorOf(response)).toMatchObject({
      status: 400,
      error: 'invalid_request',
      says: expect.stringContaining('application/x-www-form-urlencoded') as string,
    });
  });

  it.each<[string, string, number, string]>([
    ['a doubled parameter', `${PUSH}&scope=openid`, 400, 'scope: was sent more than once'],
    ['a broken encoding', `${PUSH}&login_hint=%ff`, 400, 'login_hint: the percent-encoding'],
    ['32 KiB and one byte', 'a='.padEnd(32_769, 'a'), 413, 'longer than 32 KiB'],
    ['another redirect URI', PUSH.replace('callback', 'other'), 400, 'redirect_uri'],
  ])('%s is refused', async (_what, body, status, says) => {
    const response = await post('/oauth/par', body);
    const error = await errorOf(response);
    expect(error).toMatchObject({ status, error: 'invalid_request' });
    expect(error.says).toContain(says);
    expect(response.headers.get('cache-control'), 'errors may name clients').toBe('no-store');
  });

  it('no body at all is an empty form', async () => {
    const response = await call('/oauth/token', { method: 'POST' });
    expect(await errorOf(response)).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it('credentials in the URL are refused', async () => {
    const response = await post(`/oauth/token?${AUTHENTICATED}`, 'grant_type=authorization_code');
    expect(await errorOf(response)).toMatchObject({ status: 400, error: 'invalid_request' });
  });

  it('a compressed body is not unpacked', async () => {
    const response = await post('/oauth/token', 'x', { 'content-encoding': 'gzip' });
    expect(await errorOf(response)).toMatchObject({ status: 415 });
  });

  it('a body beside a GET means nothing', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '15' };
      const sent = httpRequest(`${base}/oauth/userinfo`, { method: 'GET', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject).end('access_token=ab');
    });
    expect(status).toBe(401);
  });
});

describe('pages that call by script', () => {
  const preflight = (path: string, origin: string) =>
    call(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

  it.each(['/oauth/par', '/oauth/token', '/oauth/userinfo', '/oauth/revoke'])(
    '%s answers the preflight of every page',
    async (path) => {
      for (const origin of ['https://shop.example', 'https://evil.example', 'null']) {
        const allowed = (await preflight(path, origin)).headers.get('access-control-allow-origin');
        expect({ origin, allowed }).toEqual({ origin, allowed: origin === 'null' ? null : origin });
      }
    },
  );

  it('serve only a page of the client itself', async () => {
    expect((await post('/oauth/par', PUSH, { origin: 'https://shop.example' })).status).toBe(201);
    const foreign = await post('/oauth/par', PUSH, { origin: 'https://other.example' });
    expect(await errorOf(foreign)).toMatchObject({ status: 403, error: 'origin_not_allowed' });
    expect(foreign.headers.get('access-control-allow-origin'), 'it reads why').toBe('https://other.example');
  });
});

describe('userinfo', () => {
  it.each<[string, string, RequestInit, number, RegExp]>([
    ['no token', '', {}, 401, /^Bearer realm="beckon"$/],
    ['a made-up token', '', { headers: { authorization: 'Bearer x' } }, 401, /error="invalid_token"/],
    ['a token in the URL', '?access_token=x', {}, 400, /error="invalid_request"/],
    ['two tokens in the URL', '?access_token=x&access_token=y', {}, 400, /error="invalid_request"/],
  ])('challenges %s', async (_what, query, init, status, challenge) => {
    const response = await call(`/oauth/userinfo${query}`, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('www-authenticate')).toMatch(challenge);
  });

  it('takes the token from a form', async () => {
    const response = await post('/oauth/userinfo', 'access_token=x');
    expect(response.headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
  });
});
