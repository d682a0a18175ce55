import { describe, expect, it } from 'vitest';
import { type Changes, errorOf, formOf, redeem, userinfo, type World, world } from '../test-support/oauth-world.ts';
import type { TokenResponse } from './index.ts';

const SHOP = { client_id: 'shop', client_secret: 'shop-secret' };
const OTHER = { client_id: 'other', client_secret: 'other-secret' };
const SCOPE = 'openid profile offline_access';

const call = (members: Changes) => ({ authorization: null, params: formOf(members), admit: () => {} });
const revoke = ({ oauth }: World, token: string | undefined, changes: Changes = {}) =>
  oauth.revoke(call({ ...SHOP, token: token ?? '', ...changes }));
const introspect = ({ oauth }: World, token: string | undefined, changes: Changes = {}) =>
  oauth.introspect(call({ ...SHOP, token: token ?? '', ...changes }));
const refresh = ({ oauth }: World, refresh_token: string | undefined) =>
  oauth.token(call({ ...SHOP, grant_type: 'refresh_token', refresh_token: refresh_token ?? '' }));
const signedIn = async (w: World, changes: Changes = {}): Promise<TokenResponse> =>
  redeem(w, await w.signIn({ scope: SCOPE, ...changes }));

describe('revocation (RFC 7009)', () => {
  it('FT-D2a: of a refresh token ends every token of its grant', async () => {
    const w = await world();
    const first = await signedIn(w);
    const second = await refresh(w, first.refresh_token);
    await revoke(w, second.refresh_token, { token_type_hint: 'refresh_token' });
    expect(await errorOf(refresh(w, second.refresh_token))).toMatchObject({ code: 'invalid_grant' });
    for (const { access_token } of [first, second]) {
      expect(await errorOf(userinfo(w, access_token))).toMatchObject({ code: 'invalid_token' });
    }
  });

  it('FT-D2a: of an older refresh token ends them too', async () => {
    const w = await world();
    const first = await signedIn(w);
    const second = await refresh(w, first.refresh_token);
    await revoke(w, first.refresh_token);
    expect(await errorOf(refresh(w, second.refresh_token))).toMatchObject({ code: 'invalid_grant' });
  });

  it('FT-D2b: of an access token ends that one alone', async () => {
    const w = await world();
    const first = await signedIn(w);
    const second = await refresh(w, first.refresh_token);
    await revoke(w, second.access_token, { token_type_hint: 'refresh_token' });
    expect(await errorOf(userinfo(w, second.access_token))).toMatchObject({ code: 'invalid_token' });
    await expect(userinfo(w, first.access_token)).resolves.toBeDefined();
    await expect(refresh(w, second.refresh_token)).resolves.toBeDefined();
  });

  it('FT-D2c: of what is no token, or over, is answered as if it had been one', async () => {
    const w = await world();
    const { refresh_token } = await signedIn(w);
    for (const token of ['nothing', 'rt_A.1.x', 'x'.repeat(4000), refresh_token, refresh_token]) {
      await expect(revoke(w, token)).resolves.toBeUndefined();
    }
  });

  it('FT-D2c: of another client’s token is refused, and changes nothing', async () => {
    const w = await world();
    const { access_token, refresh_token } = await signedIn(w);
    for (const token of [access_token, refresh_token]) {
      expect(await errorOf(revoke(w, token, OTHER))).toMatchObject({ code: 'invalid_grant', status: 400 });
    }
    await expect(userinfo(w, access_token)).resolves.toBeDefined();
  });

  it('FT-D2c: needs the client’s secret, and a token', async () => {
    const w = await world();
    const wrong = revoke(w, 'at_x', { client_secret: 'wrong' });
    expect(await errorOf(wrong)).toMatchObject({ code: 'invalid_client', status: 401 });
    expect(await errorOf(revoke(w, ''))).toMatchObject({ code: 'invalid_request' });
  });

  it('FT-D2d: against refreshes at the same time leaves none alive', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 30; round += 1) {
      const w = await world({ slow: true });
      const first = await signedIn(w);
      const answers = await Promise.allSettled([
        refresh(w, first.refresh_token),
        revoke(w, first.refresh_token),
        refresh(w, first.refresh_token),
      ]);
      for (const answer of answers) {
        const given = answer.status === 'fulfilled' ? answer.value : undefined;
        if (given === undefined) continue;
        expect(await errorOf(refresh(w, given.refresh_token))).toMatchObject({ code: 'invalid_grant' });
        expect(await errorOf(userinfo(w, given.access_token))).toMatchObject({ code: 'invalid_token' });
      }
    }
  });
});

describe('introspection (RFC 7662)', () => {
  it('FT-D3a: tells a client of its own tokens', async () => {
    const w = await world();
    const { access_token, refresh_token } = await signedIn(w);
    const at = 1_700_000_000;
    const common = { active: true, client_id: 'shop', scope: SCOPE, iss: 'https://id.example.com' };
    const told = await introspect(w, access_token);
    expect(told).toEqual({
      ...common,
      token_type: 'Bearer',
      sub: (await userinfo(w, access_token)).sub,
      aud: ['https://api.shop.example'],
      iat: at,
      exp: at + 3600,
    });
    expect(await introspect(w, refresh_token)).toMatchObject({ ...common, exp: at + 14 * 86_400 });
  });

  it('FT-D3a: says only that a token is not active when it is over, revoked, replaced or none', async () => {
    const w = await world();
    const first = await signedIn(w);
    const second = await refresh(w, first.refresh_token);
    await revoke(w, first.access_token);
    for (const token of [first.access_token, first.refresh_token, 'nothing', 'x'.repeat(4000)]) {
      expect(await introspect(w, token)).toEqual({ active: false });
    }
    w.clock.advance(3_600_000);
    expect(await introspect(w, second.access_token)).toEqual({ active: false });
    expect(await introspect(w, second.refresh_token)).toMatchObject({ active: true });
  });

  it('FT-D3b: tells an API of the access tokens that are for it, and of nothing else', async () => {
    const w = await world();
    const { access_token, refresh_token } = await signedIn(w);
    const elsewhere = await redeem(w, await w.signIn({ client_id: 'other' }), OTHER);
    const api = { client_id: 'api', client_secret: 'api-secret' };
    expect(await introspect(w, access_token, api)).toMatchObject({ active: true, client_id: 'shop', scope: SCOPE });
    for (const token of [refresh_token, elsewhere.access_token]) {
      expect(await introspect(w, token, api)).toEqual({ active: false });
    }
    expect(await introspect(w, access_token, OTHER)).toEqual({ active: false });
  });

  it('FT-D3b: is for clients with a secret', async () => {
    const w = await world();
    const spa = { client_id: 'spa', client_secret: '' };
    expect(await errorOf(introspect(w, 'at_x', spa))).toMatchObject({ code: 'invalid_client', status: 401 });
  });
});
