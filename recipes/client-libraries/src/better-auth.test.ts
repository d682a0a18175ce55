import { expect, it } from 'vitest';
import { listenerOf } from './harness/fetch-handler.ts';
import { openSite } from './harness/site.ts';

it('better-auth signs a person in, and hears of a no', async () => {
  const load = async () => listenerOf((await import('./better-auth.ts')).handler);
  const { browser, signIn } = await openSite('better-auth', load);
  const login = () => browser.open('/login');
  expect(await signIn(login, 'decline'), 'its own page of errors').toContain('access_denied');
  expect(await signIn(login)).toBe('Hello Ada Lovelace');
});
