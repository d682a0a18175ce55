import { describe, expect, it } from 'vitest';
import type { Client, ClientDirectory } from '../session/index.ts';
import { CHECKS } from './authorization-checks.ts';
import { checkRequest, type CheckedRequest } from './check-request.ts';
import { readParams } from './params.ts';
import { exampleClient } from '../test-support/example-client.ts';

const shop: Client = exampleClient({ scope: ['openid', 'profile', 'email', 'offline_access'] });
const clients: ClientDirectory = {
  find: (id) =>
    Promise.resolve(
      new Map([
        ['shop', shop],
        ['pushes', { ...shop, client_id: 'pushes', require_pushed_authorization_requests: true }],
        ['old', { ...shop, client_id: 'old', require_pkce: false }],
        ['app', { ...shop, client_id: 'app', redirect_uris: ['com.example.app:/callback'] }],
        ['sessions', { ...shop, client_id: 'sessions', connectors: ['uaepass'] }],
        ['withheld', { ...shop, client_id: 'withheld', connectors: ['withheld'] }],
        ['both', { ...shop, client_id: 'both', connectors: ['uaepass', 'wallet'] }],
      ]).get(id) ?? null,
    ),
  registered: () => Promise.resolve(null),
  knowsOrigin: () => Promise.resolve(true),
};

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const GOOD = {
  client_id: 'shop',
  redirect_uri: 'https://shop.example/callback',
  response_type: 'code',
  scope: 'openid',
  state: 'the-state',
  nonce: 'the-nonce',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
};
type Changes = Readonly<Record<string, string | null>>;

