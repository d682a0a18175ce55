import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { story } from '../gallery-story.ts';
import { expect, shows } from '../story.ts';
import { photograph } from '../world/gallery.ts';
import { fileOf, PICTURED, PICTURES_LIMIT } from '../world/pictured.ts';

const FOLDER = join(import.meta.dirname, '../pictures');
/** Pixels that may differ, as a part of all. */
const DIFFERENT = 0.001;

story('chosen cells look as they did when they were recorded @long', shows('GALLERY-PICTURES'), async ({ gallery }) => {
  story.setTimeout(120_000);
  expect(PICTURED.length).toBeLessThanOrEqual(80);
  const names = PICTURED.map(fileOf);
  expect(readdirSync(FOLDER).toSorted(), '`pnpm pictures` records them').toEqual(names.toSorted());
  const pictures = await Promise.all(names.map((name) => readFile(join(FOLDER, name))));
  expect(pictures.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(PICTURES_LIMIT);

  for (const cell of PICTURED) {
    const png = await photograph(gallery, cell);
    // It writes what differs beside the story's results, and goes on.
    expect.soft(png).toMatchSnapshot(fileOf(cell), { maxDiffPixelRatio: DIFFERENT });
  }
});
