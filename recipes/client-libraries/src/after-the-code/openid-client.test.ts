import * as client from 'openid-client';
import { expect, it } from 'vitest';
import { backChannelLogout } from './back-channel.ts';
import { isAlive, SCOPE, signedIn } from '../harness/refreshable.ts';

async function shop(more: Parameters<typeof signedIn>[3] = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  let config: client.Configuration | undefined;
  const { site, kept } = await signedIn(
    'openid-client',
    async () => {
      const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE } = process.env;
      config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET);
      return client.buildAuthorizationUrl(config, {
        redirect_uri: `${SITE}/callback`,
        scope: SCOPE,
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).href;
    },
    (callback) =>
      client.authorizationCodeGrant(config!, callback, { pkceCodeVerifier: verifier, expectedState: state }),
    more,
  );
  return { site, config: config!, tokens: kept, refreshToken: kept.refresh_token! };
}

it('openid-client: refreshTokenGrant', async () => {
  const { site, config, tokens, refreshToken } = await shop();
  const fresh = await client.refreshTokenGrant(config, refreshToken);
  expect(fresh.claims()?.sub).toBe(tokens.claims()?.sub);
  expect(fresh.refresh_token).not.toBe(refreshToken);
  expect(fresh.access_token).not.toBe(tokens.access_token);
  expect(await isAlive(site, fresh.access_token)).toBe(true);
});

it('openid-client: fetchUserInfo', async () => {
  const { config, tokens } = await shop();
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
  expect(userinfo).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' });
});

it('openid-client: tokenRevocation', async () => {
  const { site, config, tokens, refreshToken } = await shop();
  await client.tokenRevocation(config, tokens.access_token);
  expect(await isAlive(site, tokens.access_token)).toBe(false);
  const fresh = await client.refreshTokenGrant(config, refreshToken);
  await client.tokenRevocation(config, fresh.refresh_token!);
  expect(await isAlive(site, fresh.access_token)).toBe(false);
  await expect(client.refreshTokenGrant(config, fresh.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

it('openid-client: tokenIntrospection', async () => {
  const { config, tokens, refreshToken } = await shop();
  expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true, scope: SCOPE });
  expect(await client.tokenIntrospection(config, refreshToken)).toMatchObject({ active: true });
  await client.tokenRevocation(config, refreshToken);
  expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
});

it('openid-client: buildEndSessionUrl', async () => {
  const { site, config, tokens } = await shop();
  const parameters = { id_token_hint: tokens.id_token!, post_logout_redirect_uri: `${process.env.SITE}/`, state: 'x' };
  const { url } = await site.browser.open(client.buildEndSessionUrl(config, parameters));
  expect(url.href).toBe(`${process.env.SITE}/?state=x`);
  expect(await isAlive(site, tokens.access_token)).toBe(false);
});

it('openid-client: a route for logout tokens, which the library has not', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { site, tokens } = await shop({
    backchannel_logout_uri: 'https://shop.example/backchannel-logout',
    routes: (app) => app.use(backChannelLogout((sid) => Promise.resolve(resolve(sid)))),
  });
  const statusFor = async (token: string): Promise<number> => {
    const body = new URLSearchParams({ logout_token: token });
    return (await fetch(`${process.env.SITE}/backchannel-logout`, { method: 'POST', body })).status;
  };
  expect(await statusFor(tokens.id_token!), 'an id_token ends nothing').toBe(400);
  await fetch(`${site.beckon.url}/oauth/logout?id_token_hint=${tokens.id_token}`);
  expect(await promise).toBe(tokens.claims()?.['sid']);
});
