import express from 'express';
import { auth, type ConfigParams } from 'express-openid-connect';
import session from 'express-session';
import { expect, it } from 'vitest';
import type { Registration } from '../harness/beckon.ts';
import { isAlive, letAccessTokensExpire, openRefreshable, SCOPE } from '../harness/refreshable.ts';

/** @param told called after each logout token that the website took or refused, with its answer's status */
async function shop({
  config = {},
  more = {},
  told = () => {},
}: {
  readonly config?: Partial<ConfigParams>;
  readonly more?: Partial<Registration>;
  readonly told?: (status: number) => void;
} = {}) {
  const seen: { accessToken?: string; refreshToken?: string; idToken?: string } = {};
  const site = await openRefreshable(
    'express-openid-connect',
    () => {
      const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;
      const app = express();
      app.use('/backchannel-logout', (_req, res, next) => {
        res.on('finish', () => told(res.statusCode));
        next();
      });
      app.use(
        auth({
          issuerBaseURL: ISSUER,
          baseURL: SITE,
          clientID: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          secret: COOKIE_SECRET,
          authorizationParams: { response_type: 'code', response_mode: 'form_post', scope: SCOPE },
          authRequired: false,
          ...config,
        }),
      );
      app.get('/', async (req, res) => {
        let token = req.oidc.accessToken;
        if (token?.isExpired()) token = await token.refresh();
        Object.assign(seen, {
          accessToken: token?.access_token,
          refreshToken: req.oidc.refreshToken,
          idToken: req.oidc.idToken,
        });
        res.send(`Hello ${req.oidc.user?.['name']}`);
      });
      app.get('/userinfo', async (req, res) => {
        res.json(await req.oidc.fetchUserInfo());
      });
      return Promise.resolve(app);
    },
    more,
  );
  return { site, seen, login: () => site.browser.open('/login') };
}

async function signedInShop(options: Parameters<typeof shop>[0] = {}) {
  const { site, seen, login } = await shop(options);
  expect(await site.signIn(login)).toBe('Hello Ada Lovelace');
  return { site, seen, login };
}

it('express-openid-connect: attemptSilentLogin, which finds out that no person is signed in', async () => {
  const { site } = await shop({ config: { attemptSilentLogin: true } });
  const asked = await site.browser.open('/');
  expect(asked.url.origin).toBe(site.beckon.url);
  expect((await site.browser.submit(asked)).text).toBe('Hello undefined');
});

it('express-openid-connect: accessToken.refresh', async () => {
  const { site, seen } = await signedInShop();
  const before = { ...seen };
  letAccessTokensExpire();
  expect((await site.browser.open('/')).text).toContain('Hello');
  expect(seen.accessToken).not.toBe(before.accessToken);
  expect(seen.refreshToken).not.toBe(before.refreshToken);
  expect(await isAlive(site, seen.accessToken)).toBe(true);
});

it('express-openid-connect: fetchUserInfo', async () => {
  const { site } = await signedInShop();
  const { text } = await site.browser.open('/userinfo');
  expect(JSON.parse(text)).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' });
});

it('express-openid-connect: idpLogout', async () => {
  const { site, seen } = await signedInShop({ config: { idpLogout: true } });
  const { accessToken } = seen;
  expect(await site.signOut(() => site.browser.open('/logout'))).toBe('Hello undefined');
  expect(await isAlive(site, accessToken)).toBe(false);
});

it('express-openid-connect: backchannelLogout', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const { site, seen, login } = await signedInShop({
    config: { backchannelLogout: { store: new session.MemoryStore() as never } },
    more: { backchannel_logout_uri: 'https://shop.example/backchannel-logout' },
    told: resolve,
  });
  expect((await site.browser.open('/')).text).toBe('Hello Ada Lovelace');
  // The person signs out elsewhere.
  await fetch(`${site.beckon.url}/oauth/logout?id_token_hint=${seen.idToken}`);
  expect(await promise).toBe(204);
  expect((await site.browser.open('/')).text).toBe('Hello undefined');
  expect(await site.signIn(login), 'and in again').toBe('Hello Ada Lovelace');
});
