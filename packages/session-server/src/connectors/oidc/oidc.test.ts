import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnsweringProvider, startAnsweringProvider } from '../../test-support/answering-provider.ts';
import { beginAt, finishWith, openConnector, redirectStart } from '../../test-support/connector-calls.ts';
import type { Connector, RedirectOutcome, UpstreamTokens } from '../connector.ts';
import { oidc, type OidcOptions } from './index.ts';

/**
 * What connectors for OpenID Providers share, down to `openid-client/`: what it sends, what it reads, and what it
 * refuses beyond the lies and broken answers of the conformance suite (`tests/providers/conformance/oidc.test.ts`).
 */

const OPTIONS = { id: 'example', names: { en: 'Example' }, clientId: 'beckon', clientSecret: 'the-secret' };
const START = redirectStart('https://id.example.com/callback/example', { ui_locales: [] }, { reauthenticate: false });
const SECRETS = ['the-secret', 'the-access-token', 'the-refresh-token', 'the-code', 'Ada Example', 'ada@example.com'];

let provider: AnsweringProvider;
let issuer = '';
let clock = 0;
let keys: { readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']; readonly jwk: JWK };

beforeEach(async () => {
  clock = Date.UTC(2026, 0, 1);
  keys = await keyPair('key-1');
  provider = await startAnsweringProvider();
  issuer = provider.base;
  provider.answers = {
    '/.well-known/openid-configuration': { body: discovery() },
    '/jwks': { body: { keys: [keys.jwk] } },
    '/token': { body: await tokenAnswer() },
    '/userinfo': { body: { sub: 'ada', name: 'Ada Example', email: 'ada@example.com', email_verified: true } },
    '/revoke': { body: '' },
  };
});
afterEach(() => provider.close());

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

function idToken(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(clock / 1000);
  const payload = { iss: issuer, aud: 'beckon', sub: 'ada', iat: now, exp: now + 300, nonce: START.nonce, ...claims };
  const known = Object.entries(payload).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(known))
    .setProtectedHeader({ alg: 'ES256', kid: 'key-1', ...header })
    .sign(keys.privateKey);
}

async function tokenAnswer(
  claims: Record<string, unknown> = {},
  changes: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  return {
    access_token: 'the-access-token',
    token_type: 'Bearer',
    expires_in: 60,
    refresh_token: 'the-refresh-token',
    id_token: await idToken(claims),
    ...changes,
  };
}

function open(options: Partial<OidcOptions> = {}): Promise<Connector> {
  return openConnector(oidc({ ...OPTIONS, issuer, ...options }), { now: () => clock });
}

function finish(connector: Connector, query = 'code=the-code'): Promise<RedirectOutcome> {
  return finishWith(connector, START, query);
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
  // What userinfo says is newer.
  provider.answers['/token'] = { body: await tokenAnswer({ name: 'A. Example' }) };
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
      token_type: 'Bearer',
      scope: null,
      refresh_token: 'the-refresh-token',
      expires_at: clock + 60_000,
      id_token: expect.any(String) as string,
    },
  });
});

it('a provider that does not say how wants the secret by Basic', async () => {
  await finish(await open());
  const token = provider.calls.find(({ url }) => url === '/token');
  expect(token?.headers.authorization).toBe(`Basic ${btoa('beckon:the-secret')}`);
  expect(token?.body).not.toContain('the-secret');
});

it('an endpoint that the operator names goes before the document’s', async () => {
  provider.answers['/own'] = { body: { sub: 'ada', name: 'Ada' } };
  const named = await open({ userinfoEndpoint: `${issuer}/own` });
  expect(await finish(named)).toMatchObject({ identity: { claims: { name: 'Ada' } } });
  expect(await finish(await open({ userinfoEndpoint: null }))).toMatchObject({ identity: { claims: {} } });
  expect(provider.paths).not.toContain('/userinfo');
});

