import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { createDerivedTokens } from '../secrets/index.ts';
import { type OAuthError } from './index.ts';
import {
  issuer,
  ADA,
  world,
  REQUEST,
  type Changes,
  formOf,
  authorization,
  redeem,
  userinfo,
  errorOf,
} from '../test-support/oauth-world.ts';

describe('an authorization request', () => {
  it('with plain parameters is pushed, so that its page has a request_uri', async () => {
    const { oauth, flow } = await world();
    const decision = await oauth.authorize(authorization());
    if (decision.type !== 'page') throw new Error(decision.type);
    expect(await flow.pushed('shop', decision.request_uri)).toEqual(decision.request);
  });

  it('that was pushed is opened again, whatever stands beside it', async () => {
    const { oauth } = await world();
    const params = authorization({ client_secret: 'shop-secret' });
    const { request_uri, expires_in } = await oauth.push({ authorization: null, params, admit: () => {} });
    expect(expires_in).toBe(600);
    const decision = await oauth.authorize(formOf({ client_id: 'shop', request_uri, scope: 'openid email' }));
    expect(decision).toMatchObject({ type: 'page', request_uri, request: { scope: ['openid', 'profile'] } });
  });

  it('FT-A3d: says whether the client authenticated: pushed with its secret, and not otherwise', async () => {
    const { oauth } = await world();
    const params = authorization({ client_secret: 'shop-secret' });
    const { request_uri } = await oauth.push({ authorization: null, params, admit: () => {} });
    const opened = await oauth.authorize(formOf({ client_id: 'shop', request_uri }));
    expect(opened).toMatchObject({ type: 'page', request: { client_authenticated: true } });
    const plain = await oauth.authorize(authorization());
    expect(plain).toMatchObject({ type: 'page', request: { client_authenticated: false } });
  });

  it('pushed with Basic need not repeat its client_id', async () => {
    const { oauth } = await world();
    const header = `Basic ${Buffer.from('shop:shop-secret').toString('base64')}`;
    const params = authorization({ client_id: '' });
    await expect(oauth.push({ authorization: header, params, admit: () => {} })).resolves.toBeDefined();
  });

  it('answers a pushed mistake at once', async () => {
    const { oauth } = await world();
    const params = authorization({ client_secret: 'shop-secret', prompt: 'none' });
    const error = await errorOf(oauth.push({ authorization: null, params, admit: () => {} }));
    expect(error).toMatchObject({ code: 'login_required', status: 400 });
  });

  it('that the client may hear about goes back with error, state and iss, and keeps the query of the URI', async () => {
    const { oauth } = await world();
    const decision = await oauth.authorize(authorization({ prompt: 'none' }));
    if (decision.type !== 'redirect') throw new Error(decision.type);
    const url = new URL(decision.location);
    expect(decision.location.startsWith(`${REQUEST.redirect_uri}&`)).toBe(true);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      from: 'beckon',
      error: 'login_required',
      error_description: expect.any(String) as string,
      state: 'the state',
      iss: issuer,
    });
  });

  it.each<[string, Changes]>([
    ['an unknown client', { client_id: 'unknown' }],
    ['a foreign redirect URI', { redirect_uri: 'https://evil.example/' }],
    ['a request_uri that never was', { request_uri: 'urn:ietf:params:oauth:request_uri:NEVER' }],
    ['an unknown request_uri', { client_id: 'unknown', request_uri: 'urn:ietf:params:oauth:request_uri:NEVER' }],
    ['a request_uri of an empty client', { client_id: '', request_uri: 'urn:ietf:params:oauth:request_uri:NEVER' }],
  ])('never redirects for %s', async (_what, changes) => {
    const { oauth } = await world();
    expect((await oauth.authorize(authorization(changes))).type).toBe('error_page');
  });

  it('pushed by one client is none of another', async () => {
    const { oauth } = await world();
    const { request_uri } = await oauth.begin(authorization());
    const decision = await oauth.authorize(formOf({ client_id: 'other', request_uri }));
    expect(decision).toMatchObject({ type: 'error_page', error: { code: 'request_expired' } });
  });

  it('over its time is an error page', async () => {
    const { oauth, clock } = await world();
    const { request_uri } = await oauth.begin(authorization());
    clock.advance(600_000);
    const decision = await oauth.authorize(formOf({ client_id: 'shop', request_uri }));
    expect(decision).toMatchObject({ type: 'error_page', error: { code: 'request_expired' } });
  });

  it('rests only once its client may ask from where it asks', async () => {
    const { oauth, store } = await world();
    const foreign = new Error('origin_not_allowed');
    const asked = oauth.begin(authorization(), () => {
      throw foreign;
    });
    await expect(asked).rejects.toBe(foreign);
    expect((await store.list('request', 10)).rows).toEqual([]);
  });
});

