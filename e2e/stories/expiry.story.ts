import { expect, isSignedInAs, shows, story } from '../story.ts';

story.use({ lifetimes: { unscannedSeconds: 3 } });

story(
  'three fresh codes by itself, then the person is asked',
  shows('EXPIRY-RENEWAL'),
  async ({ page, world, phone, signIn }) => {
    const renewals: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/renew')) renewals.push(request.url());
    });
    await page.goto(`${world.shop}/login`);
    const first = await signIn.read();
    await signIn.reaches('expired', { timeout: 20_000 });
    expect(renewals.length).toBe(3);
    await expect(phone.scan(first)).rejects.toMatchObject({ status: 410 });

    await signIn.root.getByRole('button', { name: 'Get a fresh code' }).click();
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);
