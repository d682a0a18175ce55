import { expect, story } from '../story.ts';

story(['EMBED-SPA', 'SIGNIN-APPROVE'], 'a public client with no backend', async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/spa`);
  await phone.approve(await signIn.scan(phone));
  await expect(page.locator('[data-claim=name]').first()).toHaveText('Alma Exempel');
  // The code has been used: it must not stay in the address for a bookmark or a referrer to carry.
  await expect(page).not.toHaveURL(/[?&]code=/);
});
