import type { Page } from '@playwright/test';
import { expect, isSignedInAs, shows, story } from '../story.ts';
import { scanScreen } from '../world/qr.ts';

story.use({ javaScriptEnabled: false, connectors: ['wallet', 'pasby', 'uaepass'] });

/** From the shop to the code, without script. */
async function begin(page: Page, shop: string, app: string): Promise<void> {
  await page.goto(`${shop}/login`);
  expect(await page.context().cookies(page.url()), '/authorize sets no cookie').toEqual([]);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/no-script\/[0-9A-Z]+$/);
  await page.getByRole('button', { name: app }).click();
}

const state = (page: Page) => page.frameLocator('iframe.live');
const code = (page: Page) => state(page).getByRole('img', { name: /^QR code/ });

story('signs in at the shop', shows('NO-SCRIPT'), async ({ page, world, phone }) => {
  await begin(page, world.shop, 'Sandbox Wallet');
  const first = await scanScreen(code(page));
  await expect.poll(() => scanScreen(code(page)), { message: 'the code must change by itself' }).not.toBe(first);
  const scanned = await phone.scan(await scanScreen(code(page)));
  await expect(state(page).getByRole('heading', { name: 'Confirm on your phone' })).toBeVisible();
  await phone.approve(scanned);
  await state(page)
    .getByRole('button', { name: /^Continue to Morrow Coffee/ })
    .click();
  await isSignedInAs(page, 'Alma Exempel');
});

story(
  'shows what was declined, and the way back @long',
  shows('NO-SCRIPT'),
  async ({ page, world, phone, problems }) => {
    await begin(page, world.shop, 'Sandbox Wallet');
    await phone.decline(await phone.scan(await scanScreen(code(page))));
    await expect(state(page).getByRole('heading', { name: 'Sign-in declined' })).toBeVisible();
    await state(page).getByRole('button', { name: 'Try again' }).click();
    await phone.decline(await phone.scan(await scanScreen(code(page))));
    problems.expect(/status of 4\d\d/);
    await state(page).getByRole('link', { name: 'Back to Morrow Coffee' }).click();
    await expect(page).toHaveURL(new RegExp(`^${world.shop}/callback\\?.*error=access_denied`));
  },
);

story('leads to a provider on the same device', shows('NO-SCRIPT'), async ({ page, world }) => {
  await begin(page, world.shop, 'UAE PASS');
  await page.getByRole('button', { name: 'Open UAE PASS on this device' }).click();
  await page.getByRole('link', { name: 'Open UAE PASS' }).click();
  await page.getByRole('button', { name: 'Continue with UAE PASS' }).click();
  await expect(page).toHaveURL(new RegExp(`^${world.sandbox}/uaepass/`));
});
