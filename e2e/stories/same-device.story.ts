import { devices } from '@playwright/test';
import { expect, isSignedInAs, shows, story } from '../story.ts';

const { defaultBrowserType: _, ...pixel } = devices['Pixel 7'];
story.use(pixel);

story('a phone that signs itself in', shows('SIGNIN-SAME-DEVICE'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await signIn.reaches('same_device');
  const link = await signIn.root.locator('a.bk-primary').getAttribute('href');
  const scanned = await phone.scan(link ?? '');
  await signIn.reaches('retrieved');
  const { location } = await phone.approve(scanned);
  // Who only watches must not get the code, or a mailed link would sign its sender in.
  await signIn.reaches('confirmed');
  await expect(page).toHaveURL(new RegExp(`^${world.issuer}/authorize`));

  // The wallet app opens what it was answered in the phone's browser.
  expect(location).toContain(`${world.shop}/callback?`);
  await page.goto(location ?? '');
  await isSignedInAs(page, 'Alma Exempel');
});

story(
  'the link opens the app, and the app leads back',
  shows('SIGNIN-SAME-DEVICE'),
  async ({ page, world, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const link = await signIn.link();
    await expect(link, 'an app of the issuer’s domain would not open').toHaveAttribute(
      'href',
      new RegExp(`^${world.sandbox}/phone#text=`),
    );
    await link.click();
    await expect(page).toHaveURL(`${world.sandbox}/phone`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await isSignedInAs(page, 'Alma Exempel');
  },
);

story('and may turn to another device', shows('SIGNIN-SAME-DEVICE'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await signIn.reaches('same_device');
  await signIn.otherWay('Scan with another device instead');
  await phone.approve(await signIn.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');
});
