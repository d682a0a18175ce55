import { expect, shows, SignInView, story } from '../story.ts';

/** "Slow 3G", as it is measured with: 400 ms there and back, 400 kbit/s. */
const LATENCY_MS = 400;
const SLOW_3G = { offline: false, latency: LATENCY_MS, downloadThroughput: 50_000, uploadThroughput: 50_000 };

for (const path of ['/element', '/script-tag', '/login']) {
  story(
    `slow 3G, ${path}: something is there within a second, and then the code @long`,
    shows('SLOW-NETWORK'),
    async ({ page, world }) => {
      const session = await page.context().newCDPSession(page);
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', SLOW_3G);
      await page.goto(world.shop + path, { waitUntil: 'commit' });
      const painted = await page.waitForFunction(() => {
        const [paint] = performance.getEntriesByName('first-contentful-paint');
        const styles = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('.css'));
        if (!paint || !styles) return null;
        const { startTime, responseEnd } = styles as PerformanceResourceTiming;
        // The style sheet is asked for with the page's first bytes.
        return { sincePage: paint.startTime - startTime, sinceStyles: paint.startTime - responseEnd };
      });
      const { sincePage, sinceStyles } = (await painted.jsonValue())!;
      expect(sincePage, 'something is on the screen within a second of the page’s first bytes').toBeLessThan(1_000);
      expect(sinceStyles, 'it waits for the style sheet, and for no script').toBeLessThan(LATENCY_MS / 2);
      const signIn = new SignInView(path === '/script-tag' ? page.frameLocator('iframe') : page);
      await signIn.reaches('qr', { timeout: 30_000 });
    },
  );
}
