import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('express-openid-connect signs a person in and out, and hears of a no', async () => {
  const { browser, signIn, signOut } = await openSite(
    'express-openid-connect',
    async () => (await import('./express-openid-connect.ts')).app,
  );
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline'), 'what the guide says to catch').toContain('BadRequestError');
  expect(await signIn(login)).toContain('Hello Ada Lovelace');
  expect(await signOut(() => browser.open('/logout'))).toBe('Hello undefined');
});
