import { type Locator, type Page } from '@playwright/test';
import { expect, shows, story } from '../story.ts';
import { readQr } from '../world/qr.ts';

const TEXT = /^HTTP:\/\/127\.0\.0\.1:\d+\/Q\/[0-9A-F]{2}[0-9A-Z]{26}\.\d+\.[0-9A-Z]+$/;

/** Photographs the whole screen, as the phone's camera would see it. */
async function photograph(page: Page, code: Locator): Promise<string | null> {
  await code.scrollIntoViewIfNeeded();
  return readQr(await page.screenshot());
}

for (const theme of ['light', 'dark'] as const) {
  for (const [device, width] of [
    ['a phone', 360],
    ['a desktop', 1280],
  ] as const) {
    story(`${theme}, on ${device} (${width} px)`, shows('QR-READABLE'), async ({ page, world, signIn }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: theme });
      for (const path of ['/login', '/element']) {
        await page.goto(world.shop + path);
        await signIn.reaches('qr');
        await expect
          .poll(() => photograph(page, signIn.qr), { message: `the QR of ${path} must be readable` })
          .toMatch(TEXT);
        const fits = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
        expect(fits, `${path} must not scroll sideways`).toBe(true);
      }
    });
  }
}

story('a new code every two seconds, and no message @long', shows('QR-ROTATES'), async ({ page, world, signIn }) => {
  const messages: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => messages.push(String(payload))));
  await page.goto(`${world.shop}/login`);
  await signIn.reaches('qr');
  await expect.poll(() => messages.length, 'the snapshot').toBeGreaterThan(0);
  messages.length = 0;
  const seen: { readonly text: string; readonly at: number }[] = [];
  while (seen.length < 8) {
    const text = await signIn.read();
    if (seen.at(-1)?.text === text) continue;
    expect(text).toMatch(TEXT);
    seen.push({ text, at: Date.now() });
  }
  expect(messages, 'all frames came at once').toEqual([]);
  expect(new Set(seen.map(({ text }) => text)).size, 'no text may come back').toBe(8);
  expect(new Set(seen.map(({ text }) => text.split('.').at(-3))).size, 'all are one session').toBe(1);
  const steps = seen.map(({ text }) => Number(text.split('.').at(-2)));
  expect(steps, 'steps only grow').toEqual(steps.toSorted((a, b) => a - b));
  const ms = (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0);
  const perFrame = ms / ((steps.at(-1) ?? 0) - (steps[0] ?? 0));
  expect(perFrame, 'a frame stands for two seconds').toBeGreaterThan(1600);
  expect(perFrame).toBeLessThan(2400);
});
