import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, shows, story } from '../story.ts';
import type { World } from '../world/world.ts';

const RECIPE = join(import.meta.dirname, '../../recipes/oidc-client-ts');
const LIBRARY = dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json'));

story.use({ websites: ['oidc-client-ts'] });

/** The recipe's files at its address, as any web server would have them. Answers that address. */
async function serve(page: Page, { issuer, websites }: World): Promise<string> {
  const site = websites['oidc-client-ts'] ?? '';
  // A page that the story makes up comes from no address; Chromium would take it for the open internet.
  await page.context().grantPermissions(['local-network-access']);
  const files = {
    '/': { file: join(RECIPE, 'index.html'), contentType: 'text/html' },
    '/callback': { file: join(RECIPE, 'index.html'), contentType: 'text/html' },
    '/sign-in.js': { file: join(RECIPE, 'sign-in.js'), contentType: 'text/javascript' },
    '/oidc-client-ts.js': { file: join(LIBRARY, 'dist/esm/oidc-client-ts.js'), contentType: 'text/javascript' },
    // pnpm puts what a package needs beside it.
    '/jwt-decode.js': { file: join(LIBRARY, '../jwt-decode/build/esm/index.js'), contentType: 'text/javascript' },
  };
  for (const [path, { file, contentType }] of Object.entries(files)) {
    const body = (await readFile(file, 'utf8')).replaceAll('https://id.example.com', issuer);
    await page.route(
      (url) => url.origin === site && url.pathname === path,
      (route) => route.fulfill({ contentType, body }),
    );
  }
  return site;
}

story(
  'a page on oidc-client-ts',
  shows('CLIENTS-BROWSER', 'SIGNIN-APPROVE'),
  async ({ page, world, phone, signIn }) => {
    const site = await serve(page, world);
    await page.goto(site);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await phone.approve(await signIn.scan(phone));
    await expect(page).toHaveURL(`${site}/`);
    await expect(page.locator('p')).toHaveText('Hello Alma Exempel (alma@example.com)');

    await page.reload();
    await expect(page.locator('p'), 'the page remembers').toHaveText('Hello Alma Exempel (alma@example.com)');
  },
);

story('and the person says no', shows('CLIENTS-BROWSER'), async ({ page, world, phone, signIn }) => {
  const site = await serve(page, world);
  await page.goto(site);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await phone.decline(await signIn.scan(phone));
  await signIn.root.getByRole('button', { name: 'Back to Morrow Coffee' }).click();
  await expect(page).toHaveURL(`${site}/`);
  await expect(page.locator('p')).toHaveText('You are not signed in.');
});
