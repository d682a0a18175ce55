/** What stories of the gallery are told with: the shop alone, and a page that stays, since no session server is asked. */
import { type Browser, test } from '@playwright/test';
import { bringRules } from './world/cell-rules.ts';
import { type Gallery, launchStill, openGallery, startShop } from './world/gallery.ts';

interface WorkerFixtures {
  /** The shop's address. */
  readonly shop: string;
  /** Its pictures are the same each time. */
  readonly still: Browser;
  /** With what `brokenRules` needs. */
  readonly gallery: Gallery;
}

export const story = test.extend<object, WorkerFixtures>({
  shop: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads here what a fixture needs
    async ({}, use) => {
      const shop = await startShop();
      await use(shop.url);
      await shop.stop();
    },
    { scope: 'worker' },
  ],
  still: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      const browser = await launchStill();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  gallery: [
    async ({ shop, still }, use) => {
      const gallery = await openGallery(still, shop);
      await bringRules(gallery.page);
      await use(gallery);
      gallery.problems.assertNone();
    },
    { scope: 'worker' },
  ],
});
