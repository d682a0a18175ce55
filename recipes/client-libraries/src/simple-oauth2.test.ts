import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('simple-oauth2 signs a person in and out, and hears of a no', async () => {
  const { browser, signIn, signOut } = await openSite(
    'simple-oauth2',
    async () => (await import('./simple-oauth2.ts')).app,
  );
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline')).toContain('Not signed in: access_denied');
  expect(await signIn(login)).toContain('Hello Ada Lovelace');
  expect(await signOut(() => browser.press('/logout'))).toBe('Hello undefined');
});
