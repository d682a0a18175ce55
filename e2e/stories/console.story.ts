import type { Page } from '@playwright/test';
import { expect, isSignedInAs, shows, story } from '../story.ts';
import { bringRules, brokenRules, CONSOLE_PAGE } from '../world/cell-rules.ts';

/** A world of its own: what the shop is told is of this sign-in. */
story.use({ lifetimes: { unscannedSeconds: 110 } });

const TOKEN = 'demo-operator-token';
const LOOKS = [
  ['360x800', 'dark'],
  ['1280x800', 'light'],
] as const;

async function enter(page: Page, admin: string): Promise<void> {
  await page.goto(admin);
  await expect(page.getByLabel('Operator token')).toBeFocused();
  await page.keyboard.type(TOKEN);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
}

async function wrongOn(page: Page): Promise<readonly string[]> {
  await bringRules(page);
  const wrong: string[] = [];
  for (const [size, theme] of LOOKS) {
    const [width = 0, height = 0] = size.split('x').map(Number);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    const path = new URL(page.url()).pathname;
    wrong.push(...(await brokenRules(page, CONSOLE_PAGE)).map((rule) => `${path} ${size} ${theme}: ${rule}`));
  }
  return wrong;
}

story(
  'an operator ends a sign-in by keys alone, and the website hears of it',
  shows('OPERATOR-CONSOLE', 'OPERATOR-CONSOLE-RULES'),
  async ({ page, world, phone, signIn, context, problems }) => {
    problems.expect(/401/);
    await page.goto(`${world.shop}/redirect`);
    await page.locator('a[href^="/login"]').click();
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');

    const desk = await context.newPage();
    await desk.goto(world.admin);
    const wrong = [...(await wrongOn(desk))];
    await enter(desk, world.admin);
    for (const path of [
      '/',
      '/sign-ins',
      '/people',
      '/clients',
      '/clients/shop',
      '/webhooks',
      '/keys',
      '/audit?verify=1',
    ]) {
      await desk.goto(world.admin + path);
      wrong.push(...(await wrongOn(desk)));
    }

    await desk.goto(`${world.admin}/sign-ins?status=completed`);
    await desk.getByRole('row').nth(1).getByRole('link').last().focus();
    await desk.keyboard.press('Enter');
    await expect(desk.getByText('The person approved')).toBeVisible();
    wrong.push(...(await wrongOn(desk)));
    expect(wrong).toEqual([]);
    await desk.locator('summary', { hasText: 'Revoke this sign-in' }).focus();
    await desk.keyboard.press('Enter');
    await desk.keyboard.press('Tab');
    await desk.keyboard.press('Enter');
    await expect(desk.getByRole('status')).toHaveText('The sign-in was revoked, and the website is told.');
    await desk.close();

    await expect
      .poll(async () => {
        await page.goto(`${world.shop}/webhooks`);
        return page.locator('dt').allTextContents();
      })
      .toEqual([expect.stringContaining('session.revoked'), expect.stringContaining('user.signed_in')]);
  },
);
