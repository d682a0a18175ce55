import { expect, shows, story } from '../story.ts';

story('the person says no', shows('SIGNIN-DECLINE'), async ({ page, world, phone, signIn, problems }) => {
  await page.goto(`${world.shop}/login`);
  const scanned = await signIn.scan(phone);
  expect(await phone.decline(scanned)).toMatchObject({ status: 'declined' });
  await signIn.reaches('declined');
  await expect(page, 'the page stays until the person chooses').toHaveURL(new RegExp(`^${world.issuer}/authorize`));

  // The shop answers its callback's error with a page of its own.
  problems.expect(/status of 4\d\d/);
  const callback = page.waitForRequest((request) => request.url().startsWith(`${world.shop}/callback?`));
  await signIn.root.getByRole('button', { name: 'Back to Morrow Coffee' }).click();
  const { searchParams } = new URL((await callback).url());
  expect(searchParams.get('error')).toBe('access_denied');
  expect(searchParams.get('iss'), 'RFC 9207 §2: on error redirects too').toBe(world.issuer);
  expect(searchParams.has('state')).toBe(true);
  expect(searchParams.has('code')).toBe(false);
});

story('and may try again', shows('SIGNIN-DECLINE'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await phone.decline(await signIn.scan(phone));
  await signIn.reaches('declined');
  await signIn.root.getByRole('button', { name: 'Try again' }).click();
  await phone.approve(await signIn.scan(phone));
  await expect(page).toHaveURL(`${world.shop}/me`);
});