/** `also` is appended as it is: for what an object cannot hold. */
function ask(changes: Changes, also = '', via: 'push' | 'browser' = 'browser'): Promise<CheckedRequest> {
  const members = Object.entries({ ...GOOD, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return checkRequest(readParams(new URLSearchParams(members).toString() + also), via, {
    sectors: { isOwn: () => Promise.resolve(true) },
    clients,
    isOffered: (client, id) => client.connectors.includes(id) && id !== 'withheld',
    reauthenticates: (id) => id !== 'uaepass',
    reaches: (id, acr_values) => acr_values.includes(`of-${id}`) || acr_values.includes('any'),
    issuer: 'https://id.example.com',
    keys: { jwks: () => Promise.resolve({ keys: [] }) },
  });
}

interface Case {
  readonly check: string;
  readonly changes?: Changes;
  readonly also?: string;
  readonly via?: 'push';
  readonly error: string;
  readonly says: string;
}
const page = (check: string, says: string, changes: Changes, also = ''): Case => ({
  check,
  says,
  changes,
  also,
  error: 'invalid_request',
});
const client = (check: string, error: string, says: string, changes: Changes, more: Partial<Case> = {}): Case => ({
  check,
  error,
  says,
  changes,
  ...more,
});

const UNMET = 'unmet_authentication_requirements';
const acrClaim = (acr: object): string => JSON.stringify({ id_token: { acr } });

const CASES: readonly Case[] = [
  page('encoding', 'percent-encoding', {}, '&login_hint=%ff'),
  page('client and redirect URI once', 'client_id: was sent more', {}, '&client_id=shop'),
  page('client and redirect URI once', 'redirect_uri: was sent more', {}, '&redirect_uri=https://evil.example'),
  page('client', 'client_id: is missing', { client_id: null }),
  page('client', 'no such client', { client_id: 'unknown' }),
  page('client', 'no such client', { client_id: '__proto__' }),
  page('redirect URI', 'redirect_uri: is missing', { redirect_uri: null }),
  page('redirect URI', 'not one that is registered', { redirect_uri: 'https://evil.example/callback' }),
  client('every parameter once', 'invalid_request', 'scope: was sent more', {}, { also: '&scope=email' }),
  client('every parameter once', 'invalid_request', 'foo: was sent more', {}, { also: '&foo=1&foo=2' }),
  client('length', 'invalid_request', 'nonce: is longer than 512', { nonce: 'n'.repeat(513) }),
  client('length', 'invalid_request', 'login_hint: is longer than 256', { login_hint: 'n'.repeat(257) }),
  client('characters', 'invalid_request', 'nonce: contains a control', { nonce: 'a\u0000b' }),
  client('request object', 'request_not_supported', 'request objects', { request: 'eyJ.eyJ.x' }),
  client('request_uri', 'request_uri_not_supported', 'request_uri', {
    request_uri: 'https://shop.example/request.jwt',
  }),
  client('request_uri', 'invalid_request', 'cannot be pushed', { request_uri: 'urn:x' }, { via: 'push' }),
  client('registration', 'registration_not_supported', 'registration', { registration: '{}' }),
  client('pushed where required', 'invalid_request', 'must push', { client_id: 'pushes' }),
  client('response_type', 'invalid_request', 'is missing', { response_type: null }),
  client('response_type', 'unsupported_response_type', 'must be code', { response_type: 'code id_token' }),
  client('response_type', 'unsupported_response_type', 'must be code', { response_type: 'token' }),
  client('response_mode', 'invalid_request', 'must be query', { response_mode: 'fragment' }),
  client('scope', 'invalid_scope', 'is missing', { scope: null }),
  client('scope', 'invalid_scope', 'character', { scope: 'openid "profile"' }),
  client('scope', 'invalid_scope', 'none of these', { scope: 'phone unheard-of' }),
  client('code_challenge_method', 'invalid_request', 'means plain', { code_challenge_method: null }),
  client('code_challenge_method', 'invalid_request', 'must be S256', { code_challenge_method: 'plain' }),
  client('code_challenge_method', 'invalid_request', 'code_challenge: is missing', { code_challenge: null }),
  client('code_challenge', 'invalid_request', '43 characters', { code_challenge: CHALLENGE.slice(1) }),
  client('code_challenge', 'invalid_request', '43 characters', { code_challenge: `${CHALLENGE.slice(1)}=` }),
  client('PKCE, or openid with nonce', 'invalid_request', 'PKCE with S256 is required', {
    code_challenge: null,
    code_challenge_method: null,
  }),
  client('PKCE, or openid with nonce', 'invalid_request', 'nonce must be sent', {
    client_id: 'old',
    code_challenge: null,
    code_challenge_method: null,
    nonce: null,
  }),
  client('PKCE, or openid with nonce', 'invalid_request', 'must contain openid', {
    client_id: 'old',
    code_challenge: null,
    code_challenge_method: null,
    scope: 'email',
  }),
  client('prompt', 'invalid_request', 'prompt: must be of', { prompt: 'dance' }),
  client('prompt', 'invalid_request', 'cannot be combined', { prompt: 'none login' }),
  client('prompt=none', 'login_required', 'prompt=none', { prompt: 'none' }),
  client('max_age', 'invalid_request', 'whole number', { max_age: '-1' }),
  client('max_age', 'invalid_request', 'whole number', { max_age: '1e3' }),
  client('connector', 'invalid_request', 'connector: not one', { connector: 'pasby' }),
  client('prompt=login', 'login_required', 'prompt=login', { client_id: 'sessions', prompt: 'consent login' }),
  client('prompt=login', 'login_required', 'prompt=login', {
    client_id: 'both',
    prompt: 'login',
    connector: 'uaepass',
  }),
  client('prompt=login', 'login_required', 'max_age=0', { client_id: 'sessions', max_age: '00' }),
  client('claims', 'invalid_request', 'claims: must be a JSON object', { claims: 'userinfo' }),
  client('claims', 'invalid_request', 'claims: name: was sent more', {
    claims: '{"userinfo":{"name":null,"name":null}}',
  }),
  client('acr', UNMET, 'no identity app', { acr_values: 'of-uaepass of-pasby' }),
  client('acr', UNMET, 'no identity app', { client_id: 'both', acr_values: 'of-uaepass', connector: 'wallet' }),
  client('acr', UNMET, 'no identity app', { claims: acrClaim({ value: 'of-uaepass' }) }),
  client('acr', UNMET, 'no identity app', { client_id: 'withheld', acr_values: 'any' }),
  client('acr', UNMET, 'no identity app', { acr_values: 'any', claims: acrClaim({ value: 'x', essential: true }) }),
  client('acr', UNMET, 'no identity app', { client_id: 'both', acr_values: 'of-uaepass', prompt: 'login' }),
];

describe('SEC-AUTHZ-CHECKS: each check refuses', () => {
  it.each(CASES)('$check: $says', async ({ check, changes = {}, also, via, error, says }) => {
    const result = await ask(changes, also, via);
    if (result.ok) throw new Error('accepted');
    expect(result.error).toMatchObject({ code: error });
    expect(result.error.message).toContain(says);
    expect(result.error.message, 'RFC 6749 §5.2 allows no other characters').toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    const { tells } = CHECKS.find(({ name }) => name === check)!;
    const tell = {
      redirect_uri: GOOD.redirect_uri,
      state: 'the-state',
      response_mode: 'query',
      client: result.tell?.client,
    };
    expect(result.tell, 'told to the wrong one').toEqual(tells === 'page' ? null : tell);
  });

  it('and none is without a case', () => {
    const tried = new Set(CASES.map(({ check }) => check));
    expect(CHECKS.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it('and who is asking is settled before anything else', () => {
    const order = CHECKS.map(({ tells }) => tells);
    expect(order.lastIndexOf('page'), 'a redirect before its URI was checked').toBeLessThan(order.indexOf('client'));
  });
});

it('FT-A5c: prompt=login is refused only where no app of the sign-in can do it', async () => {
  const passes: readonly Changes[] = [
    { client_id: 'both', prompt: 'login' },
    { client_id: 'both', prompt: 'login', connector: 'wallet' },
    { client_id: 'sessions', prompt: 'consent' },
    { client_id: 'sessions', max_age: '1' },
  ];
  for (const changes of passes) expect(await ask(changes)).toMatchObject({ ok: true });
  const refused = await ask({ client_id: 'sessions', prompt: 'login' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'login_required' }, tell: { state: 'the-state' } });
});

it('FT-C2d: a mistake is told by the response mode that was asked for, where the redirect URI can have it', async () => {
  const told = async (changes: Changes): Promise<unknown> => {
    const result = await ask({ prompt: 'none', ...changes });
    return result.ok || result.tell?.response_mode;
  };
  expect(await told({ response_mode: 'form_post' })).toBe('form_post');
  expect(await told({ response_mode: 'fragment' })).toBe('query');
  const app = { client_id: 'app', redirect_uri: 'com.example.app:/callback' };
  expect(await told({ ...app, response_mode: 'form_post' })).toBe('query');
  expect(await ask({ ...app, response_mode: 'query' })).toMatchObject({ ok: true });
});

it('two states, or one over its limit, are not sent back', async () => {
  expect(await ask({}, '&state=other')).toMatchObject({ ok: false, tell: { state: null } });
  expect(await ask({ state: 's'.repeat(2049) })).toMatchObject({ ok: false, tell: { state: null } });
});

describe('what passes', () => {
  it('is the request, with absent parts null', async () => {
    expect(await ask({})).toMatchObject({
      ok: true,
      request: {
        client_id: 'shop',
        redirect_uri: GOOD.redirect_uri,
        response_mode: 'query',
        scope: ['openid'],
        state: 'the-state',
        nonce: 'the-nonce',
        code_challenge: CHALLENGE,
        prompt: [],
        max_age: null,
        login_hint: null,
        ui_locales: [],
        acr_values: [],
        connector: null,
      },
    });
  });

  it.each<[string, Changes, object]>([
    [
      'scopes that the client has; others are ignored',
      { scope: 'email  openid phone email' },
      { scope: ['email', 'openid'] },
    ],
    [
      'a refresh token under either name',
      { scope: 'openid offline offline_access' },
      { scope: ['openid', 'offline_access'] },
    ],
    ['a request without openid', { scope: 'email', nonce: null }, { scope: ['email'], nonce: null }],
    ['several prompts', { prompt: 'login create' }, { prompt: ['login', 'create'] }],
    ['max_age=0', { max_age: '0' }, { max_age: 0 }],
    [
      'languages and acr values',
      { ui_locales: 'ar en', acr_values: 'a any' },
      { ui_locales: ['ar', 'en'], acr_values: ['a', 'any'] },
    ],
    [
      'an acr that an app of the sign-in reaches, beside another',
      { client_id: 'both', acr_values: 'x of-uaepass', claims: acrClaim({ values: ['y', 'x'] }) },
      { acr_values: ['x', 'of-uaepass', 'y'] },
    ],
    [
      'an essential acr, which decides',
      { acr_values: 'of-uaepass', claims: acrClaim({ values: ['x', 'any'], essential: true }) },
      { acr_values: ['x', 'any'], acr_essential: true },
    ],
    [
      'claims of which the client may have some',
      { claims: '{"userinfo":{"email":{"essential":true},"phone_number":null},"id_token":{"acr":null,"sub":null}}' },
      { claims: { userinfo: [{ name: 'email', values: null }], id_token: [], scope: ['email'] } },
    ],
    ['a connector of the client', { connector: 'wallet' }, { connector: 'wallet' }],
    ['response_mode=query', { response_mode: 'query' }, { response_mode: 'query' }],
    ['response_mode=form_post', { response_mode: 'form_post' }, { response_mode: 'form_post' }],
    ['unknown parameters', { display: 'page', claims: '{}', claims_locales: 'de', foo: 'bar' }, { scope: ['openid'] }],
    [
      'no PKCE where the client may',
      { client_id: 'old', code_challenge: null, code_challenge_method: null },
      { code_challenge: null },
    ],
    ['the longest state', { state: 's'.repeat(2048) }, { state: 's'.repeat(2048) }],
    ['no state', { state: null }, { state: null }],
  ])('%s', async (_what, changes, request) => {
    expect(await ask(changes)).toMatchObject({ ok: true, request });
  });

  it('FT-D14a: asks for no more than the client may have, and for no claims without openid', async () => {
    const claims = '{"userinfo":{"phone_number":null,"nationalities":null,"constructor":null,"wallet":null}}';
    const more = [
      { claims },
      { scope: 'email', claims: '{"userinfo":{"email":null}}' },
      { claims: '{"verified_claims":{}}' },
    ];
    for (const changes of more) {
      const result = await ask(changes);
      expect(result.ok && Object.keys(result.request), `asked ${changes.claims}`).not.toContain('claims');
    }
  });

  it('a pushed request of a client that must push', async () => {
    expect(await ask({ client_id: 'pushes' }, '', 'push')).toMatchObject({ ok: true });
  });
});
