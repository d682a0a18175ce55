import { expect, isSignedInAs, shows, SignInView, story } from '../story.ts';

story.use({ crossDevice: { confirm_person: true } });

story(
  'the person at the screen reads who approved, and says that it is them, in an iframe of another site',
  shows('FT-A10f'),
  async ({ page, world, phone }) => {
    await page.goto(`${world.shop}/script-tag`);
    const signIn = new SignInView(page.frameLocator('iframe'));
    await phone.approve(await signIn.scan(phone));
    await signIn.reaches('confirmed');
    const go = signIn.root.getByRole('button', { name: /Continue as .?A… E…/ });
    await expect(go).toBeVisible();
    await expect(page, 'the page goes nowhere before the press').toHaveURL(`${world.shop}/script-tag`);
    await go.click();
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story('“This isn’t me” signs no browser in', shows('FT-A10f'), async ({ page, world, otherPhone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await otherPhone.approve(await signIn.scan(otherPhone));
  await signIn.root.getByRole('button', { name: 'This isn’t me' }).click();
  await signIn.reaches('cancelled');
  await page.goto(`${world.shop}/me`);
  await expect(page.locator('[data-claim=name]')).toHaveCount(0);
});
