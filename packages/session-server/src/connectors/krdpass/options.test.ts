import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type KrdPassOptions, resolveKrdPassOptions, type ResolvedKrdPassOptions } from './options.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = privateKey.export({ format: 'jwk' });
const base = { clientId: 'client', clientSecret: 'secret', privateKey: jwk };

function resolved(options: Partial<KrdPassOptions> = {}): ResolvedKrdPassOptions {
  const result = resolveKrdPassOptions({ ...base, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.options;
}

describe('endpoints', () => {
  it('are those of production unless said otherwise', () => {
    expect(resolved()).toMatchObject({
      issuer: 'https://account.id.krd',
      endpoints: {
        pushed_authorization_request_endpoint: 'https://account.id.krd/connect/par',
        authorization_endpoint: 'https://app.pass.krd/connect/authorize',
        token_endpoint: 'https://account.id.krd/connect/token',
        userinfo_endpoint: 'https://account.id.krd/connect/userinfo',
        revocation_endpoint: 'https://account.id.krd/connect/revocation',
        jwks_uri: 'https://account.id.krd/.well-known/openid-configuration/jwks',
      },
    });
  });

  it('are those of development when asked for', () => {
    expect(resolved({ environment: 'development' })).toMatchObject({
      issuer: 'https://auth.dev.krd',
      endpoints: {
        token_endpoint: 'https://auth.dev.krd/connect/token',
        authorization_endpoint: 'https://app.krdpass.dev.krd/connect/authorize',
      },
    });
  });

  it('follow other hosts, and each may be set alone', () => {
    expect(
      resolved({
        casUrl: 'http://localhost:1/cas/',
        appUrl: 'https://a.example',
        tokenEndpoint: 'https://t.example/t',
      }),
    ).toMatchObject({
      issuer: 'http://localhost:1/cas',
      endpoints: {
        jwks_uri: 'http://localhost:1/cas/.well-known/openid-configuration/jwks',
        authorization_endpoint: 'https://a.example/connect/authorize',
        token_endpoint: 'https://t.example/t',
      },
    });
  });
});

it('the scope is that of a citizen, or all four', () => {
  expect(resolved().scope).toEqual(['openid', 'profile', 'citizen_identity']);
  expect(resolved({ scope: ['openid', 'profile', 'citizen_identity', 'offline_access'] }).scope).toEqual([
    'openid',
    'profile',
    'citizen_identity',
    'offline_access',
  ]);
});

describe('the private key', () => {
  it.each(['pkcs1', 'pkcs8'] as const)('may be PEM, %s', (type) => {
    const pem = privateKey.export({ type, format: 'pem' }).toString();
    expect(resolved({ privateKey: pem })).toMatchObject({ keyId: null });
  });

  it('may be a JWK, whose kid goes along unless another is given', () => {
    expect(resolved({ privateKey: { ...jwk, kid: 'k1' } }).keyId).toBe('k1');
    expect(resolved({ privateKey: { ...jwk, kid: 'k1' }, keyId: 'k2' }).keyId).toBe('k2');
  });
});

describe('a mistake names its field', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const publicPem = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
    type: 'spki',
    format: 'pem',
  });
  const wrongKeys: [string, unknown][] = [
    ['no key', 'hush-hush'],
    ['nothing', undefined],
    ['another kind of key', ec.export({ format: 'jwk' })],
    ['a key that is too short', short.export({ format: 'jwk' })],
    ['a public key', publicPem.toString()],
    ['half a key', { kty: 'RSA', n: jwk.n, e: jwk.e }],
  ];
  it.each(wrongKeys)('privateKey: %s', (_what, wrong) => {
    const issues = issuesOf({ privateKey: wrong });
    expect(issues.map(({ path }) => path)).toContain('privateKey');
    expect(JSON.stringify(issues)).not.toContain('hush-hush');
  });

  it.each([
    ['clientId', { clientId: '' }],
    ['appUrl', { appUrl: 'krdpass://x' }],
    ['issuer', { issuer: 'https://x.example/#' }],
    ['pushedAuthorizationRequestEndpoint', { pushedAuthorizationRequestEndpoint: '' }],
    ['authorizationEndpoint', { authorizationEndpoint: '/connect' }],
    ['tokenEndpoint', { tokenEndpoint: 'http://192.0.2.1/' }],
    ['userinfoEndpoint', { userinfoEndpoint: null }],
    ['revocationEndpoint', { revocationEndpoint: 'x' }],
    ['jwksUri', { jwksUri: 'data:,' }],
    ['scope.1', { scope: ['openid', 'a b'] }],
    ['mapClaims', { mapClaims: {} }],
  ])('%s', (field, wrong) => {
    expect(issuesOf(wrong).map(({ path }) => path)).toContain(field);
  });
});

function issuesOf(wrong: object): readonly { readonly path: string }[] {
  const result = resolveKrdPassOptions({ ...base, ...wrong });
  if (result.ok) throw new Error('it was accepted');
  return result.issues;
}
