import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page, Response } from '@playwright/test';
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

interface Kept {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** What the library keeps in the page. */
function kept(page: Page): Promise<Kept> {
  return page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:')) ?? '';
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Kept;
  });
}

/** Whether userinfo takes a token. */
async function isAlive({ issuer }: World, { access_token }: Kept): Promise<boolean> {
  const response = await fetch(`${issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
  expect([200, 401]).toContain(response.status);
  return response.ok;
}

/** The request by which the library renews, once the endpoint has answered. */
function renewal({ issuer }: World, page: Page): Promise<Response> {
  return page.waitForResponse(
    (response) =>
      response.url() === `${issuer}/oauth/token` &&
      new URLSearchParams(response.request().postData() ?? '').get('grant_type') === 'refresh_token',
  );
}

story(
  'it renews its tokens, in time and when asked, and revokes them',
  shows('CLIENTS-BROWSER-AFTER'),
  async ({ page, world, phone, signIn, problems }) => {
    const site = await serve(page, world);
    await page.clock.install();
    await page.goto(site);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await phone.approve(await signIn.scan(phone));
    await expect(page).toHaveURL(`${site}/`);
    await expect(page.locator('p')).toHaveText('Hello Alma Exempel (alma@example.com)');
    const first = await kept(page);

    const [automatic] = await Promise.all([renewal(world, page), page.clock.fastForward('59:30')]);
    expect(automatic.status()).toBe(200);
    await expect.poll(async () => (await kept(page)).refresh_token).not.toBe(first.refresh_token);
    const second = await kept(page);

    const [asked] = await Promise.all([renewal(world, page), page.getByRole('button', { name: 'Renew' }).click()]);
    expect(asked.status()).toBe(200);
    await expect.poll(async () => (await kept(page)).refresh_token).not.toBe(second.refresh_token);
    await expect(page.locator('p')).toHaveText('Hello Alma Exempel (alma@example.com)');
    expect(page.frames(), 'no iframe is needed').toHaveLength(1);
    const third = await kept(page);
    expect(await isAlive(world, third)).toBe(true);

    const stored = await page.evaluate(() => Object.entries(sessionStorage));
    await page.getByRole('button', { name: 'Sign out here' }).click();
    await expect(page.locator('p')).toHaveText('You are not signed in.');
    expect(await isAlive(world, third)).toBe(false);
    expect(await isAlive(world, first), 'all of the sign-in').toBe(false);
    problems.expect(/status of 400/);
    await page.evaluate((entries) => {
      for (const [name, value] of entries) sessionStorage.setItem(name, value);
    }, stored);
    await page.getByRole('button', { name: 'Renew' }).click();
    await expect(page.locator('p'), 'with the old refresh token').toHaveText('Your sign-in is over.');
  },
);

story(
  'it signs out at Beckon, and is led back',
  shows('CLIENTS-BROWSER-AFTER'),
  async ({ page, world, phone, signIn }) => {
    const site = await serve(page, world);
    await page.goto(site);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await phone.approve(await signIn.scan(phone));
    await expect(page).toHaveURL(`${site}/`);
    await expect(page.locator('p')).toHaveText('Hello Alma Exempel (alma@example.com)');
    const tokens = await kept(page);
    await Promise.all([
      page.waitForRequest(`${world.issuer}/oauth/logout?**`),
      page.getByRole('button', { name: 'Sign out', exact: true }).click(),
    ]);
    await expect(page).toHaveURL(`${site}/`);
    await expect(page.locator('p')).toHaveText('You are not signed in.');
    expect(await isAlive(world, tokens)).toBe(false);
  },
);
