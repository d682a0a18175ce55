import * as oauth from 'oauth4webapi';
import { expect, it } from 'vitest';
import { isAlive, SCOPE, signedIn } from '../harness/refreshable.ts';

async function shop() {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  let made: { readonly as: oauth.AuthorizationServer; readonly client: oauth.Client; readonly auth: oauth.ClientAuth };
  const redirectUri = (): string => `${process.env.SITE}/callback`;
  const { site, kept } = await signedIn(
    'oauth4webapi',
    async () => {
      const { ISSUER, CLIENT_ID, CLIENT_SECRET } = process.env;
      const issuer = new URL(ISSUER);
      const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
      made = { as, client: { client_id: CLIENT_ID }, auth: oauth.ClientSecretPost(CLIENT_SECRET) };
      const request = new URLSearchParams({
        client_id: CLIENT_ID,
        redirect_uri: redirectUri(),
        response_type: 'code',
        scope: SCOPE,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return `${as.authorization_endpoint}?${request.toString()}`;
    },
    async (callback) => {
      const { as, client, auth } = made;
      const answer = oauth.validateAuthResponse(as, client, callback, state);
      const response = await oauth.authorizationCodeGrantRequest(as, client, auth, answer, redirectUri(), verifier);
      return oauth.processAuthorizationCodeResponse(as, client, response, { requireIdToken: true });
    },
  );
  const { as, client, auth } = made!;
  const refresh = async (token: string) =>
    oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, auth, token));
  const introspect = async (token: string) =>
    oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, auth, token));
  const revoke = async (token: string) =>
    oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token));
  return { site, as, client, tokens: kept, refreshToken: kept.refresh_token!, refresh, introspect, revoke };
}

it('oauth4webapi: refreshTokenGrantRequest', async () => {
  const { site, tokens, refreshToken, refresh } = await shop();
  const response = await refresh(refreshToken);
  expect(oauth.getValidatedIdTokenClaims(response)?.sub).toBe(oauth.getValidatedIdTokenClaims(tokens)?.sub);
  expect(response.refresh_token).not.toBe(refreshToken);
  expect(response.access_token).not.toBe(tokens.access_token);
  expect(await isAlive(site, response.access_token)).toBe(true);
});

it('oauth4webapi: userInfoRequest', async () => {
  const { as, client, tokens } = await shop();
  const { sub } = oauth.getValidatedIdTokenClaims(tokens)!;
  const response = await oauth.userInfoRequest(as, client, tokens.access_token);
  const userinfo = await oauth.processUserInfoResponse(as, client, sub, response);
  expect(userinfo).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' });
});

it('oauth4webapi: revocationRequest', async () => {
  const { site, tokens, refreshToken, refresh, revoke } = await shop();
  await revoke(tokens.access_token);
  expect(await isAlive(site, tokens.access_token)).toBe(false);
  const fresh = await refresh(refreshToken);
  await revoke(fresh.refresh_token!);
  expect(await isAlive(site, fresh.access_token)).toBe(false);
  await expect(refresh(fresh.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' });
});

it('oauth4webapi: introspectionRequest', async () => {
  const { tokens, refreshToken, introspect, revoke } = await shop();
  expect(await introspect(tokens.access_token)).toMatchObject({ active: true, scope: SCOPE });
  expect(await introspect(refreshToken)).toMatchObject({ active: true });
  await revoke(refreshToken);
  expect(await introspect(tokens.access_token)).toEqual({ active: false });
});

it('oauth4webapi: the discovered end_session_endpoint', async () => {
  const { site, as, tokens } = await shop();
  const request = new URLSearchParams({
    id_token_hint: tokens.id_token!,
    post_logout_redirect_uri: `${process.env.SITE}/`,
    state: 'x',
  });
  const { url } = await site.browser.open(`${as.end_session_endpoint}?${request.toString()}`);
  expect(url.href).toBe(`${process.env.SITE}/?state=x`);
  expect(await isAlive(site, tokens.access_token)).toBe(false);
});
