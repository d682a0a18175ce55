/**
 * `pnpm pictures`, after `build`: records the pictures that `gallery-pictures.story.ts` compares with. Those that still
 * look the same are left as they are.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { launchStill, openGallery, photograph, startShop } from './world/gallery.ts';
import { fileOf, PICTURED, PICTURES_LIMIT } from './world/pictured.ts';

const FOLDER = join(import.meta.dirname, 'pictures');

/** Of areas of one colour, lines are best left as they are (PNG's filter 0), and compressed for what comes again. */
const FLAT = { filterType: 0, deflateStrategy: 0 } as const;

/** The same pixels in fewer bytes: no alpha, and all the time that compression wants. */
function packed(png: Buffer): Buffer {
  const picture = PNG.sync.read(png);
  return PNG.sync.write(picture, { colorType: 2, inputColorType: 6, inputHasAlpha: true, deflateLevel: 9, ...FLAT });
}

async function samePixels(file: string, png: Buffer): Promise<boolean> {
  const before = await readFile(file).catch(() => null);
  if (before === null) return false;
  const [old, now] = [PNG.sync.read(before), PNG.sync.read(png)];
  return old.width === now.width && old.data.equals(now.data);
}

const [shop, browser] = await Promise.all([startShop(), launchStill()]);
try {
  await mkdir(FOLDER, { recursive: true });
  const names = new Set(PICTURED.map(fileOf));
  for (const file of await readdir(FOLDER)) if (!names.has(file)) await rm(join(FOLDER, file));
  const gallery = await openGallery(browser, shop.url);
  let recorded = 0;
  let bytes = 0;
  for (const cell of PICTURED) {
    const file = join(FOLDER, fileOf(cell));
    const png = await photograph(gallery, cell);
    if (!(await samePixels(file, png))) {
      await writeFile(file, packed(png));
      recorded += 1;
    }
    bytes += (await stat(file)).size;
  }
  console.log(`${names.size} pictures, ${recorded} of them new, ${Math.round(bytes / 1000)} kB in all`);
  if (bytes > PICTURES_LIMIT) throw new Error(`no more than ${PICTURES_LIMIT / 1000} kB: take cells out`);
} finally {
  await browser.close();
  await shop.stop();
}