describe('a code', () => {
  it('becomes tokens that verify with the published keys', async () => {
    const w = await world();
    const response = await redeem(w, await w.signIn());
    expect(response).toEqual({
      access_token: expect.stringMatching(/^at_/) as string,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile',
      id_token: expect.any(String) as string,
    });
    const { payload, protectedHeader } = await jwtVerify(
      response.id_token!,
      createLocalJWKSet((await w.oauth.jwks()) as JSONWebKeySet),
      { issuer, audience: 'shop', currentDate: new Date(w.clock.now()) },
    );
    expect(protectedHeader.alg).toBe('ES256');
    const hash = createHash('sha256').update(response.access_token).digest().subarray(0, 16).toString('base64url');
    expect(payload, 'claims of the person belong to userinfo').toEqual({
      iss: issuer,
      sub: w.secrets.subject('wallet', ADA.subject),
      aud: 'shop',
      exp: 1_700_003_600,
      iat: 1_700_000_000,
      auth_time: 1_699_999_000,
      nonce: 'the-nonce',
      acr: 'high',
      amr: ['face'],
      at_hash: hash,
      sid: expect.stringMatching(/^[0-9A-Z]{26,28}$/) as string,
    });
  });

  it.each([
    ['rsa', 'RS256', 'sha256'],
    ['pss', 'PS256', 'sha256'],
    ['ed', 'EdDSA', 'sha512'],
  ] as const)('is signed for the client %s with its algorithm, %s', async (client_id, alg, hash) => {
    const w = await world();
    const { id_token, access_token } = await redeem(w, await w.signIn({ client_id }), { client_id });
    const { payload, protectedHeader } = await jwtVerify(
      id_token!,
      createLocalJWKSet((await w.oauth.jwks()) as JSONWebKeySet),
      { issuer, audience: client_id, algorithms: [alg], currentDate: new Date(w.clock.now()) },
    );
    expect(protectedHeader).toMatchObject({ alg, typ: 'JWT' });
    const digest = createHash(hash).update(access_token).digest();
    expect(payload['at_hash']).toBe(digest.subarray(0, digest.length / 2).toString('base64url'));
  });

  it('FT-C2a: becomes an id_token with the claims that userinfo gives, where the client wants them there', async () => {
    const claims = {
      ...ADA.claims,
      phone_number: null,
      iss: 'a',
      aud: 'a',
      exp: 1,
      nonce: 'a',
      acr: 'a',
      at_hash: 'a',
    };
    const w = await world({ identity: { ...ADA, claims } });
    const code = await w.signIn({ client_id: 'greets', scope: 'openid profile phone wallet' });
    const { id_token, access_token } = await redeem(w, code, { client_id: 'greets' });
    const told = decodeJwt(id_token!);
    expect(told).toMatchObject({
      ...(await userinfo(w, access_token)),
      iss: issuer,
      aud: 'greets',
      nonce: 'the-nonce',
    });
    expect(told).toMatchObject({ name: 'Ada Lovelace', given_name: 'Ada', wallet: { level: 'high' } });
    const about = Object.keys(told).filter((name) => !['iss', 'aud', 'exp', 'iat', 'at_hash', 'sid'].includes(name));
    expect(about.toSorted(), 'nothing beyond the granted scope, and no claim without a value').toEqual(
      ['acr', 'amr', 'auth_time', 'given_name', 'name', 'nonce', 'sub', 'wallet'].toSorted(),
    );
  });

  it('FT-A5d: says nothing of when the person authenticated where the provider does not say it', async () => {
    const w = await world({ identity: { ...ADA, auth_time: null, acr: null, amr: [] } });
    const { id_token } = await redeem(w, await w.signIn({ nonce: '' }));
    const claims = decodeJwt(id_token!);
    expect(Object.keys(claims), 'empty claims').not.toEqual(expect.arrayContaining(['nonce']));
    expect(Object.keys(claims).toSorted()).toEqual(['at_hash', 'aud', 'exp', 'iat', 'iss', 'sid', 'sub']);
  });

  it('redeemed by a public client needs its verifier and no secret', async () => {
    const w = await world();
    const code = await w.signIn({ client_id: 'spa' });
    await expect(redeem(w, code, { client_id: 'spa', client_secret: '' })).resolves.toBeDefined();
  });

  it('may come without its redirect URI where PKCE binds it, and only there', async () => {
    const w = await world();
    await expect(redeem(w, await w.signIn(), { redirect_uri: '' })).resolves.toBeDefined();
    const bare = { client_id: 'old', code_challenge: '', code_challenge_method: '' };
    const own = { client_id: 'old', code_verifier: '' };
    const code = await w.signIn(bare);
    expect(await errorOf(redeem(w, code, { ...own, redirect_uri: '' }))).toMatchObject({ code: 'invalid_request' });
    await expect(redeem(w, code, own), 'the mistake consumed the code').resolves.toBeDefined();
  });

  it('is refused with a verifier that was never announced', async () => {
    const w = await world();
    const code = await w.signIn({ client_id: 'old', code_challenge: '', code_challenge_method: '' });
    expect(await errorOf(redeem(w, code, { client_id: 'old' }))).toMatchObject({ code: 'invalid_grant' });
  });

  it.each<[string, Changes, string]>([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 'invalid_grant'],
    ['a verifier too short', { code_verifier: 'x'.repeat(42) }, 'invalid_request'],
    ['a verifier too long', { code_verifier: 'x'.repeat(129) }, 'invalid_request'],
    ['a verifier with other characters', { code_verifier: `${'x'.repeat(43)}=` }, 'invalid_request'],
    ['another redirect URI', { redirect_uri: 'https://shop.example/callback' }, 'invalid_grant'],
    ['another client', { client_id: 'other', client_secret: 'other-secret' }, 'invalid_grant'],
    ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
    ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['no grant type', { grant_type: '' }, 'invalid_request'],
    ['no code', { code: '' }, 'invalid_request'],
    ['a made-up code', { code: 'ac_ABC.1.' + 'a'.repeat(43) }, 'invalid_grant'],
    ['a code too long to look at', { code: 'a'.repeat(5000) }, 'invalid_grant'],
  ])('survives %s', async (_what, changes, error) => {
    const w = await world();
    const code = await w.signIn();
    expect(await errorOf(redeem(w, code, changes))).toMatchObject({ code: error });
    await expect(redeem(w, code), 'the failed attempt consumed the code').resolves.toBeDefined();
  });

  it('is over after a minute', async () => {
    const w = await world();
    const code = await w.signIn();
    w.clock.advance(60_000);
    expect(await errorOf(redeem(w, code))).toMatchObject({ code: 'invalid_grant' });
  });

  it('without openid gives no id_token, and its token opens no userinfo', async () => {
    const w = await world();
    const response = await redeem(w, await w.signIn({ scope: 'email' }));
    expect(response).not.toHaveProperty('id_token');
    expect(response.scope).toBe('email');
    expect(await errorOf(userinfo(w, response.access_token))).toMatchObject({
      code: 'insufficient_scope',
      status: 403,
    });
  });
});