describe('the id_token is refused', () => {
  it.each<[string, Record<string, unknown>]>([
    ['for several clients with no azp', { aud: ['beckon', 'other'] }],
    ['for several clients, issued to another', { aud: ['beckon', 'other'], azp: 'other' }],
    ['over for 31 s', { exp: Date.UTC(2026, 0, 1) / 1000 - 31 }],
    ['31 s from the future', { iat: Date.UTC(2026, 0, 1) / 1000 + 31 }],
    ['valid in 31 s', { nbf: Date.UTC(2026, 0, 1) / 1000 + 31 }],
    ['about a sign-in in 31 s', { auth_time: Date.UTC(2026, 0, 1) / 1000 + 31 }],
    ['with no time of issue', { iat: undefined }],
    ['with a nonce that is no text', { nonce: 7 }],
    ['with an empty subject', { sub: '' }],
    ['with an endless subject', { sub: 'a'.repeat(256) }],
    ['for another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s', async (_name, claims) => {
    provider.answers['/token'] = { body: await tokenAnswer(claims) };
    expect(await failureOf(finish(await open()))).toMatchObject(REFUSED);
  });

  it.each(['garbage', 'a.b.c', undefined])('where it is %s', async (id_token) => {
    provider.answers['/token'] = { body: await tokenAnswer({}, { id_token }) };
    expect(await failureOf(finish(await open()))).toMatchObject(REFUSED);
  });
});

it('clocks may differ by 30 s', async () => {
  const at = clock / 1000;
  const edges = { iat: at + 30, exp: at - 29, nbf: at + 30, auth_time: at + 30 };
  provider.answers['/token'] = { body: await tokenAnswer(edges) };
  expect(await finish(await open())).toMatchObject({ type: 'identity', identity: { auth_time: at + 30 } });
});

it('FT-B5b: a key rotated just after the keys were looked at is found, and strangers’ names hammer no server', async () => {
  const connector = await open();
  await finish(connector);
  const looks = (): number => provider.paths.filter((path) => path === '/jwks').length;
  const publish = (): void => void (provider.answers['/jwks'] = { body: { keys: [keys.jwk] } });
  const signBy = async (kid: string): Promise<void> => {
    provider.answers['/token'] = { body: await tokenAnswer({}, { id_token: await idToken({}, { kid }) }) };
  };
  keys = await keyPair('key-2');
  publish();
  await signBy('key-2');
  expect(await finish(connector), 'in the very ms of the last look').toMatchObject({ type: 'identity' });
  expect(looks()).toBe(2);
  for (let n = 0; n < 20; n += 1) {
    await signBy(`nobody’s-${n}`);
    expect(await failureOf(finish(connector))).toMatchObject(REFUSED);
  }
  expect(looks(), 'three in a row').toBe(4);
  keys = await keyPair('key-3');
  publish();
  await signBy('key-3');
  expect(await failureOf(finish(connector)), 'while a stranger has used them up').toMatchObject(REFUSED);
  clock += 5_000;
  expect(await finish(connector), 'but not for long').toMatchObject({ type: 'identity' });
  expect(looks()).toBe(5);
});

it('a key with no kid is found among several', async () => {
  const other = await keyPair('other');
  // What JSON leaves out.
  const plain = [other, keys].map(({ jwk }) => ({ ...jwk, kid: undefined }));
  provider.answers['/jwks'] = { body: { keys: plain } };
  provider.answers['/token'] = { body: await tokenAnswer({}, { id_token: await idToken({}, { kid: undefined }) }) };
  expect(await finish(await open())).toMatchObject({ type: 'identity' });
});

it('what was fetched once does while the provider is down, for a day', async () => {
  const connector = await open();
  await finish(connector);
  provider.answers['/.well-known/openid-configuration'] = { status: 500 };
  provider.answers['/jwks'] = { status: 500 };
  clock += 2 * 3_600_000;
  provider.answers['/token'] = { body: await tokenAnswer() };
  expect(await finish(connector)).toMatchObject({ type: 'identity' });
  clock += 24 * 3_600_000;
  expect(await failureOf(finish(connector))).toMatchObject(UNAVAILABLE);
});

it('a limit is told with its time, until which the provider is left alone', async () => {
  provider.answers['/token'] = { status: 429, body: { error: 'slow_down' }, headers: { 'retry-after': '17' } };
  const connector = await open();
  expect(await failureOf(finish(connector))).toMatchObject({ code: 'rate_limited', retry_after_s: 17 });
  const before = provider.paths.length;
  expect(await failureOf(finish(connector))).toMatchObject({ code: 'rate_limited' });
  expect(provider.paths).toHaveLength(before);
});

describe('the tokens', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an access token with a line break', { access_token: 'a\nb' }],
    ['another token type', { token_type: 'DPoP' }],
    ['a refresh token that is no text', { refresh_token: {} }],
  ])('with %s are of no use', async (_name, changes) => {
    provider.answers['/token'] = { body: await tokenAnswer({}, changes) };
    expect(await failureOf(finish(await open()))).toMatchObject(UNAVAILABLE);
  });

  it.each(['soon', -1, null, undefined])('with the lifetime %j have none', async (expires_in) => {
    provider.answers['/token'] = { body: await tokenAnswer({}, { expires_in }) };
    expect(await finish(await open())).toMatchObject({ tokens: { expires_at: null } });
  });
});

