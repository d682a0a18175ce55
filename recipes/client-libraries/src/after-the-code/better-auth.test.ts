import { betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins';
import { expect, it } from 'vitest';
import { listenerOf } from '../harness/fetch-handler.ts';
import { isAlive, letAccessTokensExpire, openRefreshable, SCOPE } from '../harness/refreshable.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string;
}

async function shop() {
  const site = await openRefreshable('better-auth', () => {
    const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;
    const auth = betterAuth({
      baseURL: SITE,
      secret: COOKIE_SECRET,
      plugins: [
        genericOAuth({
          config: [
            {
              providerId: 'beckon',
              discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
              clientId: CLIENT_ID,
              clientSecret: CLIENT_SECRET,
              scopes: SCOPE.split(' '),
            },
          ],
        }),
      ],
    });
    /** A page without script, in which each button is an address. */
    const handler = async (request: Request): Promise<Response> => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/api/auth/')) return auth.handler(request);
      const { headers } = request;
      if (pathname === '/login') {
        const body = { provider: 'beckon', callbackURL: '/' };
        const begun = await auth.api.signInSocial({ body, headers, returnHeaders: true });
        begun.headers.set('location', begun.response.url ?? '/');
        return new Response(null, { status: 302, headers: begun.headers });
      }
      if (pathname === '/logout') {
        const ended = await auth.api.signOut({ headers, returnHeaders: true });
        ended.headers.set('location', ended.response.url ?? '/');
        return new Response(null, { status: 302, headers: ended.headers });
      }
      const [account] = await auth.api.listUserAccounts({ headers });
      const body = { accountId: account!.id };
      if (pathname === '/refresh-token') return auth.api.refreshToken({ body, headers, asResponse: true });
      if (pathname === '/account-info') return auth.api.accountInfo({ query: body, headers, asResponse: true });
      return auth.api.getAccessToken({ body, headers, asResponse: true });
    };
    return Promise.resolve(listenerOf(handler));
  });
  const { browser, signIn } = site;
  const first = JSON.parse(await signIn(() => browser.open('/login'))) as Tokens;
  const ask = async (path: string): Promise<Tokens> => JSON.parse((await browser.open(path)).text) as Tokens;
  return { site, first, ask };
}

it('better-auth: getAccessToken, which refreshes when the token is over', async () => {
  const { site, first, ask } = await shop();
  expect((await ask('/')).accessToken).toBe(first.accessToken);
  letAccessTokensExpire();
  const fresh = await ask('/');
  expect(fresh.accessToken).not.toBe(first.accessToken);
  expect(await isAlive(site, fresh.accessToken)).toBe(true);
});

it('better-auth: refreshToken', async () => {
  const { site, first, ask } = await shop();
  const fresh = await ask('/refresh-token');
  const again = await ask('/refresh-token');
  expect(fresh.accessToken).not.toBe(first.accessToken);
  expect(again.refreshToken).not.toBe(fresh.refreshToken);
  expect(await isAlive(site, again.accessToken)).toBe(true);
});

it('better-auth: accountInfo', async () => {
  const { ask } = await shop();
  expect(await ask('/account-info')).toMatchObject({ data: { name: 'Ada Lovelace', email: 'ada@example.com' } });
});

it('better-auth: signOut, which without settings ends on Beckon’s page', async () => {
  const { site, first } = await shop();
  const { url, text } = await site.browser.open('/logout');
  expect(url.origin).toBe(site.beckon.url);
  expect(text).toContain('signed out');
  expect(await isAlive(site, first.accessToken)).toBe(false);
});
