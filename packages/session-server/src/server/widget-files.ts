import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** The built script tag, from the widget package that this server depends on. */
export async function readWidget(): Promise<{ readonly script: Buffer; readonly version: string }> {
  const require = createRequire(import.meta.url);
  const { version } = require('@beckon/widget/package.json') as { readonly version: string };
  return { script: await readFile(require.resolve('@beckon/widget/widget.js')), version };
}
