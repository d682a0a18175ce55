import type { Page } from '@playwright/test';
import { expect, isSignedInAs, SignInView, shows, story } from '../story.ts';
import type { Phone } from '../world/phone.ts';
import { withProfile } from '../world/profile.ts';

/** Scans, reloads, approves: for every form the shop begins a new request with another state at each load, as most login routes do. */
async function reloadsAfterTheScan(page: Page, signIn: SignInView, phone: Phone): Promise<void> {
  const scanned = await signIn.scan(phone);
  await page.reload();
  await signIn.reaches('retrieved');
  expect(await phone.approve(scanned)).toMatchObject({ status: 'confirmed', collected: true });
}

async function keepsNothing(page: Page): Promise<void> {
  const stored = await page.evaluate(() => Object.keys(sessionStorage));
  expect(stored.filter((key) => key.startsWith('beckon'))).toEqual([]);
}

for (const path of ['/login', '/element', '/react']) {
  story(`${path}, after the scan`, shows('RESILIENCE-RELOAD'), async ({ page, world, phone, signIn }) => {
    await page.goto(world.shop + path);
    await reloadsAfterTheScan(page, signIn, phone);
    await isSignedInAs(page, 'Alma Exempel');
    if (path !== '/login') await keepsNothing(page);
  });
}

story('/spa, after the scan', shows('RESILIENCE-RELOAD'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/spa`);
  await reloadsAfterTheScan(page, signIn, phone);
  await expect(page.locator('[data-claim=name]').first()).toHaveText('Alma Exempel');
  await keepsNothing(page);
});

story(
  '/script-tag, after the scan, where a frame may keep something',
  shows('RESILIENCE-RELOAD'),
  async ({ world, phone }) => {
    await withProfile({ thirdParties: 'allowed' }, async (context) => {
      const page = await context.newPage();
      await page.goto(`${world.shop}/script-tag`);
      await reloadsAfterTheScan(page, new SignInView(page.frameLocator('iframe')), phone);
      await isSignedInAs(page, 'Alma Exempel');
    });
  },
);

story('approved while the page was away', shows('RESILIENCE-RELOAD'), async ({ page, world, phone, signIn }) => {
  await page.goto(`${world.shop}/element`);
  const scanned = await signIn.scan(phone);
  await page.goto('about:blank');
  expect(await phone.approve(scanned), 'the browser is not signed in yet').toMatchObject({ collected: false });
  await page.goto(`${world.shop}/element`);
  await isSignedInAs(page, 'Alma Exempel');
});

story(
  '/script-tag, after the scan, where a frame may not: it begins anew, and the phone is told',
  shows('RESILIENCE-RELOAD'),
  async ({ world, phone }) => {
    await withProfile({ thirdParties: 'blocked' }, async (context) => {
      const page = await context.newPage();
      await page.goto(`${world.shop}/script-tag`);
      const signIn = new SignInView(page.frameLocator('iframe'));
      const before = await signIn.scan(phone);
      await page.reload();
      await signIn.reaches('qr');
      expect(await phone.approve(before)).toMatchObject({ status: 'confirmed', collected: false });
      await phone.approve(await signIn.scan(phone));
      await isSignedInAs(page, 'Alma Exempel');
    });
  },
);

for (const path of ['/login', '/element']) {
  story(`away and back again, ${path}`, shows('RESILIENCE-BACK'), async ({ page, world, phone, signIn }) => {
    await page.goto(world.shop + path);
    await signIn.reaches('qr');
    await page.goto(`${world.shop}/`);
    await page.goBack();
    await phone.approve(await signIn.scan(phone));
    await isSignedInAs(page, 'Alma Exempel');
  });
}
