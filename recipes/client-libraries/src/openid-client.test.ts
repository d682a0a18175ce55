import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('openid-client signs a person in and out, and hears of a no', async () => {
  const { browser, signIn, signOut } = await openSite(
    'openid-client',
    async () => (await import('./openid-client.ts')).app,
  );
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline'), 'what the guide says to catch').toContain('AuthorizationResponseError');
  expect(await signIn(login)).toContain('Hello Ada Lovelace');
  expect(await signOut(() => browser.press('/logout'))).toBe('Hello undefined');
});
