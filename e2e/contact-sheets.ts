/**
 * `pnpm sheets [words]`, after `build`: pictures of the gallery's cells on sheets that a person can look through, written to
 * `e2e/sheets`. Words choose states by name. `--dir rtl` turns them, `--sizes 280x800,844x390` and `--themes dark` choose
 * others than the usual: 360 and 1280 px, light and dark.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from '@playwright/test';
import { type Cell, type Gallery, launchStill, nameOf, openGallery, photograph, startShop } from './world/gallery.ts';

const FOLDER = join(import.meta.dirname, 'sheets');
/** The longer side of a sheet, in px. */
const SHEET_PX = 2000;
const GAP_PX = 16;
const LABEL_PX = 24;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: { type: 'string', default: 'ltr' },
    sizes: { type: 'string', default: '360x800,1280x800' },
    themes: { type: 'string', default: 'light,dark' },
  },
});

interface Picture {
  readonly label: string;
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

async function pictureOf(gallery: Gallery, cell: Cell): Promise<Picture> {
  const png = await photograph(gallery, cell);
  // The header of a PNG (ISO/IEC 15948 §11.2.2).
  return { label: nameOf(cell), png, width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** Rows of pictures, as many as go on a sheet. Wide ones are made smaller by half. */
async function writeSheets(browser: Browser, name: string, pictures: readonly Picture[]): Promise<void> {
  const scale = (pictures[0]?.width ?? 0) > 700 ? 0.5 : 1;
  const width = (pictures[0]?.width ?? 0) * scale + GAP_PX;
  const columns = Math.max(1, Math.floor((SHEET_PX - GAP_PX) / width));
  const rows = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, i) =>
    pictures.slice(i * columns, (i + 1) * columns),
  );
  const heightOf = (row: readonly Picture[]): number =>
    Math.max(...row.map(({ height }) => height * scale)) + LABEL_PX + GAP_PX;
  const sheets: (readonly Picture[])[][] = [];
  let room = 0;
  for (const row of rows) {
    if (room < heightOf(row)) {
      sheets.push([]);
      room = SHEET_PX - GAP_PX;
    }
    sheets.at(-1)!.push(row);
    room -= heightOf(row);
  }
  const page = await browser.newPage({ viewport: { width: SHEET_PX, height: 600 } });
  for (const [i, sheet] of sheets.entries()) {
    const figures = sheet
      .flat()
      .map(
        ({ label, png, width: w, height: h }) =>
          `<figure><figcaption>${label}</figcaption><img width="${w * scale}" height="${h * scale}" src="data:image/png;base64,${png.toString('base64')}"></figure>`,
      );
    await page.setContent(
      `<style>body{margin:0;padding:${GAP_PX}px 0 0 ${GAP_PX}px;background:#888;display:grid;grid-template-columns:repeat(${columns},max-content);gap:${GAP_PX}px;width:max-content;padding-right:${GAP_PX}px}figure{margin:0}figcaption{font:14px/${LABEL_PX}px sans-serif;color:#fff}img{display:block}</style>${figures.join('')}`,
    );
    const file = join(FOLDER, `${name}-${i + 1}.png`);
    await page.locator('body').screenshot({ path: file });
    console.log(file);
  }
  await page.close();
}

const [shop, browser] = await Promise.all([startShop(), launchStill()]);
try {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const gallery = await openGallery(browser, shop.url);
  const wanted = gallery.states.filter((state) => positionals.every((word) => state.includes(word)));
  for (const size of values.sizes.split(',')) {
    for (const theme of values.themes.split(',') as ('light' | 'dark')[]) {
      const pictures: Picture[] = [];
      for (const state of wanted)
        pictures.push(await pictureOf(gallery, { state, theme, dir: values.dir as 'ltr' | 'rtl', size }));
      await writeSheets(browser, `${size}-${theme}-${values.dir}`, pictures);
    }
  }
} finally {
  await browser.close();
  await shop.stop();
}
