import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('express-openid-connect signs a person in, and hears of a no', async () => {
  const { beckon, browser, signIn } = await openSite(
    'express-openid-connect',
    async () => (await import('./express-openid-connect.ts')).app,
  );
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline'), 'what the guide says to catch').toContain('BadRequestError');
  expect(await signIn(login)).toContain('Hello Ada Lovelace');
  const out = await browser.open('/logout');
  expect([out.url.pathname, out.text], 'by Beckon, and back').toEqual(['/', 'Hello undefined']);
  expect(out.via.map(({ origin }) => origin)).toContain(beckon.url);
});
