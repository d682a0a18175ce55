import { generateKeyPairSync } from 'node:crypto';
import { type CryptoKey, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AnsweringProvider, startAnsweringProvider } from '../../test-support/answering-provider.ts';
import { beginAt, finishWith, openConnector, redirectStart } from '../../test-support/connector-calls.ts';
import type { Connector, RedirectOutcome } from '../connector.ts';
import { krdpass, type KrdPassOptions } from './index.ts';

/**
 * What KRDPASS does in its own way. Answers that no provider should give, and lies, are the conformance suite's
 * (`tests/providers/conformance/krdpass.test.ts`); the protocol is `oidc.test.ts`'s.
 */

const now = 1_700_000_000_000;
const seconds = now / 1000;
const client = generateKeyPairSync('rsa', { modulusLength: 2048 });
const cas = await generateKeyPair('RS256');
const start = redirectStart(
  'https://id.example.com/callback/krdpass',
  { scope: ['openid', 'profile', 'email', 'krdpass', 'offline_access'] },
  { code_verifier: 'V'.repeat(43) },
);

let provider: AnsweringProvider;
beforeAll(async () => {
  provider = await startAnsweringProvider();
});
afterAll(() => provider.close());
beforeEach(async () => {
  const jwk = { ...(await exportJWK(cas.publicKey)), kid: 'cas-1', alg: 'RS256', use: 'sig' };
  provider.reset({
    '/.well-known/openid-configuration/jwks': { body: { keys: [jwk] } },
    '/connect/par': { body: { request_uri: 'urn:ietf:params:oauth:request_uri:abc', expires_in: 300 } },
    '/connect/token': { body: await tokens() },
    '/connect/userinfo': { body: { sub: 'ada', citizen_first: 'Ada', upn: '5010219103805' } },
  });
});

function open(options: Partial<KrdPassOptions> = {}): Promise<Connector> {
  const privateKey = { ...client.privateKey.export({ format: 'jwk' }), kid: 'ours-1' };
  const { base: casUrl } = provider;
  const config = krdpass({ clientId: 'client', clientSecret: 'top-secret', privateKey, casUrl, ...options });
  return openConnector(config, { now: () => now });
}

interface Changes {
  readonly claims?: Record<string, unknown>;
  readonly key?: CryptoKey;
  readonly alg?: string;
}
async function tokens({ claims = {}, key = cas.privateKey, alg = 'RS256' }: Changes = {}): Promise<unknown> {
  const good = { iss: provider.base, aud: 'client', sub: 'ada', iat: seconds, exp: seconds + 300, nonce: start.nonce };
  return {
    access_token: 'the-access-token',
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: 'the-refresh-token',
    id_token: await new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg, kid: 'cas-1' }).sign(key),
  };
}

async function begin(options: Partial<KrdPassOptions> = {}, scope = start.request.scope): Promise<string> {
  return beginAt(await open(options), { ...start, request: { ...start.request, scope } });
}
async function finish(query: string = 'code=the-code'): Promise<RedirectOutcome> {
  return finishWith(await open(), start, query);
}
/** What was sent to an endpoint, call by call. */
function sent(path: string): readonly Record<string, string>[] {
  return provider.calls
    .filter(({ url }) => url === path)
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
}
function requested(): string {
  return sent('/connect/par').at(-1)?.['request'] ?? '';
}

