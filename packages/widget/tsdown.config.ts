import { fileURLToPath } from 'node:url';
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';
import { ENCODER_NAMES, leanEncoder } from './lean-encoder.ts';
import { leanPreact, PREACT_NAMES } from './lean-preact.ts';
import { shortNames } from './short-names.ts';

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
    // The components have state: a server component that renders them must find that said first. A
    // directive in the source would be kept too, with a warning that it may not be.
    outputOptions: { banner: ({ fileName }) => (fileName === 'react/index.js' ? "'use client';" : '') },
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
    minify: {
      compress: true,
      mangle: true,
      codegen: true,
      mangleProps: { include: new RegExp(`${PREACT_NAMES.source}|${ENCODER_NAMES.source}`) },
    },
    deps: { alwaysBundle: [/./], onlyBundle: false },
    plugins: [smallStyleSheet(), leanEncoder(), leanPreact(), shortNames(), onPreact()],
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
