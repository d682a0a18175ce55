import { chromium, type Page } from '@playwright/test';
import { CHROMIUM } from '../world/chromium.ts';
import { readQr } from '../world/qr.ts';
import { SignInView } from '../world/sign-in.ts';
import { expect, shows, story } from '../story.ts';

/** Rules that the page around the widget has besides its own. */
async function pageSays(page: Page, css: string): Promise<void> {
  await page.addInitScript((rules) => {
    if (window.top !== window) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [sheet];
  }, css);
}

const styleOf = (view: SignInView, part: string, property: string): Promise<string> =>
  view.root.locator(part).evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

story('a page’s 62.5 % makes nothing smaller', shows('EYE-SIZE'), async ({ page, world, signIn }) => {
  await pageSays(page, 'html { font-size: 62.5% !important }');
  await page.goto(`${world.shop}/element`);
  await signIn.reaches('qr');
  expect(await styleOf(signIn, '.bk-lead', 'font-size')).toBe('16px');
  expect(await styleOf(signIn, '.bk-title', 'font-size')).toBe('22px');
});

story('and a larger font of the browser makes all larger', shows('EYE-SIZE'), async ({ world }) => {
  const browser = await chromium.launch({
    ...CHROMIUM,
    args: [...(CHROMIUM.args ?? []), '--blink-settings=defaultFontSize=24'],
  });
  const page = await browser.newPage();
  await pageSays(page, 'html { font-size: 62.5% !important }');
  await page.goto(`${world.shop}/element`);
  const view = new SignInView(page);
  await view.reaches('qr');
  expect(await styleOf(view, '.bk-lead', 'font-size')).toBe('24px');
  await browser.close();
});

for (const [scheme, ground] of [
  ['light', /^rgb\(255, 255, 255\)$/],
  // Almost black, with a little of the accent’s hue.
  ['dark', /^oklch\(0\.217 /],
] as const) {
  for (const path of ['/element', '/script-tag']) {
    const other = scheme === 'light' ? 'dark' : 'light';
    story(
      `a page that is only ${scheme} under a ${other} system: ${path}`,
      shows('EYE-SCHEME'),
      async ({ page, world }) => {
        await page.emulateMedia({ colorScheme: other });
        await pageSays(page, `:root { color-scheme: ${scheme} !important }`);
        await page.goto(world.shop + path);
        const view = new SignInView(path === '/element' ? page : page.frameLocator('iframe'));
        await view.reaches('qr');
        await expect.poll(() => styleOf(view, '.bk-card', 'background-color')).toMatch(ground);
        // Another scheme than its page’s would give the frame a ground of its own.
        const root = view.root.page().frames().at(-1)!;
        expect(await root.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toContain(scheme);
      },
    );
  }
}

for (const [ratio, when] of [
  [1.25, ''],
  [1.5, ' @long'],
  [3, ' @long'],
] as const) {
  story(`${ratio} pixels of the screen for one${when}`, shows('QR-READABLE'), async ({ browser, world }) => {
    const context = await browser.newContext({ deviceScaleFactor: ratio, viewport: { width: 700, height: 800 } });
    const page = await context.newPage();
    await page.goto(`${world.shop}/login`);
    const view = new SignInView(page);
    await view.read();
    const module = await view.qr.locator('svg').evaluate((svg: SVGSVGElement) => {
      return (svg.getBoundingClientRect().width * devicePixelRatio) / svg.viewBox.baseVal.width;
    });
    expect(Math.abs(module - Math.round(module)), `a module is ${module} pixels wide`).toBeLessThan(0.01);
    expect(module, 'no smaller than it must be').toBeGreaterThan(4 * ratio);
    await expect
      .poll(async () => readQr(await view.qr.screenshot()), { message: 'it must be readable' })
      .toMatch(/^HTTP:/);
    await context.close();
  });
}

story('the hosted page is headed', shows('EYE-HEADING'), async ({ page, world, signIn }) => {
  await page.goto(`${world.shop}/login`);
  await signIn.reaches('qr');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to Morrow Coffee');
});