describe.each([
  ['SQLite', false],
  ['a store that takes 0 to 4 ms', true],
])('a code that comes twice, on %s', (_where, slow) => {
  it('in 20 parallel calls gives tokens once, and then revokes them', { timeout: 60_000 }, async () => {
    for (let round = 0; round < (slow ? 30 : 1); round += 1) {
      const w = await world({ slow });
      const code = await w.signIn();
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => redeem(w, code)));
      const won = results.filter((result) => result.status === 'fulfilled');
      const lost = results.filter((result) => result.status === 'rejected');
      expect(won).toHaveLength(1);
      expect(new Set(lost.map(({ reason }) => (reason as OAuthError).code))).toEqual(new Set(['invalid_grant']));
      expect(await errorOf(userinfo(w, won[0]!.value.access_token))).toMatchObject({ code: 'invalid_token' });
    }
  });

  it('later revokes what it gave', async () => {
    const w = await world({ slow });
    const code = await w.signIn();
    const { access_token } = await redeem(w, code);
    await expect(userinfo(w, access_token)).resolves.toBeDefined();
    w.clock.advance(600_000);
    expect(await errorOf(redeem(w, code))).toMatchObject({ code: 'invalid_grant' });
    expect(await errorOf(userinfo(w, access_token))).toMatchObject({ code: 'invalid_token' });
  });

  it.each<[string, Changes]>([
    ['another client', { client_id: 'other', client_secret: 'other-secret' }],
    ['a caller without the verifier', { code_verifier: 'x'.repeat(43) }],
    ['a caller without the secret', { client_secret: 'wrong' }],
  ])('from %s revokes nothing', async (_who, changes) => {
    const w = await world({ slow });
    const code = await w.signIn();
    const { access_token } = await redeem(w, code);
    await errorOf(redeem(w, code, changes));
    await expect(userinfo(w, access_token), 'anyone could sign people out').resolves.toBeDefined();
  });
});

