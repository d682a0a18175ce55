import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../jobs/index.ts';
import { connectorContext } from '../../testing/index.ts';
import {
  type Connector,
  type ConnectorError,
  isConnectorError,
  type RedirectOutcome,
  type RedirectStart,
} from '../connector.ts';
import { createLimitedFetch } from '../../outbound/index.ts';
import { krdpass, type KrdPassOptions } from './index.ts';

const now = 1_700_000_000_000;
const seconds = now / 1000;
const client = generateKeyPairSync('rsa', { modulusLength: 2048 });
const cas = await generateKeyPair('RS256');
const strangers = await generateKeyPair('RS256');
const start: RedirectStart = {
  callback_uri: 'https://id.example.com/callback/krdpass',
  state: 'S'.repeat(43),
  nonce: 'N'.repeat(43),
  code_verifier: 'V'.repeat(43),
  mode: 'qr',
  reauthenticate: false,
  request: {
    client_id: 'shop',
    client_name: 'Shop',
    scope: ['openid', 'profile', 'email', 'krdpass', 'offline_access'],
    prompt: [],
    linking: false,
    max_age: null,
    login_hint: null,
    ui_locales: [],
    acr_values: [],
  },
};

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}
let server: Server;
let base = '';
let answers: Record<string, Answer | 'cut'>;
let seen: { readonly path: string; readonly body: URLSearchParams; readonly authorization: string | undefined }[] = [];

beforeAll(async () => {
  const jwk = { ...(await exportJWK(cas.publicKey)), kid: 'cas-1', alg: 'RS256', use: 'sig' };
  server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '';
      const body = new URLSearchParams(await read(request));
      seen.push({ path, body, authorization: request.headers.authorization });
      const answer = path.endsWith('/jwks') ? { body: { keys: [jwk] } } : (answers[path] ?? { status: 404 });
      if (answer === 'cut') {
        response.destroy();
        return;
      }
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(text);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  seen = [];
  answers = {
    '/connect/par': { body: { request_uri: 'urn:ietf:params:oauth:request_uri:abc', expires_in: 300 } },
    '/connect/token': { body: await tokens() },
    '/connect/userinfo': { body: { sub: 'ada', citizen_first: 'Ada', upn: '5010219103805' } },
    '/connect/revocation': { body: '' },
  };
});

async function open(options: Partial<KrdPassOptions> = {}): Promise<Connector> {
  const privateKey = { ...client.privateKey.export({ format: 'jwk' }), kid: 'ours-1' };
  const config = krdpass({
    clientId: 'client',
    clientSecret: 'top-secret',
    privateKey,
    casUrl: base,
    appUrl: 'https://app.pass.krd',
    ...options,
  });
  expect(config.issues).toEqual([]);
  return config.open(connectorContext({ now: () => now, fetch: createLimitedFetch(systemTimers) }));
}

interface Changes {
  readonly claims?: Record<string, unknown>;
  readonly key?: CryptoKey;
  readonly alg?: string;
}
function idToken({ claims = {}, key = cas.privateKey, alg = 'RS256' }: Changes = {}): Promise<string> {
  const good = { iss: base, aud: 'client', sub: 'ada', iat: seconds, exp: seconds + 300, nonce: start.nonce };
  return new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg, kid: 'cas-1' }).sign(key);
}
async function tokens(changes: Changes = {}): Promise<Record<string, unknown>> {
  return {
    access_token: 'the-access-token',
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: 'the-refresh-token',
    id_token: await idToken(changes),
  };
}

async function begin(options: Partial<KrdPassOptions> = {}, scope = start.request.scope): Promise<URL> {
  const begun = await (await open(options)).redirect?.begin({ ...start, request: { ...start.request, scope } });
  return new URL(begun?.location ?? '');
}
async function finish(query: string = 'code=the-code'): Promise<RedirectOutcome> {
  const { redirect } = await open();
  if (redirect === null) throw new Error('it does not redirect');
  const parameters = new URLSearchParams(query);
  if (!parameters.has('state')) parameters.set('state', start.state);
  return redirect.finish({ ...start, parameters, providerState: null });
}

