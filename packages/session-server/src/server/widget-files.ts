import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { WidgetFiles } from '../http/pages/widget-files.ts';

/**
 * The script tag and its chunks, in the folder `kept` those of the last two releases. They are copied into
 * this package's `dist` when it is built, so that an installed server needs nothing of the widget's. In the
 * repository (`--conditions=@beckon/source`) they are the widget's own.
 */
export async function readWidget(): Promise<WidgetFiles> {
  const manifest = createRequire(import.meta.url).resolve('#script/manifest.json');
  const folder = dirname(manifest);
  const named = JSON.parse(await readFile(manifest, 'utf8')) as {
    readonly loader: string;
    readonly element: string;
    readonly encoder: string;
  };
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.js'));
  const files = paths.map(async (path) => [basename(path), await readFile(join(folder, path))] as const);
  return { ...named, files: new Map(await Promise.all(files)) };
}
