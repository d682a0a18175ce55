import cookie from '@fastify/cookie';
import oauth2, { type OAuth2Namespace, type OAuth2Token } from '@fastify/oauth2';
import fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { isAlive, openRefreshable, SCOPE } from '../harness/refreshable.ts';

async function shop() {
  let made: { readonly beckon: OAuth2Namespace; readonly token: OAuth2Token } | undefined;
  const site = await openRefreshable('fastify-oauth2', async () => {
    const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE } = process.env;
    const server = fastify();
    onTestFinished(() => server.close());
    await server.register(cookie);
    await server.register(oauth2, {
      name: 'beckon',
      credentials: { client: { id: CLIENT_ID, secret: CLIENT_SECRET } },
      discovery: { issuer: ISSUER },
      scope: SCOPE.split(' '),
      startRedirectPath: '/login',
      callbackUri: `${SITE}/callback`,
    });
    const beckon = server.oauth2Beckon!;
    server.get('/callback', async (request, reply) => {
      made = { beckon, token: await beckon.getAccessTokenFromAuthorizationCodeFlow(request, reply) };
      return 'signed in';
    });
    await server.ready();
    return (req, res) => server.routing(req, res);
  });
  expect(await site.signIn(() => site.browser.open('/login'))).toBe('signed in');
  return { site, ...made! };
}

it('@fastify/oauth2: PKCE with S256, which it found out', async () => {
  const { site } = await shop();
  const { url } = await site.browser.open('/login');
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
});

it('@fastify/oauth2: getNewAccessTokenUsingRefreshToken', async () => {
  const { site, beckon, token } = await shop();
  const fresh = await beckon.getNewAccessTokenUsingRefreshToken(token.token, {});
  expect(fresh.token.refresh_token).not.toBe(token.token.refresh_token);
  expect(await isAlive(site, fresh.token.access_token)).toBe(true);
});

it('@fastify/oauth2: userinfo, each way', async () => {
  const { beckon, token } = await shop();
  const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };
  expect(await beckon.userinfo(token.token)).toMatchObject(ada);
  expect(await beckon.userinfo(token.token.access_token, { method: 'POST' })).toMatchObject(ada);
  expect(await beckon.userinfo(token.token, { method: 'POST', via: 'body' })).toMatchObject(ada);
});

it('@fastify/oauth2: revokeToken', async () => {
  const { site, beckon, token } = await shop();
  await beckon.revokeToken(token.token, 'access_token', undefined);
  expect(await isAlive(site, token.token.access_token)).toBe(false);
  const fresh = await beckon.getNewAccessTokenUsingRefreshToken(token.token, {});
  await beckon.revokeToken(fresh.token, 'refresh_token', undefined);
  expect(await isAlive(site, fresh.token.access_token)).toBe(false);
  await expect(beckon.getNewAccessTokenUsingRefreshToken(fresh.token, {})).rejects.toThrow(/400/);
});

it('@fastify/oauth2: revokeAllToken', async () => {
  const { site, beckon, token } = await shop();
  await beckon.revokeAllToken(token.token, undefined);
  expect(await isAlive(site, token.token.access_token)).toBe(false);
  await expect(beckon.getNewAccessTokenUsingRefreshToken(token.token, {})).rejects.toThrow(/400/);
});
