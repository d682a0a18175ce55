import { expect, isSignedInAs, observe, observed, shows, story } from '../story.ts';

story(
  'a custom element with a pushed request',
  shows('EMBED-ELEMENT', 'SIGNIN-APPROVE'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/element`);
    await expect(page.locator('beckon-signin')).toHaveAttribute('request-uri', /^urn:/);
    await observe(page);
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
    expect(await observed(page), 'a listener alone must not stop the redirect').toContain(`${world.shop}/callback?`);
  },
);

story('a page may take over the redirect', shows('EMBED-ELEMENT'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/element`);
  await observe(page, 'preventDefault');
  await phone.approve(await signIn.scan(phone));
  await expect.poll(() => observed(page)).toContain(`${world.shop}/callback?`);
  await expect(page, 'preventDefault() must keep the page where it is').toHaveURL(`${world.shop}/element`);
});
