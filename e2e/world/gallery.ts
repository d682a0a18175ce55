/** The shop's gallery in a browser whose pictures are the same each time: one page, in which one cell follows another. */
import { type Browser, chromium, type Page } from '@playwright/test';
import { CHROMIUM } from './chromium.ts';
import { Problems } from './problems.ts';
import { freePortBase } from './ports.ts';
import { ServerProcess } from './process.ts';

/** What a font's edges look like depends on screens and settings. These leave the choice to no machine. */
const SAME_PIXELS = [
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--disable-font-subpixel-positioning',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
  // What was drawn before stays out of it: no part of a tile is kept from the cell before.
  '--disable-partial-raster',
];

export interface Cell {
  readonly state: string;
  readonly theme: 'light' | 'dark';
  readonly dir: 'ltr' | 'rtl';
  /** Of the window, in CSS px, for example `360x800`. */
  readonly size: string;
}

export interface Gallery {
  readonly page: Page;
  /** Of the page, its policy's included. */
  readonly problems: Problems;
  /** The names of all states, in the gallery's order. */
  readonly states: readonly string[];
  /** Resolves once that cell is drawn. @throws Error where it cannot be */
  readonly show: (cell: Cell) => Promise<void>;
}

export const nameOf = ({ state, theme, dir, size }: Cell): string => `${state} ${theme} ${dir} ${size}`;

/** The shop alone: the gallery's cells ask no session server. */
export async function startShop(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePortBase(1);
  const url = `http://localhost:${port}`;
  const shop = new ServerProcess({
    name: 'shop',
    args: ['examples/web/src/server.ts', '--port', String(port)],
    ready: `${url}/`,
  });
  await shop.start();
  return { url, stop: () => shop.stop() };
}

export function launchStill(): Promise<Browser> {
  return chromium.launch({ ...CHROMIUM, args: [...(CHROMIUM.args ?? []), ...SAME_PIXELS] });
}

/** @param ratio pixels of the screen for one of CSS */
export async function openGallery(
  browser: Browser,
  shop: string,
  options: { readonly ratio?: number; readonly forcedColors?: 'active' | 'none' } = {},
): Promise<Gallery> {
  const context = await browser.newContext({
    deviceScaleFactor: options.ratio ?? 1,
    reducedMotion: 'reduce',
    forcedColors: options.forcedColors ?? 'none',
  });
  const problems = await Problems.watch(context);
  // A cell shows what the widget says of a frame that never answers, and of one that the page's policy forbids.
  problems.expect(/setup_frame|content policy: frame-src .*\/gallery\/cell, :0\)/);
  const page = await context.newPage();
  await page.goto(`${shop}/gallery/cell`);
  const states = await page.evaluate(() => window.gallery.states);
  let shown = '';
  return {
    page,
    problems,
    states,
    async show({ state, theme, dir, size }) {
      if (size !== shown) {
        const [width = 360, height = 800] = size.split('x').map(Number);
        await page.setViewportSize({ width, height });
        shown = size;
      }
      await page.evaluate((query) => window.gallery.show(query), `state=${state}&theme=${theme}&dir=${dir}`);
    },
  };
}

/** The cell as a picture: all of the page that there is, with every animation at its end. */
export async function photograph({ page, show }: Gallery, cell: Cell): Promise<Buffer> {
  await show(cell);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const { width = 0 } = page.viewportSize() ?? {};
  return page.screenshot({ clip: { x: 0, y: 0, width, height }, fullPage: true, animations: 'disabled' });
}

declare global {
  interface Window {
    /** Of the page with the cells, `examples/web/src/gallery/show-cell.tsx`. */
    readonly gallery: {
      readonly states: readonly string[];
      readonly show: (query: string) => Promise<void>;
      /** `setTimeout` as it is where time passes. */
      readonly later: typeof setTimeout;
    };
  }
}
