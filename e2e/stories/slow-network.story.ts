import { expect, shows, SignInView, story } from '../story.ts';

/** As "slow 3G" is measured with: 400 ms there and back, 400 kbit/s. */
const SLOW_3G = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };

for (const path of ['/element', '/script-tag', '/login']) {
  story(
    `slow 3G, ${path}: the page is there within a second of its first byte @long`,
    shows('SLOW-NETWORK'),
    async ({ page, world }) => {
      const session = await page.context().newCDPSession(page);
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', SLOW_3G);
      await page.goto(world.shop + path, { waitUntil: 'commit' });
      const painted = await page.waitForFunction(() => {
        const [paint] = performance.getEntriesByName('first-contentful-paint');
        const [own] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
        return paint && own && { ms: paint.startTime - own.responseStart, text: document.body.innerText };
      });
      const { ms, text } = (await painted.jsonValue()) as { ms: number; text: string };
      console.log(path, ms, JSON.stringify(text.slice(0, 200)));
      expect(ms).toBeLessThan(1_000);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      const began = Date.now();
      await signIn.reaches('qr', { timeout: 30_000 });
      console.log(path, 'qr after', Date.now() - began);
    },
  );
}
