import { expect, isSignedInAs, shows, story } from '../story.ts';

story(
  'a custom element with a pushed request',
  shows('EMBED-ELEMENT', 'SIGNIN-APPROVE'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/element`);
    await expect(page.locator('beckon-signin')).toHaveAttribute('request-uri', /^urn:/);
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story('a page may take over the redirect', shows('EMBED-ELEMENT'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/element`);
  const redirectTo = page.evaluate(
    () =>
      new Promise<unknown>((resolve) => {
        document.querySelector('beckon-signin')?.addEventListener('beckon-complete', (event) => {
          event.preventDefault();
          resolve((event as CustomEvent<unknown>).detail);
        });
      }),
  );
  await phone.approve(await signIn.scan(phone));
  expect(JSON.stringify(await redirectTo)).toContain(`${world.shop}/callback?`);
  await expect(page, 'preventDefault() must keep the page where it is').toHaveURL(`${world.shop}/element`);
});
