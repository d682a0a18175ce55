import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { expect, SignInView, shows, story } from '../story.ts';
import { readQr } from '../world/qr.ts';

/** Brand colours: the ends of sRGB, its corners, what brands have, and all hues as strong, pale, dark and dull ones. */
const HUES = Array.from({ length: 36 }, (_, tenth) => tenth * 10);
const SHADES = ['100% 50%', '100% 25%', '100% 80%', '60% 40%', '60% 60%', '30% 90%', '90% 10%'];
const ACCENTS = '#000 #fff #ff0 #00f #f00 #0f0 #0ff #f0f #767676 #1a56db #2c5a4b #ff8800'
  .split(' ')
  .concat(HUES.flatMap((hue) => SHADES.map((shade) => `hsl(${hue} ${shade})`)));

/** For each pair of the widget's colours the accent with which they are nearest to each other. */
function nearest(page: Page, accents: readonly string[]): Promise<Record<string, { accent: string; ratio: number }>> {
  return page.evaluate((all) => {
    const MARKS = ['rim', 'control'];
    const TEXTS = ['text', 'muted', 'accent', 'good', 'bad', 'warm'];
    const NAMES = ['ground', 'subtle', 'fill', 'on-accent', ...TEXTS, ...MARKS];
    const widget = document.querySelector<HTMLElement>('beckon-signin')!;
    const probes = NAMES.map((name) => {
      const probe = document.createElement('i');
      probe.style.color = `var(--bk-${name})`;
      widget.shadowRoot!.querySelector('.beckon')!.append(probe);
      return probe;
    });
    // The shop has tokens of its own.
    for (const own of ['accent-dark', 'on-accent', 'on-accent-dark'])
      widget.style.setProperty(`--beckon-${own}`, 'initial');
    const canvas = new OffscreenCanvas(NAMES.length, all.length);
    const pen = canvas.getContext('2d', { willReadFrequently: true })!;
    const found: Record<string, { accent: string; ratio: number }> = {};
    for (const theme of ['light', 'dark']) {
      widget.style.colorScheme = theme;
      for (const [row, accent] of all.entries()) {
        widget.style.setProperty('--beckon-accent', accent);
        for (const [column, probe] of probes.entries()) {
          pen.fillStyle = getComputedStyle(probe).color;
          pen.fillRect(column, row, 1, 1);
        }
      }
      const { data } = pen.getImageData(0, 0, NAMES.length, all.length);
      const luminance = (at: number): number => {
        const [r, g, b] = [0, 1, 2].map((channel) => {
          const value = data[at * 4 + channel]! / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
      };
      const pairs = [
        ['on-accent', 'fill'],
        ...[...TEXTS, ...MARKS].flatMap((name) => [
          [name, 'ground'],
          [name, 'subtle'],
        ]),
      ];
      for (const [row, accent] of all.entries()) {
        for (const pair of pairs) {
          const [low, high] = pair
            .map((name) => luminance(row * NAMES.length + NAMES.indexOf(name)))
            .toSorted((a, b) => a - b);
          const ratio = (high! + 0.05) / (low! + 0.05);
          const name = `${MARKS.includes(pair[0]!) ? 'mark' : 'text'}: ${pair.join(' on ')}, ${theme}`;
          if (!(ratio >= (found[name]?.ratio ?? Infinity))) found[name] = { accent, ratio };
        }
      }
    }
    return found;
  }, accents);
}

story('any brand colour gives a palette that can be read', shows('LOOK-CONTRAST'), async ({ page, world, signIn }) => {
  await page.goto(`${world.shop}/element`);
  await signIn.reaches('qr');
  const found = Object.entries(await nearest(page, ACCENTS));
  expect(found).toHaveLength(34);
  for (const [pair, { accent, ratio }] of found) {
    expect(ratio, `${pair}, with ${accent}`).toBeGreaterThanOrEqual(pair.startsWith('mark') ? 3 : 4.5);
  }
});

/** Everything to press, as parts of the window. */
const outOfSight = (view: SignInView): Promise<string[]> =>
  view.root.evaluate((root) =>
    [...root.querySelectorAll('a, button, input, .bk-qr, .bk-warning')]
      .filter((element) => {
        const { top, bottom, left, right } = element.getBoundingClientRect();
        return top < 0 || left < 0 || bottom > innerHeight || right > innerWidth;
      })
      .map((element) => element.outerHTML),
  );

for (const [name, width, height] of [
  ['a low laptop', 1366, 600],
  ['a phone on its side', 844, 390],
] as const) {
  story(
    `${name}: all in sight, before and after the scan`,
    shows('LOOK-FITS'),
    async ({ page, world, phone, signIn }) => {
      await page.setViewportSize({ width, height });
      await page.goto(`${world.shop}/login`);
      await signIn.reaches('qr');
      expect(await outOfSight(signIn)).toEqual([]);
      // It fades in.
      await expect.poll(async () => readQr(await page.screenshot()), 'the code is whole').not.toBeNull();
      await phone.decline(await signIn.scan(phone));
      expect(await outOfSight(signIn)).toEqual([]);
      await signIn.reaches('declined');
      expect(await outOfSight(signIn)).toEqual([]);
      const scrolls = await page.evaluate(() => document.documentElement.scrollHeight > innerHeight);
      expect(scrolls, 'nothing is left to scroll to').toBe(false);
    },
  );
}

for (const [width, path, long] of [
  [400, '/login', ''],
  [1000, '/login', ' @long'],
  [1000, '/script-tag', ''],
] as const) {
  story(
    `${path} at ${width} px: the height stays from the code on${long}`,
    shows('LOOK-STILL'),
    async ({ page, world, phone }) => {
      await page.setViewportSize({ width, height: 1000 });
      await page.goto(world.shop + path);
      const view = new SignInView(path === '/login' ? page : page.frameLocator('iframe'));
      const height = (): Promise<number> => view.root.evaluate((root) => root.getBoundingClientRect().height);
      const plate = (): Promise<number> =>
        view.qr.evaluate(
          (box) => box.getBoundingClientRect().top - box.closest('.bk-card')!.getBoundingClientRect().top,
        );
      await view.reaches('qr');
      // The skeleton before it may have been lower, and the card then grows.
      await view.root.evaluate((root) =>
        Promise.all(
          root
            .getAnimations({ subtree: true })
            .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
            // One that another replaces is cancelled.
            .map(({ finished }) => finished.catch(() => undefined)),
        ),
      );
      const before = await plate();
      const scanned = await phone.scan(await view.read());
      const code = await height();
      await view.reaches('retrieved');
      // Less than half a pixel is no jump.
      expect(await height(), 'after the scan').toBeCloseTo(code, 0);
      expect(await plate(), 'where the code was').toBeCloseTo(before, 0);
      await phone.decline(scanned);
      await view.reaches('declined');
      expect(await height(), 'after the refusal').toBeCloseTo(code, 0);
      if (path === '/login') return;
      const frame = page.locator('iframe');
      // The frame is made of whole pixels.
      await expect
        .poll(async () => Math.abs((await frame.evaluate((iframe) => iframe.clientHeight)) - code))
        .toBeLessThan(1.5);
    },
  );
}

const SCREENS: Readonly<Record<string, BrowserContextOptions>> = {
  '280 px': { viewport: { width: 280, height: 900 } },
  'zoomed to 200 %': { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  'one pixel and a half for one': { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 },
  'three pixels for one, dark': { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, colorScheme: 'dark' },
  'forced colours': { viewport: { width: 1280, height: 800 }, forcedColors: 'active', colorScheme: 'dark' },
};

async function readsOn(browser: Browser, screen: BrowserContextOptions, url: string): Promise<void> {
  const context = await browser.newContext(screen);
  const page = await context.newPage();
  await page.goto(url);
  const view = new SignInView(page);
  await view.reaches('qr');
  await view.qr.scrollIntoViewIfNeeded();
  await expect.poll(async () => readQr(await page.screenshot())).not.toBeNull();
  const module = await view.qr.locator('svg').evaluate((svg) => {
    return (svg.getBoundingClientRect().width * devicePixelRatio) / (svg as SVGSVGElement).viewBox.baseVal.width;
  });
  // Below 225 px whole ones would be too small for a phone's camera at arm's length.
  if (screen.viewport!.width > 280) {
    expect(Math.abs(module - Math.round(module)), 'a module has whole pixels').toBeLessThan(0.01);
  }
  await context.close();
}

for (const [name, screen] of Object.entries(SCREENS)) {
  story(`the code on a screen: ${name} @long`, shows('QR-READABLE'), async ({ browser, world }) => {
    await readsOn(browser, screen, `${world.shop}/login`);
  });
}