describe('the authorization request', () => {
  it('is pushed, signed, with the secret in the form and nothing else', async () => {
    await begin();
    expect(provider.paths).toEqual(['/connect/par']);
    expect(provider.calls[0]?.headers.authorization).toBeUndefined();
    expect(Object.keys(sent('/connect/par')[0] ?? {}).toSorted()).toEqual(['client_id', 'client_secret', 'request']);

    expect(decodeProtectedHeader(requested())).toEqual({ alg: 'RS256', typ: 'oauth-authz-req+jwt', kid: 'ours-1' });
    const { payload } = await jwtVerify(requested(), client.publicKey, { currentDate: new Date(now) });
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
      aud: provider.base,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      iat: seconds,
      exp: seconds + 300,
    });
    await begin();
    expect(decodeJwt(requested()).jti, 'another each time').not.toBe(payload.jti);
  });

  it.each([
    [['openid'], 'openid', 1],
    [['openid', 'profile'], 'openid profile', 2],
    [['openid', 'email'], 'openid profile', 2],
    [['openid', 'profile', 'email', 'phone', 'address'], 'openid profile', 2],
    [['openid', 'krdpass'], 'openid citizen_identity', 2],
    [['openid', 'profile', 'krdpass', 'offline_access'], 'openid profile citizen_identity offline_access', 4],
    [['openid', 'constructor', 'uaepass'], 'openid', 1],
  ])('FT-B6a: of a website that asks for %j asks for %j', async (asked, scope, phrases) => {
    const all = { scope: ['openid', 'profile', 'citizen_identity', 'offline_access'] };
    await begin(all, asked);
    expect(decodeJwt(requested())['scope']).toBe(scope);
    expect((await open(all)).redirect?.asks?.(asked)).toHaveLength(phrases);
  });

  it('FT-B6a: asks for nothing that KRDPASS did not approve', async () => {
    await begin({ scope: ['openid', 'profile'] });
    expect(decodeJwt(requested())['scope']).toBe('openid profile');
  });

  it('leads no browser anywhere after a request_uri that is none', async () => {
    provider.answers['/connect/par'] = { body: { request_uri: 'a b', expires_in: 300 } };
    await expect(begin()).rejects.toMatchObject({ code: 'connector_unavailable' });
  });
});

describe('the person', () => {
  it('comes with the subject of the id_token, claims of userinfo and tokens', async () => {
    const claims = { acr: 'a', amr: ['face'], auth_time: seconds - 5 };
    provider.answers['/connect/token'] = { body: await tokens({ claims }) };
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
        token_type: 'Bearer',
        scope: null,
        refresh_token: 'the-refresh-token',
        expires_at: now + 3_600_000,
        id_token: expect.any(String),
      },
    });
  });

  it('is asked for with the verifier, and with the secret in the form', async () => {
    await finish();
    const token = provider.calls.find(({ url }) => url === '/connect/token');
    expect(token?.headers.authorization).toBeUndefined();
    expect(sent('/connect/token')).toEqual([
      {
        grant_type: 'authorization_code',
        client_id: 'client',
        client_secret: 'top-secret',
        redirect_uri: start.callback_uri,
        code: 'the-code',
        code_verifier: start.code_verifier,
      },
    ]);
  });
});

it.each(['access_denied', 'cancelled', 'user_cancelled', 'login_required', 'consent_denied'])(
  '%s says that the person did not want to',
  async (error) => {
    expect(await finish(`error=${error}&error_description=`)).toEqual({ type: 'declined', message: null });
    expect(provider.paths).toEqual([]);
  },
);

it('a callback may name the issuer', async () => {
  const iss = encodeURIComponent(provider.base);
  expect((await finish(`code=a&session_state=x&iss=${iss}`)).type).toBe('identity');
});

it('an id_token that is signed with another algorithm than KRDPASS’s is refused', async () => {
  const { privateKey: key } = await generateKeyPair('PS256');
  provider.answers['/connect/token'] = { body: await tokens({ alg: 'PS256', key }) };
  await expect(finish()).rejects.toMatchObject({ code: 'callback_refused' });
  expect(provider.paths).not.toContain('/connect/userinfo');
});

const BEARER = { token_type: 'Bearer', scope: null } as const;

it('tokens are renewed once, with the secret in the form', async () => {
  const had = { access_token: 'old', refresh_token: 'r1', expires_at: now, id_token: null, ...BEARER };
  provider.answers['/connect/token'] = 'cut';
  await expect((await open()).tokens?.refresh(had)).rejects.toMatchObject({ code: 'connector_unavailable' });
  expect(sent('/connect/token')).toEqual([
    { grant_type: 'refresh_token', client_id: 'client', client_secret: 'top-secret', refresh_token: 'r1' },
  ]);
});
