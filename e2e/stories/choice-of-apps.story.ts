import { expect, isSignedInAs, shows, story } from '../story.ts';
import { NAMES } from '../world/providers.ts';

story.use({ connectors: 'all' });

story('all of them, as people know them', shows('CHOICE-OF-APPS'), async ({ page, world, signIn }) => {
  for (const path of ['/login', '/element']) {
    await page.goto(world.shop + path);
    await signIn.reaches('choosing');
    const choices = signIn.root.locator('.bk-choice');
    await expect(choices).toHaveCount(7);
    for (const [place, name] of Object.values(NAMES).entries()) await expect(choices.nth(place)).toContainText(name);
  }
  // More than are seen at a glance: a part of the name finds one, and Enter takes it.
  const search = signIn.root.getByRole('searchbox', { name: 'Find your app' });
  await search.pressSequentially('pasb');
  await expect(signIn.root.locator('.bk-choice')).toHaveCount(1);
  await search.press('Enter');
  await signIn.reaches('qr');
});

story('another one after all', shows('CHOICE-OF-APPS'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await signIn.choose(NAMES.pasby);
  const abandoned = await signIn.read();
  await signIn.otherWay('Choose another app');
  await signIn.root.locator('.bk-choice').filter({ hasText: NAMES.didit }).click();
  // pasby's code stays for a moment, and must not be read for Didit's.
  await expect.poll(() => signIn.read()).toMatch(/^http/i);
  const scanned = await signIn.scan(phone);
  await expect(phone.scan(abandoned), 'what was left must be called off at pasby').rejects.toMatchObject({
    code: 'app_refused',
  });
  await phone.approve(scanned);
  await isSignedInAs(page, 'Alma Exempel');
});

story('the last one used comes first', shows('CHOICE-LAST-USED'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/element`);
  await signIn.choose(NAMES.paswad);
  await phone.approve(await signIn.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');

  await page.goto(`${world.shop}/element`);
  await signIn.reaches('choosing');
  const first = signIn.root.locator('.bk-choice').first();
  await expect(first).toContainText(NAMES.paswad);
  await expect(first).toContainText('Last used');
  const stored = await page.evaluate(() => Object.entries(localStorage));
  expect(JSON.stringify(stored), 'which app, and nothing of the person').not.toMatch(/alma|exempel/i);
});

story('pasby’s codes are shuffled @long', shows('QR-SHUFFLED'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await signIn.choose(NAMES.pasby);
  const seen = new Set<string>();
  await expect
    .poll(
      async () => {
        const text = await signIn.read();
        expect(text).toMatch(/^pasby:\/\//);
        return seen.add(text).size;
      },
      { message: 'several different codes', timeout: 15_000, intervals: [200] },
    )
    .toBeGreaterThanOrEqual(4);
  // Each of them is good.
  const [first = ''] = seen;
  const scanned = await phone.scan(first);
  await signIn.reaches('retrieved');
  await phone.approve(scanned);
  await isSignedInAs(page, 'Alma Exempel');
});

story('after the scan the code is gone', shows('QR-SPENT'), async ({ page, world, phone, signIn }) => {
  const left = new Set<string | null>();
  for (const provider of ['pasby', 'wallet', 'oidc'] as const) {
    await page.goto(`${world.shop}/login`);
    await signIn.choose(NAMES[provider]);
    const scanned = await signIn.read();
    const path = signIn.qr.locator('svg path').first();
    await phone.scan(scanned);
    await expect(signIn.qr).toHaveAttribute('data-frame', 'spent');
    await expect(signIn.qr.locator('svg').first()).toHaveCSS('filter', /blur/);
    left.add(await path.getAttribute('d'));
    // A page that is opened again goes on with what its browser has begun.
    await signIn.root.getByRole('button', { name: 'Cancel' }).click();
    await signIn.reaches('cancelled');
  }
  expect(left.size, 'what is left must be the same whatever was scanned, and so carry nothing').toBe(1);
});