describe('the authorization request', () => {
  it('is pushed, signed, with the secret in the form and nothing else', async () => {
    await begin();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.path).toBe('/connect/par');
    expect(seen[0]?.authorization).toBeUndefined();
    expect([...(seen[0]?.body.keys() ?? [])].toSorted()).toEqual(['client_id', 'client_secret', 'request']);

    const request = seen[0]?.body.get('request') ?? '';
    expect(decodeProtectedHeader(request)).toEqual({ alg: 'RS256', typ: 'oauth-authz-req+jwt', kid: 'ours-1' });
    const { payload } = await jwtVerify(request, client.publicKey, { currentDate: new Date(now) });
    expect(payload).toEqual({
      client_id: 'client',
      response_type: 'code',
      redirect_uri: start.callback_uri,
      scope: 'openid profile citizen_identity',
      state: start.state,
      nonce: start.nonce,
      code_challenge: 'S0-WMMHEuuumkDoJt044nSxveejcVm4-B681Rl_3cJ4',
      code_challenge_method: 'S256',
      iss: 'client',
      aud: base,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      iat: seconds,
      exp: seconds + 300,
    });
  });

  it.each([
    [['openid'], 'openid', 1],
    [['openid', 'profile'], 'openid profile', 2],
    [['openid', 'email'], 'openid profile', 2],
    [['openid', 'profile', 'email', 'phone', 'address'], 'openid profile', 2],
    [['openid', 'krdpass'], 'openid citizen_identity', 2],
    [['openid', 'profile', 'krdpass', 'offline_access'], 'openid profile citizen_identity', 3],
    [['openid', 'constructor', 'uaepass'], 'openid', 1],
  ])('FT-B6a: of a website that asks for %j asks for %j', async (asked, scope, phrases) => {
    const all = { scope: ['openid', 'profile', 'citizen_identity', 'offline_access'] };
    await begin(all, asked);
    expect(decodeJwt(seen[0]?.body.get('request') ?? '')['scope']).toBe(scope);
    expect((await open(all)).redirect?.asks?.(asked)).toHaveLength(phrases);
  });

  it('FT-B6a: asks for nothing that KRDPASS did not approve', async () => {
    await begin({ scope: ['openid', 'profile'] });
    expect(decodeJwt(seen[0]?.body.get('request') ?? '')['scope']).toBe('openid profile');
  });

  it('has another jti each time', async () => {
    await begin();
    await begin();
    const ids = await Promise.all(
      seen.map(async ({ body }) => {
        const { payload } = await jwtVerify(body.get('request') ?? '', client.publicKey, {
          currentDate: new Date(now),
        });
        return payload.jti;
      }),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('leads to the app by a link that has no secret in it', async () => {
    const url = await begin();
    expect(`${url.origin}${url.pathname}`).toBe('https://app.pass.krd/connect/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client',
      request_uri: 'urn:ietf:params:oauth:request_uri:abc',
      redirect_uri: start.callback_uri,
      state: start.state,
    });
  });

  it.each<[string, Answer | 'cut', string]>([
    ['a secret that is wrong', { status: 401, body: { error: 'invalid_client' } }, 'connector_unavailable'],
    ['too many requests', { status: 429 }, 'rate_limited'],
    ['a failure', { status: 500, body: '<h1>top-secret</h1>' }, 'connector_unavailable'],
    ['no request_uri', { body: { expires_in: 300 } }, 'connector_unavailable'],
    ['a request_uri that is none', { body: { request_uri: 'a b', expires_in: 300 } }, 'connector_unavailable'],
    ['10 MB', { body: { request_uri: 'a'.repeat(10_000_000) } }, 'connector_unavailable'],
    ['a cut line', 'cut', 'connector_unavailable'],
  ])('leads no browser anywhere after %s', async (_what, answer, code) => {
    answers['/connect/par'] = answer;
    const error = await refusal(() => begin());
    expect(error.code).toBe(code);
    expectNothingSecret(error);
  });
});

describe('the person', () => {
  it('comes with the subject of the id_token, claims of userinfo and tokens', async () => {
    answers['/connect/token'] = { body: await tokens({ claims: { acr: 'a', amr: ['face'], auth_time: seconds - 5 } }) };
    expect(await finish()).toEqual({
      type: 'identity',
      identity: {
        subject: 'ada',
        acr: 'a',
        amr: ['face'],
        auth_time: seconds - 5,
        claims: {
          given_name: 'Ada',
          name: 'Ada',
          krdpass: { citizen_first: 'Ada', upn: '5010219103805' },
        },
      },
      tokens: {
        access_token: 'the-access-token',
        refresh_token: 'the-refresh-token',
        expires_at: now + 3_600_000,
        id_token: expect.any(String),
      },
    });
  });

  it('is asked for with the verifier, and with the secret in the form', async () => {
    await finish();
    const token = seen.find(({ path }) => path === '/connect/token');
    expect(token?.authorization).toBeUndefined();
    expect(Object.fromEntries(token?.body ?? [])).toEqual({
      grant_type: 'authorization_code',
      client_id: 'client',
      client_secret: 'top-secret',
      redirect_uri: start.callback_uri,
      code: 'the-code',
      code_verifier: start.code_verifier,
    });
  });
});

it.each(['access_denied', 'cancelled', 'user_cancelled', 'login_required', 'consent_denied'])(
  '%s says that the person did not want to',
  async (error) => {
    expect(await finish(`error=${error}&error_description=`)).toEqual({ type: 'declined', message: null });
    expect(seen).toEqual([]);
  },
);

describe('a callback that is not in order asks KRDPASS nothing', () => {
  it.each([
    ['another error', 'error=server_error', 'connector_unavailable'],
    ['two codes', 'code=a&code=b', 'callback_refused'],
    ['a blank code', 'code=', 'callback_refused'],
    ['a code with an error', 'code=a&error=access_denied', 'callback_refused'],
    ['another issuer', 'code=a&iss=https%3A%2F%2Faccount.id.krd', 'callback_refused'],
    ['a blank issuer', 'code=a&iss=', 'callback_refused'],
    ['another state', 'code=a&state=b', 'callback_refused'],
  ])('%s', async (_what, query, code) => {
    await expect(finish(query)).rejects.toMatchObject({ code });
    expect(seen).toEqual([]);
  });

  it('but one that names the right issuer is', async () => {
    expect((await finish(`code=a&session_state=x&iss=${encodeURIComponent(base)}`)).type).toBe('identity');
  });
});

describe('an id_token is refused', () => {
  it.each<[string, Changes]>([
    ['of another issuer', { claims: { iss: 'https://account.id.krd' } }],
    ['for another client', { claims: { aud: 'other' } }],
    ['for several, with no azp', { claims: { aud: ['client', 'other'] } }],
    ['for several, issued for another', { claims: { aud: ['client', 'other'], azp: 'other' } }],
    ['that has expired', { claims: { exp: seconds - 60 } }],
    ['that never expires', { claims: { exp: undefined } }],
    ['from the future', { claims: { iat: seconds + 600 } }],
    ['with another nonce', { claims: { nonce: 'other' } }],
    ['with no nonce', { claims: { nonce: undefined } }],
    ['of no person', { claims: { sub: undefined } }],
    ['signed with another key', { key: strangers.privateKey }],
    ['signed with another algorithm', { alg: 'PS256' }],
  ])('%s', async (_what, changes) => {
    const key = changes.alg === undefined ? changes.key : await ps256();
    answers['/connect/token'] = { body: await tokens({ ...changes, ...(key === undefined ? {} : { key }) }) };
    await expect(finish()).rejects.toMatchObject({ code: 'callback_refused' });
    expect(seen.map(({ path }) => path)).not.toContain('/connect/userinfo');
  });

  it('that is not signed', async () => {
    const good = { iss: base, aud: 'client', sub: 'ada', nonce: start.nonce, iat: seconds, exp: seconds + 300 };
    answers['/connect/token'] = { body: { ...(await tokens()), id_token: new UnsecuredJWT(good).encode() } };
    await expect(finish()).rejects.toMatchObject({ code: 'callback_refused' });
  });

  it('that is missing', async () => {
    answers['/connect/token'] = { body: { ...(await tokens()), id_token: undefined } };
    await expect(finish()).rejects.toMatchObject({ code: 'callback_refused' });
  });
});

describe('what KRDPASS should not answer', () => {
  it.each<[string, string, Answer | 'cut', string]>([
    ['token', 'a code that is spent', { status: 400, body: { error: 'invalid_grant' } }, 'callback_refused'],
    ['token', 'a failure', { status: 502, body: '<h1>the-code</h1>' }, 'connector_unavailable'],
    ['token', 'no token', { body: { token_type: 'Bearer' } }, 'connector_unavailable'],
    ['token', 'a cut line', 'cut', 'connector_unavailable'],
    ['userinfo', 'another person', { body: { sub: 'bob' } }, 'connector_unavailable'],
    ['userinfo', 'nobody', { body: {} }, 'connector_unavailable'],
    ['userinfo', 'a page', { body: '<h1>the-access-token</h1>' }, 'connector_unavailable'],
    ['userinfo', 'a refusal', { status: 401 }, 'connector_unavailable'],
  ])('at %s: %s', async (endpoint, _what, answer, code) => {
    answers[`/connect/${endpoint}`] = answer;
    const error = await refusal(() => finish());
    expect(error.code).toBe(code);
    expectNothingSecret(error);
  });
});

describe('tokens', () => {
  const had = { access_token: 'old', refresh_token: 'r1', expires_at: now, id_token: null };

  it('are renewed once, with the secret in the form', async () => {
    const renewed = await (await open()).tokens?.refresh({ ...had, id_token: await idToken() });
    expect(renewed).toMatchObject({ access_token: 'the-access-token', refresh_token: 'the-refresh-token' });
    expect(Object.fromEntries(seen[0]?.body ?? [])).toEqual({
      grant_type: 'refresh_token',
      client_id: 'client',
      client_secret: 'top-secret',
      refresh_token: 'r1',
    });
    answers['/connect/token'] = 'cut';
    seen = [];
    await expect((await open()).tokens?.refresh(had)).rejects.toMatchObject({ code: 'connector_unavailable' });
    expect(seen).toHaveLength(1);
  });

  it.each<[string, Changes]>([
    ['about another person', { claims: { sub: 'bob' } }],
    ['that is forged', { key: strangers.privateKey }],
  ])('are not renewed by an id_token %s', async (_what, changes) => {
    answers['/connect/token'] = { body: await tokens(changes) };
    const before = { ...had, id_token: await idToken() };
    await expect((await open()).tokens?.refresh(before)).rejects.toMatchObject({ code: 'token_refused' });
  });

  it('are revoked: first the one that makes new ones', async () => {
    await (await open()).tokens?.revoke(had);
    expect(seen.map(({ path, body }) => [path, body.get('token'), body.get('token_type_hint')])).toEqual([
      ['/connect/revocation', 'r1', 'refresh_token'],
      ['/connect/revocation', 'old', 'access_token'],
    ]);
  });

  it('are not called revoked when KRDPASS does not say so', async () => {
    answers['/connect/revocation'] = { status: 503 };
    await expect((await open()).tokens?.revoke(had)).rejects.toMatchObject({ code: 'connector_unavailable' });
  });
});

async function ps256(): Promise<CryptoKey> {
  const { privateKey } = await generateKeyPair('PS256');
  return privateKey;
}

async function refusal(action: () => Promise<unknown>): Promise<ConnectorError> {
  const cause = await action().then(
    () => new Error('it was accepted'),
    (error: unknown) => error,
  );
  if (isConnectorError(cause)) return cause;
  throw cause;
}

function expectNothingSecret(error: ConnectorError): void {
  expect(`${error.message} ${error.detail}`).not.toMatch(/the-code|the-access-token|the-refresh-token|top-secret/);
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
