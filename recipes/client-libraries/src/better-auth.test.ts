import { expect, it } from 'vitest';
import { listenerOf } from './harness/fetch-handler.ts';
import { openSite } from './harness/site.ts';

it('better-auth signs a person in', async () => {
  const load = async () => listenerOf((await import('./better-auth.ts')).handler);
  const { browser, signIn } = await openSite('better-auth', load);
  expect(await signIn(() => browser.open('/login'))).toBe('Hello Ada Lovelace');
});
