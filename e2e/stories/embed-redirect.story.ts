import { expect, isSignedInAs, shows, story } from '../story.ts';

story(
  'a link to the login route',
  shows('EMBED-REDIRECT', 'SIGNIN-APPROVE'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/redirect`);
    await page.locator('a[href^="/login"]').click();
    await expect(page).toHaveURL(new RegExp(`^${world.issuer}/authorize\\?`));
    await expect(signIn.root).toContainText('Morrow Coffee');

    const scanned = await signIn.scan(phone);
    expect(scanned.consent.client.name, 'the phone must say who asks').toBe('Morrow Coffee');
    expect(scanned.consent.scopes.map(({ scope }) => scope)).toEqual(expect.arrayContaining(['profile', 'email']));
    await phone.approve(scanned);
    await isSignedInAs(page, 'Alma Exempel');
    await expect(page.locator('[data-claim=email]').first()).toHaveText('alma@example.com');
  },
);