describe('userinfo', () => {
  it.each<[string, Changes, readonly string[] | undefined, object]>([
    ['nothing but sub', { scope: 'openid' }, undefined, {}],
    ['the profile that there is', { scope: 'openid profile' }, undefined, { name: 'Ada Lovelace', given_name: 'Ada' }],
    [
      "the e-mail address and the provider's own claims",
      { scope: 'openid email wallet' },
      undefined,
      { email: 'ada@example.com', email_verified: true, wallet: { level: 'high' } },
    ],
    [
      'only what was accepted',
      { scope: 'openid profile email' },
      ['openid', 'email'],
      { email: 'ada@example.com', email_verified: true },
    ],
    ['no phone number, which this client may not ask for', { scope: 'openid phone' }, undefined, {}],
  ])('tells %s', async (_what, changes, accepted, claims) => {
    const w = await world();
    const { access_token } = await redeem(w, await w.signIn(changes, accepted));
    const sub = w.secrets.subject('wallet', ADA.subject);
    expect(await userinfo(w, access_token)).toEqual({ sub, ...claims });
    expect(await userinfo(w, access_token, 'body')).toEqual({ sub, ...claims });
  });

  it('ends with its token, after an hour', async () => {
    const w = await world();
    const { access_token } = await redeem(w, await w.signIn());
    w.clock.advance(3_599_999);
    await expect(userinfo(w, access_token)).resolves.toBeDefined();
    w.clock.advance(1);
    expect(await errorOf(userinfo(w, access_token))).toMatchObject({ code: 'invalid_token' });
  });

  it.each<[string, string | null, Changes, boolean, string, RegExp]>([
    ['no token', null, {}, false, 'invalid_token', /^Bearer realm="beckon"$/],
    ['another scheme', 'Basic abc', {}, false, 'invalid_token', /^Bearer realm="beckon"$/],
    ['a made-up token', 'Bearer abc', {}, false, 'invalid_token', /, error="invalid_token", /],
    ['a header without token', 'Bearer ', {}, false, 'invalid_request', /, error="invalid_request", /],
    ['two tokens', 'Bearer abc', { access_token: 'abc' }, false, 'invalid_request', /, error="invalid_request", /],
    ['a token in the URL', null, {}, true, 'invalid_request', /, error="invalid_request", /],
  ])('challenges %s', async (_what, header, body, tokenInQuery, code, challenge) => {
    const { oauth } = await world();
    const error = await errorOf(
      oauth.userinfo({ authorization: header, params: formOf(body), tokenInQuery, admit: () => {} }),
    );
    expect(error.code).toBe(code);
    expect(error.headers['WWW-Authenticate']).toMatch(challenge);
  });

  it('takes no code for a token', async () => {
    const w = await world();
    const code = await w.signIn();
    await redeem(w, code);
    for (const dressed of [code, code.replace('ac_', 'at_')]) {
      expect(await errorOf(userinfo(w, dressed))).toMatchObject({ code: 'invalid_token' });
    }
  });

  it('counts the tokens of a grant: one that was never issued opens nothing', async () => {
    const w = await world();
    const { access_token } = await redeem(w, await w.signIn());
    const tokens = createDerivedTokens(w.secrets);
    const { id } = tokens.read('at', access_token)!;
    expect(await errorOf(userinfo(w, tokens.make('at', { id, n: 2 })))).toMatchObject({ code: 'invalid_token' });
  });

  it('hears of the client before it tells anything', async () => {
    const w = await world();
    const { access_token } = await redeem(w, await w.signIn());
    const heard: string[] = [];
    await w.oauth.userinfo({
      authorization: `bearer ${access_token}`,
      params: formOf({}),
      tokenInQuery: false,
      admit: ({ client_id }) => void heard.push(client_id),
    });
    expect(heard).toEqual(['shop']);
  });
});
