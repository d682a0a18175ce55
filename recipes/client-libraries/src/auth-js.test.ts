import { expect, it } from 'vitest';
import { listenerOf } from './harness/fetch-handler.ts';
import { openSite } from './harness/site.ts';

it('Auth.js signs a person in, and greets them by name', async () => {
  const { browser, signIn } = await openSite('auth-js', async () => listenerOf((await import('./auth-js.ts')).handler));
  const press = async () => browser.submit(await browser.open('/auth/signin'));
  expect(await signIn(press)).toBe('Hello Ada Lovelace');
});