it.each([
  ['access_denied', 403],
  ['insufficient_scope', 403],
  ['unauthorized_client', 400],
])('FT-B7d: %s at the token endpoint is the operator’s to mend', async (error, status) => {
  provider.answers['/token'] = { status, body: { error, error_description: 'Ada Example' } };
  expect(await failureOf(finish(await open()))).toMatchObject({
    ...UNAVAILABLE,
    detail: expect.stringMatching(
      `^Example: token answered ${status} \\(${error}: the provider has not approved`,
    ) as string,
  });
});

describe('the callback', () => {
  it.each(['access_denied', 'login_required', 'consent_required', 'interaction_required'])(
    '%s: declined',
    async (error) => {
      const query = `error=${error}&error_description=%3Cscript%3E`;
      expect(await finish(await open(), query)).toEqual({ type: 'declined', message: null });
      expect(provider.paths).toEqual([]);
    },
  );

  it.each(['server_error', 'invalid_scope'])('%s: unavailable', async (error) => {
    expect(await failureOf(finish(await open(), `error=${error}`))).toMatchObject(UNAVAILABLE);
  });

  it('no issuer, from a provider that always names it, is refused', async () => {
    const body = discovery({ authorization_response_iss_parameter_supported: true });
    provider.answers['/.well-known/openid-configuration'] = { body };
    expect(await failureOf(finish(await open()))).toMatchObject(REFUSED);
    expect(provider.paths).not.toContain('/token');
  });
});

