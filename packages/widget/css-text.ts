import { readFile } from 'node:fs/promises';
import { transform } from 'lightningcss';
import type { Rolldown } from 'tsdown';

/** A build step: `import css from './….css?raw'` is the sheet as text, minified. */
export function cssText(): Rolldown.Plugin {
  return {
    name: 'css-text',
    async load(id) {
      const [filename = '', query] = id.split('?');
      if (query !== 'raw' || !filename.endsWith('.css')) return null;
      const { code, warnings } = transform({ filename, code: await readFile(filename), minify: true });
      for (const { message } of warnings) this.warn(`${filename}: ${message}`);
      return { code: `export default ${JSON.stringify(code.toString())}`, moduleType: 'js' };
    },
  };
}
