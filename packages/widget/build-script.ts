/**
 * Builds the script tag into `dist/script`: the loader, the chunks that it imports, the same in one file,
 * and the files of earlier releases. The loader knows the element's chunk by name, and that one the
 * encoder's, so the innermost is built first (docs/decisions/0035).
 */
import { readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';
import { build, type Rolldown } from 'tsdown';
import manifestOfPackage from './package.json' with { type: 'json' };
import { collectReleases, type Manifest } from './releases.ts';
import { onPreact, SHARED } from './tsdown.config.ts';

const OUT = fileURLToPath(new URL('dist/script/', import.meta.url));
const RELEASES = fileURLToPath(new URL('releases/', import.meta.url));
const { version } = manifestOfPackage;
/** What the element's chunk has elsewhere: the encoder in a chunk beside it, the rest in the loader. */
const OF_THE_LOADER = {
  './import-draw.ts': 'import-draw.ts',
  './host.ts': 'from-loader.ts',
  './explain.ts': 'from-loader.ts',
};
const INSIDE = {
  './import-draw.ts': 'draw-inside.ts',
  './import-mistakes.ts': 'mistakes-inside.ts',
};

const mistakes = await buildFile('esm', 'src/mistakes/mistakes.ts', 'mistakes-[hash].js');
const encoder = await buildFile('esm', 'src/qr/draw.ts', 'encoder-[hash].js');
const element = await buildFile('esm', 'src/standalone/element.ts', 'element-[hash].js', {
  define: { ENCODER_CHUNK: JSON.stringify(`./${encoder}`) },
  plugins: [instead(OF_THE_LOADER)],
});
const loader = await buildFile('iife', 'src/standalone/loader.ts', 'widget.js', {
  define: { ELEMENT_CHUNK: JSON.stringify(`./${element}`), MISTAKES_CHUNK: JSON.stringify(`./${mistakes}`) },
  plugins: [instead({ './import-mistakes.ts': 'import-mistakes.ts' })],
});
const full = await buildFile('iife', 'src/standalone/full.ts', `widget-${version}.full.js`, {
  plugins: [instead(INSIDE)],
});
await collectReleases(RELEASES, OUT);
const manifest: Manifest = { version, loader, full, element, encoder, mistakes };
await writeFile(`${OUT}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);

/** One file of everything that the entry imports. Answers its name, with the hash put in. */
async function buildFile(
  format: 'esm' | 'iife',
  entry: string,
  fileName: string,
  { define = {}, plugins = [] }: { define?: Record<string, string>; plugins?: readonly Rolldown.Plugin[] } = {},
): Promise<string> {
  await build({
    ...SHARED,
    config: false,
    logLevel: 'warn',
    entry: [entry],
    format,
    outDir: OUT,
    clean: false,
    dts: false,
    // terser does it.
    minify: false,
    define,
    plugins: [...SHARED.plugins, onPreact(), ...plugins, terser(format)],
    deps: { alwaysBundle: [/./], onlyBundle: false },
    outputOptions: { entryFileNames: fileName, comments: false, codeSplitting: false },
  });
  const [before = '', after = ''] = fileName.split('[hash]');
  const name = (await readdir(OUT)).find((each) => each.startsWith(before) && each.endsWith(after));
  if (name === undefined) throw new Error(`${fileName} was not built`);
  return name;
}

/** A tenth of a kilobyte here and there: what the bundler's own minifier leaves. */
function terser(format: 'esm' | 'iife'): Rolldown.Plugin {
  return {
    name: 'terser',
    async renderChunk(code) {
      const { code: small = code } = await minify(code, {
        module: format === 'esm',
        ecma: 2020,
        compress: { passes: 3 },
      });
      return small;
    },
  };
}

/** Puts files of `src/standalone` in the place of what rooms import from beside themselves. */
function instead(files: Readonly<Record<string, string>>): Rolldown.Plugin {
  return {
    name: 'instead',
    resolveId: {
      order: 'pre',
      handler(id, importer = '') {
        const file = /\/src\/(?:qr|frame|mistakes)\/[\w-]+\.ts$/.test(importer) ? files[id] : undefined;
        return file === undefined ? null : fileURLToPath(new URL(`src/standalone/${file}`, import.meta.url));
      },
    },
  };
}
