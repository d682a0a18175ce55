import type { Page } from '@playwright/test';
import { expect, isSignedInAs, shows, story } from '../story.ts';

const REQUEST_S = 15;
story.use({ lifetimes: { unscannedSeconds: 3, requestUriSeconds: REQUEST_S } });

const HOUR_MS = 3_600_000;

/** Sets the device's clock, as a person or a time server does: what measures durations goes on as it was. */
async function withClock(page: Page): Promise<(aheadMs: number) => Promise<void>> {
  await page.addInitScript(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + Number(sessionStorage.getItem('clock'));
  });
  return (aheadMs) => page.evaluate((ms) => sessionStorage.setItem('clock', String(ms)), aheadMs);
}

story(
  'a device’s clock that is set, forward and back, between each step',
  shows('RESILIENCE-CLOCK'),
  async ({ page, world, phone, signIn }) => {
    const setClock = await withClock(page);
    await page.goto(`${world.shop}/element`);
    await signIn.reaches('qr');
    await setClock(24 * HOUR_MS);
    const scanned = await signIn.scan(phone);
    await setClock(-HOUR_MS);
    await signIn.reaches('retrieved');
    await phone.approve(scanned);
    await isSignedInAs(page, 'Alma Exempel');
  },
);

for (const path of ['/react', '/element', '/login']) {
  story(
    `a page that was open overnight, ${path} @long`,
    shows('RESILIENCE-OVERNIGHT'),
    async ({ page, world, phone, signIn, problems }) => {
      // The request of the evening.
      problems.expect(/status of 410 .*\/renew/);
      await page.clock.install();
      await page.goto(world.shop + path);
      await signIn.reaches('qr');
      await signIn.reaches('expired', { timeout: 30_000 });
      // The page that expired holds no connection. The server's clock goes on until the request is over.
      await world.server.kill();
      await world.server.start(REQUEST_S * 1000);
      try {
        await page.clock.fastForward('10:00:00');
        await signIn.root.getByRole('button', { name: 'Get a fresh code' }).click();
        if (path === '/react') {
          await phone.approve(await signIn.scan(phone));
          await isSignedInAs(page, 'Alma Exempel');
          return;
        }
        // A request that the page cannot make anew is over: the card says what to press, or the page around it does.
        await expect(signIn.root).toContainText('expired');
        await expect(signIn.root.getByRole('button', { name: 'Get a fresh code' })).toHaveCount(0);
      } finally {
        await world.server.kill();
        await world.server.start();
      }
    },
  );
}

for (const [how, ahead] of [
  ['forward by a minute', 60_000],
  ['back by ten seconds', -10_000],
] as const) {
  story(
    `a server that restarts with its clock set ${how} @long`,
    shows('RESILIENCE-CLOCK'),
    async ({ page, world, phone, signIn, problems }) => {
      problems.expect(/WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|status of 4/);
      await page.goto(`${world.shop}/react`);
      await signIn.reaches('qr');
      await world.server.kill();
      await world.server.start(ahead);
      try {
        await expect(async () => {
          await phone.approve(await signIn.scan(phone));
        }).toPass({ timeout: 30_000 });
        await isSignedInAs(page, 'Alma Exempel');
      } finally {
        await world.server.kill();
        await world.server.start();
      }
    },
  );
}
