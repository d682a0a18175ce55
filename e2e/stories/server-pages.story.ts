import type { Browser, Page } from '@playwright/test';
import { expect, shows, story } from '../story.ts';
import { bringRules, brokenRules, SERVER_FRAME, SERVER_PAGE } from '../world/cell-rules.ts';
import { CONNECTORS, takeHandset, type Visit, type Walk, WALKS } from '../world/server-pages.ts';
import type { World } from '../world/world.ts';

story.use({ connectors: CONNECTORS });

/** 640 × 400 is 1280 × 800 at 200 %. */
const SIZES = ['280x640', '360x800', '740x360', '640x400', '1280x800'] as const;
const THEMES = ['light', 'dark'] as const;

interface Look {
  readonly size: (typeof SIZES)[number];
  readonly theme: (typeof THEMES)[number];
}
const EVERY: readonly Look[] = SIZES.flatMap((size) => THEMES.map((theme) => ({ size, theme })));

/** What is wrong with the page as it is looked at so. */
async function wrongOn(page: Page, { size, theme }: Look): Promise<readonly string[]> {
  const [width = 360, height = 800] = size.split('x').map(Number);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  const wrong = [...(await brokenRules(page, SERVER_PAGE))];
  for (const frame of page.frames().slice(1)) {
    wrong.push(...(await brokenRules(frame, SERVER_FRAME)).map((rule) => `in its frame: ${rule}`));
    const hidden = await frame.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    if (hidden > 0) wrong.push(`its frame is ${hidden} px too low`);
  }
  return wrong;
}

/** Every page of the walk, as it should be looked at. @param looksAt of the n-th page */
async function walked(
  { world, browser }: { readonly world: World; readonly browser: Browser },
  walks: readonly Walk[],
  looksAt: (n: number) => readonly Look[],
): Promise<{ readonly pages: number; readonly wrong: readonly string[] }> {
  const context = await takeHandset(browser);
  const place = { world, browser, screen: await browser.newPage(), handset: await context.newPage() };
  const wrong: string[] = [];
  let pages = 0;
  const visit: Visit = async (name, page) => {
    await page.waitForLoadState();
    for (const frame of page.frames()) await bringRules(frame);
    for (const look of looksAt(pages))
      wrong.push(...(await wrongOn(page, look)).map((rule) => `${name} ${look.size} ${look.theme}: ${rule}`));
    pages += 1;
  };
  for (const walk of walks) await walk(place, visit);
  await place.screen.close();
  await context.close();
  return { pages, wrong };
}

story('some pages of the server, each in one window', shows('SERVER-PAGES-RULES'), async ({ world, browser }) => {
  const { pages, wrong } = await walked({ world, browser }, [WALKS.phone, WALKS.refused, WALKS.noScript], (n) => [
    EVERY[(n * 3) % EVERY.length]!,
  ]);
  expect(pages, 'or a page is not looked at').toBe(10);
  expect(wrong).toEqual([]);
});

for (const [name, walk] of Object.entries(WALKS)) {
  story(`every page in every window: ${name} @long`, shows('SERVER-PAGES-RULES'), async ({ world, browser }) => {
    story.setTimeout(120_000);
    const { pages, wrong } = await walked({ world, browser }, [walk], () => EVERY);
    expect(pages).toBeGreaterThan(1);
    expect(wrong).toEqual([]);
  });
}

for (const [rule, css] of [
  [/scrolls sideways/, 'h1 { min-inline-size: 400px }'],
  [/text out of its card/, '.lead { position: relative; inset-inline-start: 12em }'],
  [/px to press, 44 asked for/, '.button { block-size: 40px !important; min-block-size: 0 !important }'],
  [/axe color-contrast/, 'h1 { color: #aaa !important }'],
] as const) {
  story(`what breaks a rule is found: ${css} @long`, shows('SERVER-PAGES-RULES'), async ({ world, browser }) => {
    const page = await browser.newPage();
    await page.goto(`${world.issuer}/oauth/logout`);
    await bringRules(page);
    await page.evaluate((rules) => {
      const added = new CSSStyleSheet();
      added.replaceSync(rules);
      document.adoptedStyleSheets.push(added);
      // This page alone has no button.
      document
        .querySelector('main')!
        .append(Object.assign(document.createElement('button'), { className: 'button', textContent: 'Go on' }));
    }, css);
    expect(await wrongOn(page, { size: '280x640', theme: 'light' })).toContainEqual(expect.stringMatching(rule));
    await page.close();
  });
}
