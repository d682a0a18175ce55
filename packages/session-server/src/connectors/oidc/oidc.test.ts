import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../jobs/index.ts';
import { connectorContext } from '../../testing/index.ts';
import type { Connector, RedirectOutcome, RedirectStart } from '../connector.ts';
import { createLimitedFetch } from '../../outbound/index.ts';
import { oidc, type OidcOptions } from './index.ts';

/** A provider that answers whatever a test wants, right by default. */

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const OPTIONS = { id: 'example', names: { en: 'Example' }, clientId: 'beckon', clientSecret: 'the-secret' };
const START: RedirectStart = {
  callback_uri: 'https://id.example.com/callback/example',
  state: 's'.repeat(43),
  nonce: 'n'.repeat(43),
  code_verifier: 'v'.repeat(43),
  mode: 'qr',
  reauthenticate: false,
  request: {
    client_id: 'shop',
    client_name: 'Shop',
    scope: ['openid', 'profile', 'email'],
    prompt: [],
    linking: false,
    max_age: null,
    login_hint: null,
    ui_locales: [],
    acr_values: [],
  },
};
const SECRETS = ['the-secret', 'the-access-token', 'the-refresh-token', 'the-code', 'Ada Example', 'ada@example.com'];

let server: Server;
let issuer = '';
let clock = 0;
let answers: Record<string, Answer> = {};
let asked: string[] = [];
let keys: { readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']; readonly jwk: JWK };

beforeEach(async () => {
  clock = Date.UTC(2026, 0, 1);
  asked = [];
  keys = await keyPair('key-1');
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    void answers[request.url ?? '']?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers = {
    '/.well-known/openid-configuration': json(discovery()),
    '/jwks': json({ keys: [keys.jwk] }),
    '/token': tokenAnswer(),
    '/userinfo': json({ sub: 'ada', name: 'Ada Example', email: 'ada@example.com', email_verified: true }),
    '/revoke': (_request, response) => void response.end(),
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function keyPair(kid: string): Promise<typeof keys> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

function discovery(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize?tenant=1`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    revocation_endpoint: `${issuer}/revoke`,
    ...changes,
  };
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function idToken(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(clock / 1000);
  const payload = { iss: issuer, aud: 'beckon', sub: 'ada', iat: now, exp: now + 300, nonce: START.nonce, ...claims };
  const known = Object.entries(payload).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(known))
    .setProtectedHeader({ alg: 'ES256', kid: 'key-1', ...header })
    .sign(keys.privateKey);
}

function tokenAnswer(claims: Record<string, unknown> = {}, changes: Record<string, unknown> = {}): Answer {
  return async (request, response) => {
    const id_token = await idToken(claims);
    const body = {
      access_token: 'the-access-token',
      token_type: 'Bearer',
      expires_in: 60,
      refresh_token: 'the-refresh-token',
      id_token,
      ...changes,
    };
    await json(body)(request, response);
  };
}

function open(options: Partial<OidcOptions> = {}): Promise<Connector> {
  const config = oidc({ ...OPTIONS, issuer, ...options });
  expect(config.issues).toEqual([]);
  return config.open(connectorContext({ now: () => clock, fetch: createLimitedFetch(systemTimers) }));
}

function finish(connector: Connector, query = `code=the-code&state=${START.state}`): Promise<RedirectOutcome> {
  if (connector.redirect === null) throw new Error('it does not redirect');
  return connector.redirect.finish({ ...START, parameters: new URLSearchParams(query), providerState: null });
}

/** What it failed with, once nothing is in it that is private; null when it did not. */
async function failureOf(work: Promise<unknown> | undefined): Promise<unknown> {
  const failure = await work?.then(
    () => null,
    (cause: unknown) => cause as { message: string; detail: string },
  );
  for (const secret of SECRETS)
    if (`${failure?.message} ${failure?.detail}`.includes(secret)) throw new Error(`the failure tells ${secret}`);
  return failure;
}

const REFUSED = { code: 'callback_refused' };
const UNAVAILABLE = { code: 'connector_unavailable' };

it('with right answers everywhere, the person is signed in', async () => {
  expect(await finish(await open())).toEqual({
    type: 'identity',
    identity: {
      subject: 'ada',
      claims: { name: 'Ada Example', email: 'ada@example.com', email_verified: true },
      acr: null,
      amr: [],
      auth_time: null,
    },
    tokens: {
      access_token: 'the-access-token',
      refresh_token: 'the-refresh-token',
      expires_at: clock + 60_000,
      id_token: expect.any(String) as string,
    },
  });
});

describe('the id_token is refused', () => {
  it.each<[string, Record<string, unknown>]>([
    ['of another issuer', { iss: 'https://other.example' }],
    ['for another client', { aud: 'other' }],
    ['for several clients with no azp', { aud: ['beckon', 'other'] }],
    ['for several clients, issued to another', { aud: ['beckon', 'other'], azp: 'other' }],
    ['with another’s azp', { azp: 'other' }],
    ['that has expired', { exp: Date.UTC(2026, 0, 1) / 1000 - 31 }],
    ['from the future', { iat: Date.UTC(2026, 0, 1) / 1000 + 31 }],
    ['not valid yet', { nbf: Date.UTC(2026, 0, 1) / 1000 + 31 }],
    ['with no expiry', { exp: undefined }],
    ['with no time of issue', { iat: undefined }],
    ['with another nonce', { nonce: 'x'.repeat(43) }],
    ['with no nonce', { nonce: undefined }],
    ['with a nonce that is no text', { nonce: 7 }],
    ['with no subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with an endless subject', { sub: 'a'.repeat(256) }],
    ['for another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['about a sign-in in the future', { auth_time: Date.UTC(2026, 0, 1) / 1000 + 31 }],
  ])('%s', async (_name, claims) => {
    answers['/token'] = tokenAnswer(claims);
    expect(await failureOf(finish(await open()))).toMatchObject(REFUSED);
  });

  it('unsigned, signed by a stranger, with HMAC, or with no form at all', async () => {
    const connector = await open();
    const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const [, payload = ''] = (await idToken()).split('.');
    const stranger = await keyPair('key-1');
    const forged = await new SignJWT(
      JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>,
    )
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
      .sign(stranger.privateKey);
    const hmac = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(Buffer.from(OPTIONS.clientSecret));
    const wrong = [`${encode({ alg: 'none' })}.${payload}.`, forged, hmac, 'garbage', 'a.b.c'];
    for (const id_token of wrong) {
      answers['/token'] = tokenAnswer({}, { id_token });
      expect(await failureOf(finish(connector))).toMatchObject(REFUSED);
    }
    answers['/token'] = tokenAnswer({}, { id_token: undefined });
    expect(await failureOf(finish(connector))).toMatchObject(REFUSED);
  });
});

it('clocks may differ by 30 s', async () => {
  const at = clock / 1000;
  answers['/token'] = tokenAnswer({ iat: at + 30, exp: at - 29, nbf: at + 30, auth_time: at + 30 });
  expect(await finish(await open())).toMatchObject({ type: 'identity', identity: { auth_time: at + 30 } });
});

it('FT-B5b: a key rotated just after the keys were looked at is found, and strangers’ names hammer no server', async () => {
  const connector = await open();
  await finish(connector);
  const looks = (): number => asked.filter((path) => path === '/jwks').length;
  const signedBy = (kid: string): void => {
    answers['/token'] = async (request, response) =>
      tokenAnswer({}, { id_token: await idToken({}, { kid }) })(request, response);
  };
  keys = await keyPair('key-2');
  answers['/jwks'] = json({ keys: [keys.jwk] });
  signedBy('key-2');
  expect(await finish(connector), 'in the very ms of the last look').toMatchObject({ type: 'identity' });
  expect(looks()).toBe(2);
  for (let n = 0; n < 20; n += 1) {
    signedBy(`nobody’s-${n}`);
    expect(await failureOf(finish(connector))).toMatchObject(REFUSED);
  }
  expect(looks(), 'three in a row').toBe(4);
  keys = await keyPair('key-3');
  answers['/jwks'] = json({ keys: [keys.jwk] });
  signedBy('key-3');
  expect(await failureOf(finish(connector)), 'while a stranger has used them up').toMatchObject(REFUSED);
  clock += 5_000;
  expect(await finish(connector), 'but not for long').toMatchObject({ type: 'identity' });
  expect(looks()).toBe(5);
});

it('a key with no kid is found among several', async () => {
  const other = await keyPair('other');
  // What JSON leaves out.
  const plain = [other, keys].map(({ jwk }) => ({ ...jwk, kid: undefined }));
  answers['/jwks'] = json({ keys: plain });
  answers['/token'] = async (request, response) =>
    tokenAnswer({}, { id_token: await idToken({}, { kid: undefined }) })(request, response);
  expect(await finish(await open())).toMatchObject({ type: 'identity' });
});

it('what was fetched once does while the provider is down, for a day', async () => {
  const connector = await open();
  await finish(connector);
  answers['/.well-known/openid-configuration'] = json({}, 500);
  answers['/jwks'] = json({}, 500);
  clock += 2 * 3_600_000;
  expect(await finish(connector)).toMatchObject({ type: 'identity' });
  clock += 24 * 3_600_000;
  expect(await failureOf(finish(connector))).toMatchObject(UNAVAILABLE);
});

describe('whatever an endpoint answers', () => {
  const html: Answer = (_request, response) =>
    void response.setHeader('content-type', 'text/html').end('<h1>ada@example.com</h1>');
  const broken: [string, Answer][] = [
    ['HTML', html],
    ['half a JSON', (_request, response) => void response.end('{"access_token":"the-access-to')],
    ['a list', json(['the-access-token'])],
    ['null', json(null)],
    ['500', json({ error: 'server_error', error_description: 'ada@example.com' }, 500)],
    ['403 with a secret in its words', json({ error: 'the-secret', error_description: 'the-secret' }, 403)],
    ['a redirect', (_request, response) => void response.writeHead(302, { location: '/userinfo' }).end()],
    ['10 MB', (_request, response) => void response.end(`{"x":"${'x'.repeat(10_000_000)}"}`)],
    ['a connection that breaks', (request) => void request.socket.destroy()],
  ];
  describe.each(['/.well-known/openid-configuration', '/jwks', '/token', '/userinfo'])('%s', (path) => {
    it.each(broken)('%s', async (_name, answer) => {
      answers[path] = answer;
      expect(await failureOf(finish(await open()))).toMatchObject(UNAVAILABLE);
    });

    it('429 says when to come back', async () => {
      answers[path] = json({ error: 'slow_down' }, 429, { 'retry-after': '17' });
      const connector = await open();
      expect(await failureOf(finish(connector))).toMatchObject({ code: 'rate_limited', retry_after_s: 17 });
      const before = asked.length;
      expect(await failureOf(finish(connector))).toMatchObject({ code: 'rate_limited' });
      expect(asked).toHaveLength(before);
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['no access token', { access_token: undefined }],
    ['an access token that is no text', { access_token: 7 }],
    ['an access token with a line break', { access_token: 'a\nb' }],
    ['another token type', { token_type: 'DPoP' }],
    ['a refresh token that is no text', { refresh_token: {} }],
  ])('token: %s', async (_name, changes) => {
    answers['/token'] = tokenAnswer({}, changes);
    expect(await failureOf(finish(await open()))).toMatchObject(UNAVAILABLE);
  });

  it('token: a lifetime that is none is none', async () => {
    for (const expires_in of ['soon', -1, null, undefined]) {
      answers['/token'] = tokenAnswer({}, { expires_in });
      expect(await finish(await open())).toMatchObject({ tokens: { expires_at: null } });
    }
  });

  it('userinfo about another person is refused', async () => {
    answers['/userinfo'] = json({ sub: 'eve', name: 'Eve' });
    expect(await failureOf(finish(await open()))).toMatchObject(UNAVAILABLE);
    answers['/userinfo'] = json({ name: 'Nobody' });
    expect(await failureOf(finish(await open()))).toMatchObject(UNAVAILABLE);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another issuer', { issuer: 'https://other.example' }],
    ['no token endpoint', { token_endpoint: undefined }],
    ['an endpoint that is no URL', { jwks_uri: 'javascript:alert(1)' }],
    ['an endpoint that is not https', { userinfo_endpoint: 'http://other.example/userinfo' }],
  ])('discovery: %s', async (_name, changes) => {
    answers['/.well-known/openid-configuration'] = json(discovery(changes));
    expect(await failureOf(finish(await open()))).toMatchObject(UNAVAILABLE);
  });
});

it.each([
  ['access_denied', 403],
  ['insufficient_scope', 403],
  ['unauthorized_client', 400],
])('FT-B7d: %s at the token endpoint is the operator’s to mend', async (error, status) => {
  answers['/token'] = json({ error, error_description: 'Ada Example' }, status);
  expect(await failureOf(finish(await open()))).toMatchObject({
    ...UNAVAILABLE,
    detail: expect.stringMatching(
      `^Example: token answered ${status} \\(${error}: the provider has not approved`,
    ) as string,
  });
});

describe('the callback', () => {
  const state = `state=${START.state}`;
  it.each(['access_denied', 'login_required', 'consent_required', 'interaction_required'])(
    '%s: declined',
    async (error) => {
      const query = `error=${error}&error_description=%3Cscript%3E&${state}`;
      expect(await finish(await open(), query)).toEqual({ type: 'declined', message: null });
      expect(asked).toEqual([]);
    },
  );

  it.each(['server_error', 'temporarily_unavailable', 'invalid_scope', 'the-secret'])(
    '%s: unavailable',
    async (error) => {
      expect(await failureOf(finish(await open(), `error=${error}&${state}`))).toMatchObject(UNAVAILABLE);
    },
  );

  it.each([
    ['code and error together', `code=the-code&error=access_denied&${state}`],
    ['a code twice', `code=the-code&code=the-code&${state}`],
    ['state twice', `code=the-code&${state}&${state}`],
    ['another session’s state', `code=the-code&state=${'x'.repeat(43)}`],
    ['no state', 'code=the-code'],
    ['a blank code', `code=&${state}`],
    ['a blank error', `error=&${state}`],
    ['neither', state],
    ['another issuer', `code=the-code&${state}&iss=https%3A%2F%2Fother.example`],
    ['a blank issuer', `code=the-code&${state}&iss=`],
  ])('%s is refused, and the provider is not asked', async (_name, query) => {
    expect(await failureOf(finish(await open(), query))).toMatchObject(REFUSED);
    expect(asked).toEqual([]);
  });

  it('no issuer, from a provider that always names it, is refused', async () => {
    answers['/.well-known/openid-configuration'] = json(
      discovery({ authorization_response_iss_parameter_supported: true }),
    );
    expect(await failureOf(finish(await open()))).toMatchObject(REFUSED);
    expect(asked).not.toContain('/token');
  });
});

describe('claims', () => {
  it('have the form that they should have, or are left out; what is the provider’s own stays together', async () => {
    answers['/userinfo'] = json({
      sub: 'ada',
      name: '<b>Ada</b>',
      picture: 'javascript:alert(1)',
      profile: 'https://example.com/ada',
      birthdate: '10.12.1815',
      phone_number: '+1 (202) 555-0143',
      phone_number_verified: 'true',
      email: 'no address',
      email_verified: true,
      locale: ['en'],
      address: { formatted: 'Example Street 1', country: 7 },
      nationalities: ['GBR', 'nonsense'],
      loyalty_number: '7',
    });
    const outcome = await finish(await open());
    expect(outcome).toMatchObject({ type: 'identity' });
    expect(outcome.type === 'identity' && outcome.identity.claims).toEqual({
      // Escaping is for the page that shows it.
      name: '<b>Ada</b>',
      profile: 'https://example.com/ada',
      phone_number: '+12025550143',
      phone_number_verified: true,
      address: { formatted: 'Example Street 1' },
      nationalities: ['GBR'],
      example: { loyalty_number: '7' },
    });
  });

  it('are the operator’s to map; a mapping that fails signs no person in', async () => {
    expect(await finish(await open({ mapClaims: ({ name }) => ({ nickname: name }) }))).toMatchObject({
      identity: { claims: { nickname: 'Ada Example' } },
    });
    const failing = open({
      mapClaims: () => {
        throw new Error('Ada Example');
      },
    });
    expect(await failureOf(finish(await failing))).toMatchObject(UNAVAILABLE);
  });
});

describe('tokens', () => {
  const tokens = {
    access_token: 'the-access-token',
    refresh_token: 'the-refresh-token',
    expires_at: null,
    id_token: null,
  };
  it('a refresh keeps what the provider does not replace', async () => {
    answers['/token'] = json({ access_token: 'new', token_type: 'bearer' });
    expect(await (await open()).tokens?.refresh(tokens)).toEqual({ ...tokens, access_token: 'new' });
  });

  it('a refresh that changes the person is refused', async () => {
    const id_token = await idToken({ nonce: undefined });
    answers['/token'] = tokenAnswer({ sub: 'eve', nonce: undefined });
    const refreshed = (await open()).tokens?.refresh({ ...tokens, id_token });
    expect(await failureOf(refreshed)).toMatchObject({ code: 'token_refused' });
  });

  it('a refused refresh token, and none at all, are told apart from a provider that is down', async () => {
    const connector = await open();
    const none = { ...tokens, refresh_token: null };
    answers['/token'] = json({ error: 'invalid_grant' }, 400);
    expect(await failureOf(connector.tokens?.refresh(tokens))).toMatchObject({ code: 'token_refused' });
    expect(await failureOf(connector.tokens?.refresh(none))).toMatchObject({ code: 'token_refused' });
    answers['/token'] = json({ error: 'server_error' }, 503);
    expect(await failureOf(connector.tokens?.refresh(tokens))).toMatchObject(UNAVAILABLE);
  });

  it('revocation covers both; a provider that cannot revoke access tokens may say so', async () => {
    const bodies: string[] = [];
    answers['/revoke'] = async (request, response) => {
      let body = '';
      for await (const part of request) body += String(part);
      bodies.push(body);
      const unsupported = body.includes('access_token');
      await json(unsupported ? { error: 'unsupported_token_type' } : {}, unsupported ? 400 : 200)(request, response);
    };
    await (await open()).tokens?.revoke(tokens);
    expect(bodies.map((body) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      { token: 'the-refresh-token', token_type_hint: 'refresh_token' },
      { token: 'the-access-token', token_type_hint: 'access_token' },
    ]);
  });
});

it.each([
  [['openid'], 'openid'],
  [['openid', 'profile', 'phone', 'offline_access'], 'openid phone'],
  [['openid', 'loyalty'], 'openid loyalty'],
  // The provider's own claims may come by any scope that OpenID Connect does not define.
  [['openid', 'email', 'example'], 'openid email loyalty'],
])('FT-B6a: of a website that asks for %j the provider is asked for %j', async (wanted, scope) => {
  const connector = await open({ scope: ['openid', 'email', 'phone', 'loyalty', 'offline_access'] });
  const { location } =
    (await connector.redirect?.begin({ ...START, request: { ...START.request, scope: wanted } })) ?? {};
  expect(new URL(location ?? '').searchParams.get('scope')).toBe(scope);
  expect(connector.redirect?.asks?.(wanted)).toHaveLength(scope.split(' ').length);
});

it('the browser is sent with everything that protects the answer, and what the relying party asked', async () => {
  const connector = await open({
    scope: ['openid', 'email', 'phone', 'loyalty', 'offline_access'],
    extraParameters: { hd: 'example.com' },
  });
  const request = {
    ...START.request,
    prompt: ['login', 'create'],
    max_age: 60,
    ui_locales: ['fr', 'en'],
    login_hint: 'ada',
  };
  const { location } = (await connector.redirect?.begin({ ...START, request })) ?? {};
  const url = new URL(location ?? '');
  expect(url.origin + url.pathname).toBe(`${issuer}/authorize`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    tenant: '1',
    hd: 'example.com',
    response_type: 'code',
    client_id: 'beckon',
    redirect_uri: START.callback_uri,
    scope: 'openid email',
    state: START.state,
    nonce: START.nonce,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
    code_challenge_method: 'S256',
    prompt: 'login',
    max_age: '60',
    login_hint: 'ada',
    ui_locales: 'fr en',
  });
});

it('FT-A5a: the provider is asked to authenticate the person anew, by both of OpenID Connect’s means', async () => {
  const sent = async (
    options: Partial<OidcOptions>,
    { request = {}, ...start }: { readonly reauthenticate?: boolean; readonly request?: object } = {},
  ): Promise<(string | null)[]> => {
    const connector = await open(options);
    const begun = await connector.redirect?.begin({ ...START, ...start, request: { ...START.request, ...request } });
    const { searchParams } = new URL(begun?.location ?? '');
    return [searchParams.get('prompt'), searchParams.get('max_age')];
  };
  const anew = { reauthenticate: true };
  expect(await sent({}, anew)).toEqual(['login', '0']);
  expect(await sent({}, { ...anew, request: { prompt: ['consent', 'login'], max_age: 60 } })).toEqual([
    'consent login',
    '0',
  ]);
  expect(await sent({ prompt: 'select_account' }, anew), 'what the operator set stays').toEqual([
    'select_account login',
    '0',
  ]);
  expect(await sent({ prompt: 'login' }, anew)).toEqual(['login', '0']);
  expect(await sent({}), 'no setting wants it').toEqual([null, null]);
  expect((await open()).redirect?.reauthenticates).toBe('always');
  expect((await open({ reauthenticate: false })).redirect?.reauthenticates).toBe('on_request');
});

describe('options', () => {
  it.each<[string, Partial<Record<keyof OidcOptions, unknown>>]>([
    ['id', { id: 'Not An Id' }],
    ['names', { names: { fr: 'Exemple' } }],
    ['issuer', { issuer: 'http://example.com' }],
    ['discoveryUrl', { discoveryUrl: 'http://example.com/d' }],
    ['clientId', { clientId: '' }],
    ['clientSecret', { clientSecret: undefined, tokenEndpointAuthMethod: 'client_secret_post' }],
    ['clientSecret', { tokenEndpointAuthMethod: 'none' }],
    ['tokenEndpointAuthMethod', { tokenEndpointAuthMethod: 'tls_client_auth' }],
    ['scope', { scope: ['email'] }],
    ['prompt', { prompt: 'none' }],
    ['reauthenticate', { reauthenticate: 'yes' }],
    ['extraParameters.state', { extraParameters: { state: 'mine' } }],
    ['idTokenSignedResponseAlg', { idTokenSignedResponseAlg: 'HS256' }],
    ['userinfoEndpoint', { userinfoEndpoint: 'nonsense' }],
    ['mapClaims', { mapClaims: 'nonsense' }],
  ])('a wrong %s is named', (path, changes) => {
    const options = { ...OPTIONS, issuer: 'https://example.com', ...changes } as unknown as OidcOptions;
    const { issues, id } = oidc(options);
    expect(issues.map((issue) => (path === 'names' ? issue.path.split('.')[0] : issue.path))).toContain(path);
    expect(id).toBe(options.id);
  });

  it('a secret that did not arrive does not make a public client', () => {
    const { issues } = oidc({ ...OPTIONS, issuer: 'https://example.com', clientSecret: undefined });
    expect(issues).toEqual([
      {
        path: 'clientSecret',
        message: 'is not set: is the environment variable set? Leave the line out for a public client',
      },
    ]);
    const { clientSecret: _, ...without } = OPTIONS;
    expect(oidc({ ...without, issuer: 'https://example.com' }).issues).toEqual([]);
  });

  it('an option that is not set asks for the variable', () => {
    const { issues } = oidc({ ...OPTIONS, issuer: undefined, clientId: undefined });
    expect(issues).toEqual(
      ['issuer', 'clientId'].map((path) => ({ path, message: 'is not set: is the environment variable set?' })),
    );
  });

  it('without discovery three endpoints are needed', () => {
    const { issues } = oidc({ ...OPTIONS, issuer: 'https://example.com', discoveryUrl: null });
    expect(issues.map(({ path }) => path)).toEqual(['authorizationEndpoint', 'tokenEndpoint', 'jwksUri']);
  });

  it('without discovery, without userinfo, and as a public client it works as well', async () => {
    const connector = await open({
      discoveryUrl: null,
      clientSecret: undefined,
      tokenEndpointAuthMethod: 'none',
      authorizationEndpoint: `${issuer}/authorize`,
      tokenEndpoint: `${issuer}/token`,
      jwksUri: `${issuer}/jwks`,
    });
    expect(await finish(connector)).toMatchObject({ identity: { subject: 'ada', claims: {} } });
    expect(asked).toEqual(['/token', '/jwks']);
  });

  it('with mistakes nothing opens', async () => {
    const config = oidc({ ...OPTIONS, issuer: 'nonsense' });
    await expect(config.open(connectorContext())).rejects.toThrow(TypeError);
  });
});
