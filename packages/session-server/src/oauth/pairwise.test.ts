import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { authorization, errorOf, redeem, userinfo, type World, world } from '../test-support/oauth-world.ts';

const URIS = ['https://shop.example/callback?from=beckon'];
const as = (client_id: string) => ({ client_id, client_secret: 'shop-secret' });
const subOf = async (w: World, client_id: string): Promise<string> => {
  const { id_token, access_token } = await redeem(w, await w.signIn({ client_id }), as(client_id));
  const { sub } = decodeJwt(id_token!);
  expect((await userinfo(w, access_token)).sub, 'the same in both').toBe(sub);
  return sub!;
};
const listing =
  (uris: unknown, status = 200) =>
  () =>
    Promise.resolve(Response.json(uris, { status }));

describe('a pairwise sub', () => {
  it('FT-D6a: is another one than the public, and the same at each sign-in', async () => {
    const w = await world();
    const sub = await subOf(w, 'pairwise');
    expect(sub).toHaveLength(43);
    expect(sub).not.toBe(await subOf(w, 'shop'));
    expect(await subOf(w, 'pairwise')).toBe(sub);
  });

  it('FT-D6a: is shared within a sector, and not beyond', async () => {
    const w = await world({ answer: listing(URIS) });
    const [one, two] = [await subOf(w, 'sector-a'), await subOf(w, 'sector-b')];
    expect(one).toBe(two);
    expect(one).not.toBe(await subOf(w, 'pairwise'));
  });

  it('FT-D6b: ends with the person’s session at the provider like any other', async () => {
    const w = await world();
    const { access_token } = await redeem(w, await w.signIn({ client_id: 'pairwise' }), as('pairwise'));
    await w.oauth.revokeSubject('wallet', 'ada-784-1990', null);
    expect(await errorOf(userinfo(w, access_token))).toMatchObject({ code: 'invalid_token' });
  });

  it.each([
    ['a document that does not list every redirect URI', listing(['https://shop.example/other'])],
    ['a document that is no list', listing({ redirect_uris: URIS })],
    ['an answer with an error', listing(URIS, 500)],
    ['no answer', () => Promise.reject(new TypeError('away'))],
  ])('FT-D6c: no request is served on %s', async (_what, answer) => {
    const { oauth } = await world({ answer });
    const decision = await oauth.authorize(authorization({ client_id: 'sector-a' }));
    expect(decision).toMatchObject({ type: 'redirect', error: { code: 'temporarily_unavailable' } });
  });

  it('FT-D6c: asks once where it was listed, and else again after a minute', async () => {
    let calls = 0;
    let uris: readonly string[] = [];
    const w = await world({
      answer: () => {
        calls += 1;
        return Promise.resolve(Response.json(uris));
      },
    });
    const begin = () => w.oauth.authorize(authorization({ client_id: 'sector-a' }));
    expect([(await begin()).type, (await begin()).type, calls]).toEqual(['redirect', 'redirect', 1]);
    uris = URIS;
    w.clock.advance(60_000);
    expect([(await begin()).type, (await begin()).type, calls]).toEqual(['page', 'page', 2]);
    w.clock.advance(86_400_000);
    expect([(await begin()).type, calls]).toEqual(['page', 2]);
  });
});
