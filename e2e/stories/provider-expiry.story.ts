import { expect, isSignedInAs, shows, story } from '../story.ts';
import { NAMES } from '../world/providers.ts';
import type { World } from '../world/world.ts';

story.use({ connectors: 'all', lifetimes: { unscannedSeconds: 4, scannedSeconds: 3 } });

for (const provider of ['didit', 'pasby'] as const) {
  story(
    `${NAMES[provider]}: scanned, and not answered in time${provider === 'pasby' ? ' @long' : ''}`,
    shows('PROVIDER-EXPIRY'),
    async ({ page, world, phone, signIn }) => {
      await page.goto(`${world.shop}/login`);
      await signIn.choose(NAMES[provider]);
      const late = await signIn.scan(phone);
      await signIn.reaches('expired');
      // pasby is told; Didit's app may answer, but no session waits.
      await phone.approve(late).catch(() => null);
      await expect(signIn.root).toHaveAttribute('data-phase', 'expired');
      await signIn.root.getByRole('button', { name: 'Start again' }).click();
      await phone.approve(await signIn.scan(phone));
      await isSignedInAs(page, 'Alma Exempel');
    },
  );
}

story(
  'Example ID: claimed by a phone, and not answered in time',
  shows('PROVIDER-EXPIRY'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES.oidc);
    const late = await signIn.scan(phone);
    await signIn.reaches('expired');
    await expect(phone.approve(late), 'the phone must read that it is over').rejects.toThrow(/This sign-in is over/);
    await expect(page).not.toHaveURL(/\/me$/);
    await signIn.root.getByRole('button', { name: 'Start again' }).click();
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);

/** pasby's own end of the newest request. */
async function endAtPasby(world: World): Promise<void> {
  const response = await fetch(`${world.sandbox}/pasby/sandbox`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ end: { how: 'expired' } }),
  });
  expect(response.status).toBe(200);
}

story(
  'pasby’s codes, not scanned until pasby ends them',
  shows('PROVIDER-EXPIRY', 'EXPIRY-RENEWAL'),
  async ({ page, world, phone, signIn }) => {
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES.pasby);
    const first = await signIn.read();
    for (let renewals = 0; renewals < 3; renewals += 1) {
      const fresh = page.waitForResponse((response) => response.url().endsWith('/connector') && response.ok());
      await endAtPasby(world);
      await fresh;
      await signIn.read();
    }
    await endAtPasby(world);
    await signIn.reaches('expired');
    await expect(phone.scan(first)).rejects.toMatchObject({ code: 'app_refused' });
    await signIn.root.getByRole('button', { name: 'Get a fresh code' }).click();
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  },
);
