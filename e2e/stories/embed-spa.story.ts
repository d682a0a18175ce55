import { expect, shows, story } from '../story.ts';

story(
  'a public client with no backend',
  shows('EMBED-SPA', 'SIGNIN-APPROVE'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/spa`);
    await phone.approve(await signIn.scan(phone));
    await expect(page.locator('[data-claim=name]').first()).toHaveText('Alma Exempel');
    // The code has been used: it must not stay in the address for a bookmark or a referrer to carry.
    await expect(page).not.toHaveURL(/[?&]code=/);
  },
);
