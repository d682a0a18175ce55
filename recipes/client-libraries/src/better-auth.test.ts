import { expect, it } from 'vitest';
import { listenerOf } from './harness/fetch-handler.ts';
import { openSite } from './harness/site.ts';

it('better-auth signs a person in and out, and hears of a no', async () => {
  const load = async () => listenerOf((await import('./better-auth.ts')).handler);
  const { browser, signIn, signOut } = await openSite('better-auth', load);
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline'), 'its own page of errors').toContain('access_denied');
  expect(await signIn(login)).toBe('Hello Ada Lovelace');
  expect(await signOut(() => browser.press('/logout'))).toBe('Hello undefined');
});
