import { expect, it } from 'vitest';
import { openSite } from './harness/site.ts';

it('express-openid-connect signs a person in', async () => {
  const { browser, signIn } = await openSite(
    'express-openid-connect',
    async () => (await import('./express-openid-connect.ts')).app,
  );
  expect(await signIn(() => browser.open('/login'))).toContain('Hello Ada Lovelace');
});
