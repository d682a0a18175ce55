import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as passes } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import { CHROMIUM } from '../world/chromium.ts';
import { expect, shows, SignInView, story } from '../story.ts';
import { pushRequest } from '../world/relying-party.ts';
import type { World } from '../world/world.ts';

/** Another website, which hears what the page says of itself: no driver reaches a page that comes out of the cache. */
async function openElsewhere() {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    request.on('data', (text: Buffer) => heard.push(text.toString()));
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url, heard, close };
}

/** Without `no-store`, as most websites are. */
async function hostingPage(world: World, form: 'element' | 'iframe', elsewhere: string): Promise<string> {
  const { request_uri } = await pushRequest(world);
  const { issuer } = world;
  const widget =
    form === 'element'
      ? `<script src="${issuer}/widget.js" async></script>
         <beckon-signin client-id="shop" request-uri="${request_uri}"></beckon-signin>`
      : `<script src="${issuer}/widget.js" async data-login-url="/login"></script>`;
  return `<!doctype html><title>Hosting</title><link rel="icon" href="data:,">${widget}<script>
    const tell = (text) => navigator.sendBeacon('${elsewhere}', text);
    addEventListener('pageshow', ({ persisted }) => tell(persisted ? 'back' : 'opened'));
    addEventListener('beckon-step', ({ detail }) => tell(detail.phase));
  </script>`;
}

for (const form of ['element', 'iframe'] as const) {
  story(
    `away after the scan and back out of the back/forward cache, ${form}${form === 'iframe' ? ' @long' : ''}`,
    shows('RESILIENCE-BACK-CACHE'),
    async ({ world, phone }) => {
      const elsewhere = await openElsewhere();
      const browser = await chromium.launch({ ...CHROMIUM, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
      try {
        const context = await browser.newContext();
        await context.grantPermissions(['local-network-access']);
        const page = await context.newPage();
        const body = await hostingPage(world, form, elsewhere.url);
        await page.route(`${world.shop}/hosting`, (route) => route.fulfill({ contentType: 'text/html', body }));
        await page.goto(`${world.shop}/hosting`);
        const scanned = await new SignInView(form === 'iframe' ? page.frameLocator('iframe') : page).scan(phone);
        expect(world.wire.webSockets).toBe(1);
        await page.goto(elsewhere.url);
        await expect.poll(() => world.wire.webSockets, 'a page that is away listens to nothing').toBe(0);
        void page.evaluate(() => history.back()).catch(() => {});
        await expect.poll(() => elsewhere.heard.at(-1)).toBe('back');
        await expect.poll(() => world.wire.webSockets).toBe(1);
        expect(await phone.approve(scanned)).toMatchObject({ collected: true });
        await expect.poll(() => elsewhere.heard).toContain('confirmed');
        expect(elsewhere.heard.slice(0, -1)).not.toContain('failed');
      } finally {
        // The driver may wait for a page that it has lost.
        await Promise.race([browser.close(), passes(3_000)]);
        elsewhere.close();
      }
    },
  );
}
