import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('openid-client signs a person in', async () => {
  const { browser, signIn } = await openSite('openid-client', async () => (await import('./openid-client.ts')).app);
  expect(await signIn(() => browser.open('/login'))).toContain('Hello Ada Lovelace');
});
