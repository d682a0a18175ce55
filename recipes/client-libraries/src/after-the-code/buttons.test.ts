/** What libraries offer for the time after the code: each as its README says, against a server as it is published. */
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import express from 'express';
import * as client from 'openid-client';
import { AuthorizationCode, type AccessToken } from 'simple-oauth2';
import { expect, it } from 'vitest';
import { openSite, type Site } from '../harness/site.ts';

const scope = 'openid profile offline_access';
/** Refresh tokens, after a scan too. */
const REFRESHABLE = { scope, cross_device: { scope } };

/** A website of one page: `/login` leads to Beckon, and `/callback` keeps what the library made of the code. */
async function signedIn<T>(
  library: 'openid-client' | 'simple-oauth2',
  login: () => Promise<string>,
  redeem: (callback: URL) => Promise<T>,
): Promise<{ readonly site: Site; readonly kept: T }> {
  let kept: T | undefined;
  const app = express();
  app.get('/login', async (_req, res) => res.redirect(await login()));
  app.get('/callback', async (req, res) => {
    kept = await redeem(new URL(req.originalUrl, process.env.SITE));
    res.send('signed in');
  });
  const site = await openSite(library, () => Promise.resolve(app as RequestListener), REFRESHABLE);
  expect(await site.signIn(() => site.browser.open('/login'))).toBe('signed in');
  return { site, kept: kept! };
}

const userinfo = async ({ beckon }: Site, token: unknown): Promise<number> =>
  (await fetch(`${beckon.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${String(token)}` } })).status;

it('openid-client refreshes, introspects and revokes', async () => {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  let config: client.Configuration | undefined;
  const { site, kept } = await signedIn(
    'openid-client',
    async () => {
      const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE } = process.env;
      config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET);
      const code_challenge = await client.calculatePKCECodeChallenge(verifier);
      const redirect_uri = `${SITE}/callback`;
      return client.buildAuthorizationUrl(config, {
        redirect_uri,
        scope,
        state,
        code_challenge,
        code_challenge_method: 'S256',
      }).href;
    },
    (callback) =>
      client.authorizationCodeGrant(config!, callback, { pkceCodeVerifier: verifier, expectedState: state }),
  );
  const refreshed = await client.refreshTokenGrant(config!, kept.refresh_token!);
  expect(refreshed.claims()?.sub).toBe(kept.claims()?.sub);
  expect(await userinfo(site, refreshed.access_token)).toBe(200);
  expect(await client.tokenIntrospection(config!, refreshed.access_token)).toMatchObject({ active: true, scope });
  await client.tokenRevocation(config!, refreshed.refresh_token!);
  expect(await client.tokenIntrospection(config!, refreshed.access_token)).toEqual({ active: false });
  expect(await userinfo(site, kept.access_token)).toBe(401);
  await expect(client.refreshTokenGrant(config!, refreshed.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

it('simple-oauth2 refreshes and revokes', async () => {
  const state = randomBytes(32).toString('base64url');
  const verifier = client.randomPKCECodeVerifier();
  let beckon: AuthorizationCode | undefined;
  const redirect_uri = (): string => `${process.env.SITE}/callback`;
  const { site, kept } = await signedIn<AccessToken>(
    'simple-oauth2',
    async () => {
      const { ISSUER, CLIENT_ID, CLIENT_SECRET } = process.env;
      beckon = new AuthorizationCode({
        client: { id: CLIENT_ID, secret: CLIENT_SECRET },
        auth: {
          tokenHost: ISSUER,
          authorizePath: '/authorize',
          tokenPath: '/oauth/token',
          revokePath: '/oauth/revoke',
        },
      });
      const request = {
        redirect_uri: redirect_uri(),
        scope,
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      };
      return beckon.authorizeURL(request);
    },
    (callback) => {
      const exchange = {
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: redirect_uri(),
        code_verifier: verifier,
      };
      return beckon!.getToken(exchange);
    },
  );
  const refreshed = await kept.refresh();
  expect(refreshed.token['refresh_token']).not.toBe(kept.token['refresh_token']);
  expect(await userinfo(site, refreshed.token['access_token'])).toBe(200);
  await refreshed.revokeAll();
  expect(await userinfo(site, refreshed.token['access_token'])).toBe(401);
  await expect(refreshed.refresh()).rejects.toThrow(/400/);
});
