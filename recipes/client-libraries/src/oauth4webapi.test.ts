import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('oauth4webapi signs a person in and out, and hears of a no', async () => {
  const { browser, signIn, signOut } = await openSite(
    'oauth4webapi',
    async () => (await import('./oauth4webapi.ts')).app,
  );
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline'), 'what the guide says to catch').toContain('AuthorizationResponseError');
  expect(await signIn(login)).toContain('Hello Ada Lovelace');
  expect(await signOut(() => browser.press('/logout'))).toBe('Hello undefined');
});
