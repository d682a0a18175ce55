import { fileURLToPath } from 'node:url';
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';

type Plugin = Rolldown.Plugin;

const shared = {
  platform: 'browser',
  target: 'es2022',
  hash: false,
  // What is private to this repository is bundled, code and types.
  deps: { alwaysBundle: ['@beckon/protocol'] },
  plugins: [smallStyleSheet()],
} satisfies UserConfig;

const config: UserConfig[] = defineConfig([
  {
    ...shared,
    entry: { index: 'src/index.ts', 'react/index': 'src/react/index.ts', 'frame/index': 'src/frame/index.ts' },
    format: 'esm',
    dts: { oxc: true },
  },
  {
    ...shared,
    entry: { 'element/index': 'src/element/index.ts' },
    format: 'esm',
    dts: { oxc: true },
    plugins: [smallStyleSheet(), onPreact()],
  },
  {
    ...shared,
    entry: { widget: 'src/standalone/index.ts' },
    format: 'iife',
    dts: false,
    minify: true,
    deps: { alwaysBundle: [/./], onlyBundle: false },
    plugins: [smallStyleSheet(), leanEncoder(), onPreact()],
    outputOptions: { entryFileNames: 'widget.js', comments: false },
  },
]);
export default config;

/** Takes out of the style sheet what only its readers need: comments, indentation, line ends. */
function smallStyleSheet(): Plugin {
  return {
    name: 'small-style-sheet',
    transform: (code, id) =>
      /[\\/]theme[\\/](?:style-sheet|tokens)\.ts$/.test(id)
        ? code.replace(/(?<== (?:\/\* css \*\/ )?)`[^`]*`/g, (css) =>
            css
              .replace(/\/\*[^]*?\*\//g, '')
              .replace(/\s+/g, ' ')
              .replace(/ ?([{};,>]) ?/g, '$1')
              .replace(/: /g, ':')
              .replace(/;\}/g, '}'),
          )
        : null,
  };
}

function source(path: string): string {
  return fileURLToPath(new URL(`src/${path}`, import.meta.url));
}

/** The element and the script run on Preact: a page should not need React for one sign-in. Types stay React's. */
function onPreact(): Plugin {
  return {
    name: 'on-preact',
    resolveId: {
      order: 'pre',
      handler(id, importer) {
        if (importer?.endsWith('.d.ts')) return null;
        if (id === 'react') return source('standalone/react.ts');
        if (id === 'react-dom/client') return source('standalone/react-dom-client.ts');
        return id === 'react/jsx-runtime' ? source('standalone/jsx-runtime.ts') : null;
      },
    },
  };
}

/**
 * The QR encoder as ES modules, so that what is not used falls away, and without its search for the
 * best mix of modes: `qr/` hands it one segment whose mode it has chosen. 3 kB brotli less.
 */
function leanEncoder(): Plugin {
  const replaced: Readonly<Record<string, string>> = {
    segments: `
const AlphanumericData = require('./alphanumeric-data')
const ByteData = require('./byte-data')
exports.fromArray = function fromArray (segments) {
  return segments.map(({ data, mode }) => mode === 'alphanumeric' ? new AlphanumericData(data) : new ByteData(data))
}`,
    // Only for finding out the mode of a text that has none.
    regex: '',
  };
  return {
    name: 'lean-encoder',
    transform(code, id) {
      const name = /[\\/]qrcode[\\/]lib[\\/]core[\\/]([\w-]+)\.js$/.exec(id)?.[1];
      if (name === undefined) return null;
      return asEsModule(name === 'error-correction-code' ? levelMOnly(code) : (replaced[name] ?? code));
    },
  };
}

/** Of the two tables with a number for each version and level (L, M, Q, H), the column of the level that `qr/` uses. */
function levelMOnly(code: string): string {
  const tables = [...code.replace(/\/\/.*/g, '').matchAll(/= \[([\d,\s]+)\]/g)].map(
    ([, table = '']) =>
      `[${table
        .split(',')
        .filter((_, i) => i % 4 === 1)
        .join()}][version - 1]`,
  );
  if (tables.length !== 2) throw new Error('The encoder has not the two tables that its lean build is made from.');
  return `
exports.getBlocksCount = function (version) { return ${tables[0]} }
exports.getTotalCodewordsCount = function (version) { return ${tables[1]} }`;
}

/** For the one regular way in which the encoder writes its CommonJS; anything else would not build. */
function asEsModule(code: string): string {
  return (
    code
      .replace(/^const (\w+) = require\('(.+)'\)\.(\w+)$/gm, "import { $3 as $1 } from '$2.js'")
      .replace(/^const (\w+) = require\('(.+-data|.+bit-\w+|.+encoder)'\)$/gm, "import $1 from '$2.js'")
      .replace(/^const (\w+) = require\('(.+)'\)$/gm, "import * as $1 from '$2.js'")
      .replace(/^exports\.(\w+) = function \w* ?\(/gm, 'export function $1 (')
      .replace(/^exports\.(\w+) =/gm, 'export const $1 =')
      .replace(/^module\.exports =/m, 'export default')
      .replace(/\bexports\./g, '')
      // What it says is for developers who call it wrongly; we do not, or tests would say so.
      .replace(/throw new Error\((?:[^()]|\([^()]*\))*\)/g, 'throw new Error()')
  );
}
