import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { type Changes, errorOf, formOf, redeem, userinfo, type World, world } from '../../test-support/oauth-world.ts';
import type { TokenResponse } from '../index.ts';

const SCOPE = 'openid profile offline_access';
const REFUSED = { code: 'invalid_grant', status: 400 };

function refresh({ oauth }: World, refresh_token: string | undefined, changes: Changes = {}): Promise<TokenResponse> {
  const params = formOf({
    grant_type: 'refresh_token',
    refresh_token: refresh_token ?? '',
    client_id: 'shop',
    client_secret: 'shop-secret',
    ...changes,
  });
  return oauth.token({ authorization: null, params, admit: () => {} });
}

async function signedIn(w: World, changes: Changes = {}): Promise<TokenResponse> {
  return redeem(w, await w.signIn({ scope: SCOPE, ...changes }));
}

describe('a refresh token', () => {
  it('FT-D1a: comes with offline_access, and only with it', async () => {
    const w = await world();
    expect((await signedIn(w)).refresh_token).toMatch(/^rt_/);
    expect((await signedIn(w, { scope: 'openid profile' })).refresh_token).toBeUndefined();
    // `spa` is registered without it.
    const code = await w.signIn({ scope: SCOPE, client_id: 'spa' });
    const spa = await redeem(w, code, { client_id: 'spa', client_secret: '' });
    expect(spa).toMatchObject({ scope: 'openid profile' });
    expect(spa.refresh_token).toBeUndefined();
  });

  it('FT-D1a: is not given where the person did not agree to it', async () => {
    const w = await world();
    const answer = await redeem(w, await w.signIn({ scope: SCOPE }, ['openid', 'profile']));
    expect(answer).toMatchObject({ scope: 'openid profile' });
    expect(answer.refresh_token).toBeUndefined();
  });

  it('FT-D1b: gives new tokens that work, for the same person, and takes the place of itself', async () => {
    const w = await world();
    const first = await signedIn(w);
    w.clock.advance(60_000);
    const second = await refresh(w, first.refresh_token);
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: SCOPE });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    const [before, after] = [decodeJwt(first.id_token!), decodeJwt(second.id_token!)];
    // OpenID Connect Core §12.2: who, for whom and when they proved it stay; a nonce belongs to a request.
    expect(after).toMatchObject({ iss: before.iss, sub: before.sub, aud: 'shop', auth_time: before['auth_time'] });
    expect(after.iat).toBe(before.iat! + 60);
    expect(before['nonce']).toBe('the-nonce');
    expect(after['nonce']).toBeUndefined();
    expect(await userinfo(w, second.access_token)).toEqual(await userinfo(w, first.access_token));
  });

  it('FT-D1c: that was replaced long ago ends the grant with all its tokens', async () => {
    const w = await world();
    const first = await signedIn(w);
    const second = await refresh(w, first.refresh_token);
    w.clock.advance(10_001);
    expect(await errorOf(refresh(w, first.refresh_token))).toMatchObject(REFUSED);
    expect(await errorOf(refresh(w, second.refresh_token))).toMatchObject(REFUSED);
    for (const { access_token } of [first, second]) {
      expect(await errorOf(userinfo(w, access_token))).toMatchObject({ code: 'invalid_token' });
    }
  });

  it('FT-D1c: from two rotations ago ends the grant at once', async () => {
    const w = await world();
    const first = await signedIn(w);
    const second = await refresh(w, first.refresh_token);
    const third = await refresh(w, second.refresh_token);
    expect(await errorOf(refresh(w, first.refresh_token))).toMatchObject(REFUSED);
    expect(await errorOf(refresh(w, third.refresh_token))).toMatchObject(REFUSED);
  });

  it('FT-D1d: is answered alike when the client asks again within 10 s', async () => {
    const w = await world();
    const first = await signedIn(w);
    const second = await refresh(w, first.refresh_token);
    w.clock.advance(10_000);
    const again = await refresh(w, first.refresh_token);
    expect(again.refresh_token).toBe(second.refresh_token);
    expect(again.access_token).toBe(second.access_token);
    expect(again.expires_in).toBe(3590);
    expect((await refresh(w, again.refresh_token)).refresh_token).not.toBe(again.refresh_token);
  });

  it('FT-D1e: used 20 times at once has one successor, and that one lives', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 30; round += 1) {
      const w = await world({ slow: true });
      const first = await signedIn(w);
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(w, first.refresh_token)));
      const [successor, ...others] = new Set(answers.map(({ refresh_token }) => refresh_token));
      expect(others).toEqual([]);
      expect(new Set(answers.map(({ access_token }) => access_token)).size).toBe(1);
      expect((await refresh(w, successor)).refresh_token).toMatch(/\.3\./);
    }
  });

  it('FT-D1f: is over when it was not used, and when its time is over however often it was', async () => {
    const w = await world();
    const idle = await signedIn(w);
    w.clock.advance(14 * 86_400_000);
    expect(await errorOf(refresh(w, idle.refresh_token))).toMatchObject(REFUSED);

    let { refresh_token } = await signedIn(w);
    for (let day = 0; day < 30; day += 10) {
      w.clock.advance(10 * 86_400_000 - 1);
      ({ refresh_token } = await refresh(w, refresh_token));
    }
    w.clock.advance(3);
    expect(await errorOf(refresh(w, refresh_token))).toMatchObject(REFUSED);
  });

  it('FT-D1g: narrows the scope of one access token, and keeps its own', async () => {
    const w = await world();
    const first = await signedIn(w);
    const narrow = await refresh(w, first.refresh_token, { scope: 'profile' });
    expect(narrow).toMatchObject({ scope: 'profile' });
    expect(narrow.id_token).toBeUndefined();
    expect(await errorOf(userinfo(w, narrow.access_token))).toMatchObject({ code: 'insufficient_scope' });
    expect(await refresh(w, narrow.refresh_token)).toMatchObject({ scope: SCOPE });
  });

  it('FT-D1g: answers a repeated request with what was granted, and refuses what was never asked for', async () => {
    const w = await world();
    const asked = 'openid profile email offline_access unheard_of';
    const first = await redeem(w, await w.signIn({ scope: asked }, SCOPE.split(' ')));
    const second = await refresh(w, first.refresh_token, { scope: asked });
    expect(second).toMatchObject({ scope: SCOPE });
    const wider = refresh(w, second.refresh_token, { scope: 'openid wallet' });
    expect(await errorOf(wider)).toMatchObject({ code: 'invalid_scope' });
    expect(await refresh(w, second.refresh_token), 'it was not used up').toMatchObject({ scope: SCOPE });
  });

  it('FT-D1h: of another client is no token, and stays as it was', async () => {
    const w = await world();
    const first = await signedIn(w);
    const other = { client_id: 'other', client_secret: 'other-secret' };
    expect(await errorOf(refresh(w, first.refresh_token, other))).toMatchObject(REFUSED);
    await expect(refresh(w, first.refresh_token)).resolves.toBeDefined();
  });

  it.each(['', 'rt_', 'rt_A.1.x', `rt_${'A'.repeat(600)}`])('%j is none', async (text) => {
    const code = text === '' ? 'invalid_request' : 'invalid_grant';
    expect(await errorOf(refresh(await world(), text))).toMatchObject({ code });
  });

  it('FT-D1h: is none in the place of an access token, nor the other way round', async () => {
    const w = await world();
    const { access_token, refresh_token } = await signedIn(w);
    expect(await errorOf(refresh(w, access_token))).toMatchObject(REFUSED);
    expect(await errorOf(userinfo(w, refresh_token!))).toMatchObject({ code: 'invalid_token' });
  });

  it('FT-D1i: ends when the provider says that the person’s session is gone', async () => {
    const w = await world();
    const first = await signedIn(w);
    await w.oauth.revokeSubject('wallet', 'ada-784-1990', null);
    expect(await errorOf(refresh(w, first.refresh_token))).toMatchObject(REFUSED);
  });

  it('FT-D1i: ends when its code is used again', async () => {
    const w = await world();
    const code = await w.signIn({ scope: SCOPE });
    const first = await redeem(w, code);
    expect(await errorOf(redeem(w, code))).toMatchObject(REFUSED);
    expect(await errorOf(refresh(w, first.refresh_token))).toMatchObject(REFUSED);
  });

  it('of which a client has many access tokens ends the oldest', async () => {
    const w = await world();
    let answer = await signedIn(w);
    const given = [answer];
    for (let n = 0; n < 10; n += 1) given.push((answer = await refresh(w, answer.refresh_token)));
    expect(await errorOf(userinfo(w, given[0]!.access_token))).toMatchObject({ code: 'invalid_token' });
    await expect(userinfo(w, given[1]!.access_token)).resolves.toBeDefined();
    await expect(userinfo(w, answer.access_token)).resolves.toBeDefined();
  });
});
