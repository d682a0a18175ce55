import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('passport-openidconnect signs a person in', async () => {
  const { browser, signIn } = await openSite(
    'passport-openidconnect',
    async () => (await import('./passport-openidconnect.ts')).app,
  );
  expect(await signIn(() => browser.open('/login'))).toContain('Hello Ada Lovelace');
});
