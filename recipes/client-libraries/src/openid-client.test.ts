import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('openid-client signs a person in, and hears of a no', async () => {
  const { beckon, browser, signIn } = await openSite(
    'openid-client',
    async () => (await import('./openid-client.ts')).app,
  );
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline'), 'what the guide says to catch').toContain('AuthorizationResponseError');
  expect(await signIn(login)).toContain('Hello Ada Lovelace');
  const home = await browser.open('/');
  const out = await browser.submit({ ...home, text: '<form method="post" action="/logout"></form>' });
  expect([out.url.pathname, out.text], 'by Beckon, and back').toEqual(['/', 'Hello undefined']);
  expect(out.via.map(({ origin }) => origin)).toContain(beckon.url);
});
