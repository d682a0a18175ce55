import type { Page } from '@playwright/test';
import { expect, shows, story } from '../story.ts';
import type { World } from '../world/world.ts';

/** By the recipe's folder: what a person presses at first. */
const BEGINS = { 'mod-auth-openidc': 'link', authlib: 'link', ruby: 'button' } as const;
type OfDebian = keyof typeof BEGINS;
const WEBSITES = Object.keys(BEGINS) as OfDebian[];

story.use({ websites: WEBSITES });

/** Answers what the website's addresses begin with. */
async function begin(page: Page, { websites }: World, website: OfDebian): Promise<RegExp> {
  const site = websites[website] ?? '';
  await page.goto(site);
  await page.getByRole(BEGINS[website], { name: 'Sign in' }).click();
  return new RegExp(`^${site}/`);
}

for (const website of WEBSITES) {
  story(`${website} greets @long`, shows('CLIENTS-DEBIAN'), async ({ page, world, phone, signIn }) => {
    const site = await begin(page, world, website);
    await phone.approve(await signIn.scan(phone));
    await expect(page.locator('body')).toContainText('Hello Alma Exempel (alma@example.com)');
    await expect(page).toHaveURL(site);
  });

  story(`${website} hears of a no @long`, shows('CLIENTS-DEBIAN'), async ({ page, world, phone, signIn, problems }) => {
    const site = await begin(page, world, website);
    await phone.decline(await signIn.scan(phone));
    await signIn.reaches('declined');
    problems.expect(/status of 4\d\d/);
    await signIn.root.getByRole('button', { name: 'Back to Morrow Coffee' }).click();
    await expect(page).toHaveURL(site);
    await expect(page.locator('body')).toContainText('access_denied');
  });
}
