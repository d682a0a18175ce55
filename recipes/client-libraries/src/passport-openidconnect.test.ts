import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('passport-openidconnect signs a person in and out, and hears of a no', async () => {
  const { browser, signIn, signOut } = await openSite(
    'passport-openidconnect',
    async () => (await import('./passport-openidconnect.ts')).app,
  );
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline'), 'what the guide says: another sign-in').toContain('Sign in to Shop');
  expect(await signIn(login)).toContain('Hello Ada Lovelace');
  expect(await signOut(() => browser.press('/logout'))).toBe('Hello undefined');
});
