import { createHash, randomBytes } from 'node:crypto';
import { type AccessToken, AuthorizationCode } from 'simple-oauth2';
import { expect, it } from 'vitest';
import { isAlive, letAccessTokensExpire, SCOPE, signedIn } from '../harness/refreshable.ts';

async function shop() {
  const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
  let beckon: AuthorizationCode | undefined;
  const redirect_uri = (): string => `${process.env.SITE}/callback`;
  const { site, kept } = await signedIn<AccessToken>(
    'simple-oauth2',
    () => {
      const { ISSUER, CLIENT_ID, CLIENT_SECRET } = process.env;
      beckon = new AuthorizationCode({
        client: { id: CLIENT_ID, secret: CLIENT_SECRET },
        // Its own `tokenPath` and `revokePath` are Beckon's.
        auth: { tokenHost: ISSUER, authorizePath: '/authorize' },
      });
      const request = {
        redirect_uri: redirect_uri(),
        scope: SCOPE,
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      return Promise.resolve(beckon.authorizeURL(request));
    },
    (callback) => {
      const code = callback.searchParams.get('code') ?? '';
      const exchange = { code, redirect_uri: redirect_uri(), code_verifier: verifier };
      return beckon!.getToken(exchange);
    },
  );
  // As its README says: kept as JSON, and made a token again.
  return { site, token: beckon!.createToken(JSON.parse(JSON.stringify(kept)) as AccessToken['token']) };
}

it('simple-oauth2: refresh', async () => {
  const { site, token } = await shop();
  expect(token.expired()).toBe(false);
  letAccessTokensExpire();
  expect(token.expired()).toBe(true);
  const fresh = await token.refresh({ scope: SCOPE });
  expect(fresh.token['refresh_token']).not.toBe(token.token['refresh_token']);
  expect(await isAlive(site, fresh.token['access_token'])).toBe(true);
});

it('simple-oauth2: revoke', async () => {
  const { site, token } = await shop();
  await token.revoke('access_token');
  expect(await isAlive(site, token.token['access_token'])).toBe(false);
  const fresh = await token.refresh();
  await fresh.revoke('refresh_token');
  expect(await isAlive(site, fresh.token['access_token'])).toBe(false);
  await expect(fresh.refresh()).rejects.toThrow(/400/);
});

it('simple-oauth2: revokeAll', async () => {
  const { site, token } = await shop();
  await token.revokeAll();
  expect(await isAlive(site, token.token['access_token'])).toBe(false);
  await expect(token.refresh()).rejects.toThrow(/400/);
});
