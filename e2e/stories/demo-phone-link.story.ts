import type { Page } from '@playwright/test';
import { expect, shows, story } from '../story.ts';

/** What the link carries, wherever on the page or in its frames it is, once it carries the code. */
async function carried(page: Page, selector: string): Promise<string> {
  let text: string | null = null;
  const look = async (): Promise<string | null> => {
    for (const frame of page.frames()) {
      const link = frame.locator(`${selector}[href*="#text="]`);
      const href = (await link.count()) === 1 ? await link.getAttribute('href') : null;
      if (href !== null) text = new URLSearchParams(new URL(href).hash.slice(1)).get('text');
    }
    return text;
  };
  await expect.poll(look, { message: `${page.url()} has no link with the code` }).not.toBeNull();
  return String(text);
}

const PAGES = [
  ['/login', '.sandbox-phone a'],
  ['/script-tag', '.sandbox-phone a'],
  ['/element', '[data-phone]'],
  ['/react', '[data-phone]'],
  ['/spa', '[data-phone]'],
] as const;

story('the code goes to the phone by a link', shows('DEMO-PHONE-LINK'), async ({ page, world, phone }) => {
  for (const [path, selector] of PAGES) {
    await page.goto(world.shop + path);
    const scanned = await phone.scan(await carried(page, selector));
    expect(scanned.consent.client.name, path).toBe('Morrow Coffee');
    await phone.decline(scanned);
  }
});
