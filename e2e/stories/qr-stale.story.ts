import { setTimeout as passes } from 'node:timers/promises';
import { expect, isSignedInAs, shows, story } from '../story.ts';

story(
  'a photographed code is worth nothing after 12 seconds',
  shows('QR-STALE'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/login`);
    const photographed = await signIn.read();
    // Real time is the subject: 12 s, and the 2 s in which the frame was shown.
    await passes(14_500);
    await expect(phone.scan(photographed), 'the mailed picture of a code must fail').rejects.toMatchObject({
      code: 'qr_stale',
      status: 410,
    });
    await signIn.reaches('qr');
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);
