import type { Locator } from '@playwright/test';
import { expect, shows, story } from '../story.ts';
import { pushRequest } from '../world/relying-party.ts';

story.use({ connectors: 'all' });

/** Which of a tile's pictures are not masked away, by the ends of their names; they have loaded. */
async function shown(tile: Locator): Promise<readonly (string | undefined)[]> {
  return tile
    .locator('img')
    .evaluateAll((pictures: HTMLImageElement[]) =>
      pictures
        .filter((picture) => !getComputedStyle(picture).maskImage.includes('rgba(0, 0, 0, 0)'))
        .map((picture) => (picture.complete && picture.naturalWidth > 0 ? picture.dataset['scheme'] : 'broken')),
    );
}

story(
  'in the scheme of the system, of the page, and of the widget',
  shows('CHOICE-MARKS'),
  async ({ page, world, signIn }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${world.shop}/element`);
    await signIn.reaches('choosing');
    const tile = signIn.root.locator('.bk-mark').first();
    await expect.poll(() => shown(tile)).toEqual(['light']);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => shown(tile), 'the system’s').toEqual(['dark']);
    await page.evaluate(() => document.documentElement.style.setProperty('color-scheme', 'light'));
    await expect.poll(() => shown(tile), 'the page’s').toEqual(['light']);
    await page.evaluate(() => document.querySelector('beckon-signin')!.setAttribute('theme', 'dark'));
    await expect.poll(() => shown(tile), 'the widget’s').toEqual(['dark']);
  },
);

story(
  'a page that does not let them load',
  shows('CHOICE-MARKS'),
  async ({ page, context, world, signIn, problems }) => {
    await context.grantPermissions(['local-network-access']);
    const { request_uri } = await pushRequest(world);
    const { issuer, shop } = world;
    await page.route(`${shop}/no-pictures`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        headers: {
          'Content-Security-Policy': `default-src 'none'; script-src ${issuer}; connect-src ${issuer} ${issuer.replace('http', 'ws')}; img-src data:`,
        },
        body: `<!doctype html><title>No pictures</title><link rel="icon" href="data:,">
        <script src="${issuer}/widget.js" async></script>
        <beckon-signin client-id="shop" request-uri="${request_uri}"></beckon-signin>`,
      }),
    );
    problems.expect(/img-src|Content Security Policy/);
    await page.goto(`${shop}/no-pictures`);
    await signIn.reaches('choosing');
    await expect(signIn.root.locator('.bk-mark[data-drawn] path')).toHaveCount(7);
  },
);
