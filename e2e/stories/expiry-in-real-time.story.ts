import { expect, isSignedInAs, shows, story } from '../story.ts';

// The demo's own lifetimes: two minutes until a code that no phone scans is renewed.
story(
  'a login page left open for three minutes @long',
  shows('EXPIRY-RENEWAL'),
  async ({ page, world, phone, signIn }) => {
    story.setTimeout(240_000);
    await page.goto(`${world.shop}/login`);
    const session = (text: string): string | undefined => text.split('.').at(-3);
    const first = session(await signIn.read());
    const renewed = page.waitForResponse((response) => response.url().endsWith('/renew'), { timeout: 150_000 });
    expect((await renewed).status()).toBe(201);
    await expect.poll(async () => session(await signIn.read())).not.toBe(first);
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);
