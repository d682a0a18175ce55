import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSandbox, DEMO_PEOPLE, type Sandbox } from '../index.ts';

const BECKON = 'http://127.0.0.1:4400';
let sandbox: Sandbox;
let base: string;

beforeEach(async () => {
  sandbox = createSandbox({ beckon: { issuer: BECKON } });
  base = await sandbox.listen(0);
});
afterEach(() => sandbox.close());

async function discover(): Promise<{ issuer: string; jwks_uri: string; userinfo_endpoint: string }> {
  const response = await fetch(`${base}/wallet/.well-known/openid-configuration`);
  return (await response.json()) as { issuer: string; jwks_uri: string; userinfo_endpoint: string };
}

async function token(body: unknown): Promise<string> {
  const response = await post('/wallet/token', body);
  return ((await response.json()) as { access_token: string }).access_token;
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(base + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function userinfo(accessToken: string, method = 'GET'): Promise<Response> {
  return fetch(`${base}/wallet/userinfo`, { method, headers: { Authorization: `Bearer ${accessToken}` } });
}

test('a token verifies by discovery and says what Beckon asks of a wallet token', async () => {
  const { issuer, jwks_uri } = await discover();
  expect(issuer).toBe(`${base}/wallet`);
  const { payload, protectedHeader } = await jwtVerify(
    await token({ person: 'ben' }),
    createRemoteJWKSet(new URL(jwks_uri)),
    {
      issuer,
      audience: `${BECKON}/session`,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      requiredClaims: ['jti', 'iat', 'exp'],
    },
  );
  expect(protectedHeader.kid).toBeTypeOf('string');
  expect(payload.sub).toBe('ben');
  expect(payload['client_id']).toBe('sandbox-phone');
  expect(String(payload['scope']).split(' ')).toEqual(expect.arrayContaining(['openid', 'beckon:approve']));
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
});

test('every token has its own jti', async () => {
  const [a, b] = [decodeJwt(await token({})), decodeJwt(await token({}))];
  expect(a.jti).not.toBe(b.jti);
});

test('the private key is not in the key set', async () => {
  const { jwks_uri } = await discover();
  const { keys } = (await (await fetch(jwks_uri)).json()) as { keys: Record<string, string>[] };
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test.each(['GET', 'POST'])('userinfo by %s gives the claims of the token’s scopes and no others', async (method) => {
  const accessToken = await token({ person: 'chloe', overrides: { scope: 'openid email phone' } });
  expect(await (await userinfo(accessToken, method)).json()).toEqual({
    sub: 'chloe',
    email: 'chloe@example.com',
    email_verified: false,
    phone_number: '+33199001234',
    phone_number_verified: false,
  });
});

test('with every scope userinfo gives all that is known of a person', async () => {
  const claims = DEMO_PEOPLE.find(({ id }) => id === 'dana')?.claims;
  expect(await (await userinfo(await token({ person: 'dana' }))).json()).toEqual({ sub: 'dana', ...claims });
});

test.each([
  ['no token at all', null],
  ['another typ, so that an id_token is no access token', { typ: 'JWT' }],
  ['another issuer', { iss: 'https://other.example' }],
  ['an expired one', { exp: 1_000 }],
  ['no expiry', { exp: null }],
  ['an unsigned one', { alg: 'none' }],
  ['the public key as a shared secret', { alg: 'HS256' }],
  ['a key of its own', { alg: 'RS256' }],
])('userinfo refuses %s', async (_what, overrides) => {
  const response = await userinfo(overrides === null ? '' : await token({ overrides }));
  expect(response.status).toBe(401);
  expect(response.headers.get('WWW-Authenticate')).toContain('Bearer');
  expect(await response.json()).toMatchObject({ error: 'invalid_token' });
});

test('overrides replace parts of a token, and null leaves a part out', async () => {
  const overrides = { aud: 'https://elsewhere.example', client_id: 'stranger', scope: null, typ: 'JWT', exp: 12 };
  const wrong = await token({ person: 'alma', overrides });
  expect(decodeProtectedHeader(wrong).typ).toBe('JWT');
  expect(decodeJwt(wrong)).toMatchObject({
    aud: 'https://elsewhere.example',
    client_id: 'stranger',
    exp: 12,
    sub: 'alma',
  });
  expect(decodeJwt(wrong)).not.toHaveProperty('scope');
});

test.each([
  ['person of the wrong type', { person: 7 }, 'person: must be of type string'],
  ['an unknown person', { person: 'nobody' }, 'person: no person has that name; known are alma, ben, chloe, dana'],
  ['an unknown field', { persons: 'alma' }, 'persons: unknown field'],
  ['an unknown override', { overrides: { sub: 'x' } }, 'overrides.sub: unknown field'],
  ['an algorithm that it has not', { overrides: { alg: 'ES512' } }, 'overrides.alg: '],
  ['an expiry in words', { overrides: { exp: 'never' } }, 'overrides.exp: must be of type'],
  ['an array', [], 'body: must be of type object'],
])('a token request with %s is refused by name', async (_what, body, description) => {
  const response = await post('/wallet/token', body);
  expect(response.status).toBe(400);
  const answer = (await response.json()) as { error: string; error_description: string };
  expect(answer.error).toBe('invalid_request');
  expect(answer.error_description).toContain(description);
});