describe('claims', () => {
  it('have the form that they should have, or are left out; what is the provider’s own stays together', async () => {
    const body = {
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
    };
    provider.answers['/userinfo'] = { body };
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

  it('are the operator’s to map', async () => {
    expect(await finish(await open({ mapClaims: ({ name }) => ({ nickname: name }) }))).toMatchObject({
      identity: { claims: { nickname: 'Ada Example' } },
    });
  });
});

describe('tokens', () => {
  const tokens: UpstreamTokens = {
    access_token: 'the-access-token',
    token_type: 'Bearer',
    scope: 'openid email',
    refresh_token: 'the-refresh-token',
    expires_at: null,
    id_token: null,
  };
  it('a refresh keeps what the provider does not replace', async () => {
    provider.answers['/token'] = { body: { access_token: 'new', token_type: 'bearer' } };
    expect(await (await open()).tokens?.refresh(tokens)).toEqual({ ...tokens, access_token: 'new' });
  });

  it.each<[string, string, () => Promise<typeof keys>]>([
    ['about another person', 'eve', () => Promise.resolve(keys)],
    ['that is forged', 'ada', () => keyPair('key-1')],
  ])('a refresh with an id_token %s is refused', async (_what, sub, signer) => {
    const before = { ...tokens, id_token: await idToken({ nonce: undefined }) };
    keys = await signer();
    provider.answers['/token'] = { body: await tokenAnswer({ sub, nonce: undefined }) };
    expect(await failureOf((await open()).tokens?.refresh(before))).toMatchObject({ code: 'token_refused' });
  });

  it('revocation covers both, the one that makes new ones first; a provider may revoke no access tokens', async () => {
    const bodies: Record<string, string>[] = [];
    provider.answers['/revoke'] = ({ body }, response) => {
      bodies.push(Object.fromEntries(new URLSearchParams(body)));
      const unsupported = body.includes('access_token');
      response.writeHead(unsupported ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(unsupported ? { error: 'unsupported_token_type' } : {}));
    };
    await (await open()).tokens?.revoke?.(tokens);
    expect(bodies).toEqual([
      { token: 'the-refresh-token', token_type_hint: 'refresh_token' },
      { token: 'the-access-token', token_type_hint: 'access_token' },
    ]);
  });

  it('are not called revoked where the provider does not say so', async () => {
    provider.answers['/revoke'] = { status: 503 };
    expect(await failureOf((await open()).tokens?.revoke?.(tokens))).toMatchObject(UNAVAILABLE);
  });
});

it.each([
  [['openid'], 'openid'],
  [['openid', 'profile', 'phone', 'offline_access'], 'openid phone offline_access'],
  [['openid', 'loyalty'], 'openid loyalty'],
  [['openid', 'example', 'offline_access'], 'openid loyalty offline_access'],
  // The provider's own claims may come by any scope that OpenID Connect does not define.
  [['openid', 'email', 'example'], 'openid email loyalty'],
])('FT-B6a: of a website that asks for %j the provider is asked for %j', async (wanted, scope) => {
  const connector = await open({ scope: ['openid', 'email', 'phone', 'loyalty', 'offline_access'] });
  const location = await beginAt(connector, { ...START, request: { ...START.request, scope: wanted } });
  expect(new URL(location).searchParams.get('scope')).toBe(scope);
  expect(connector.redirect?.asks?.(wanted)).toHaveLength(scope.split(' ').length);
});

it('FT-D14c: it reaches the acr values that the operator names, and may reach any where none are named', async () => {
  expect((await open()).reaches).toBeNull();
  expect((await open({ acrValuesSupported: ['phr', 'urn:x'] })).reaches).toEqual(['phr', 'urn:x']);
  expect((await open({ acrValuesSupported: [] })).reaches, 'none').toEqual([]);
  for (const acrValuesSupported of [['a b'], [''], 'phr', ['x'.repeat(257)], Array(33).fill('x')]) {
    const { issues } = oidc({
      ...OPTIONS,
      issuer: 'https://example.com',
      acrValuesSupported,
    } as unknown as OidcOptions);
    expect(issues.map(({ path }) => path)).toEqual([expect.stringMatching(/^acrValuesSupported/)]);
  }
});

it('asks for consent where it asks for a refresh token, unless the operator says what to ask for', async () => {
  const promptOf = async (options: Partial<OidcOptions>, wanted: readonly string[]): Promise<string | null> => {
    const connector = await open({ scope: ['openid', 'offline_access'], reauthenticate: false, ...options });
    const location = await beginAt(connector, { ...START, request: { ...START.request, scope: wanted, prompt: [] } });
    return new URL(location).searchParams.get('prompt');
  };
  expect(await promptOf({}, ['openid', 'offline_access'])).toBe('consent');
  expect(await promptOf({}, ['openid'])).toBeNull();
  expect(await promptOf({ scope: ['openid'] }, ['openid', 'offline_access'])).toBeNull();
  expect(await promptOf({ prompt: 'select_account' }, ['openid', 'offline_access'])).toBe('select_account');
});

it('tells the scope of its tokens as the provider says it, and none that is none', async () => {
  const refreshed = async (scope: unknown) => {
    provider.answers['/token'] = { body: { access_token: 'new', token_type: 'bearer', scope } };
    const before: UpstreamTokens = {
      access_token: 'old',
      token_type: 'Bearer',
      refresh_token: 'r',
      expires_at: null,
      scope: 'openid email',
      id_token: null,
    };
    return (await (await open()).tokens?.refresh(before))?.scope;
  };
  expect(await refreshed('openid')).toBe('openid');
  // RFC 6749 §5.1: left out where it is what it was.
  for (const none of [undefined, null, ['openid'], '', 'a\u0000b', 'x'.repeat(5_000)])
    expect(await refreshed(none)).toBe('openid email');
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
  const url = new URL(await beginAt(connector, { ...START, request }));
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
    const location = await beginAt(connector, { ...START, ...start, request: { ...START.request, ...request } });
    const { searchParams } = new URL(location);
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
    ['discoveryUrl', { discoveryUrl: 'http://example.com/d' }],
    ['clientId', { clientId: '' }],
    ['clientSecret', { clientSecret: undefined, tokenEndpointAuthMethod: 'client_secret_post' }],
    ['clientSecret', { tokenEndpointAuthMethod: 'none' }],
    ['tokenEndpointAuthMethod', { tokenEndpointAuthMethod: 'tls_client_auth' }],
    ['reauthenticate', { reauthenticate: 'yes' }],
    ['extraParameters.state', { extraParameters: { state: 'mine' } }],
    ['idTokenSignedResponseAlg', { idTokenSignedResponseAlg: 'HS256' }],
    ['userinfoEndpoint', { userinfoEndpoint: 'nonsense' }],
    ['mapClaims', { mapClaims: 'nonsense' }],
  ])('a wrong %s is named', (path, changes) => {
    const { issues, id } = oidc({ ...OPTIONS, issuer: 'https://example.com', ...changes } as unknown as OidcOptions);
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(id).toBe('example');
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
    expect(provider.paths).toEqual(['/token', '/jwks']);
  });
});
