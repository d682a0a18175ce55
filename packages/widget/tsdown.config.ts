import { fileURLToPath } from 'node:url';
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';
import { cssText } from './css-text.ts';

interface Shared {
  readonly platform: 'browser';
  readonly target: string;
  readonly hash: boolean;
  readonly deps: { readonly alwaysBundle: string[] };
  readonly checks: { readonly bundlerTimings: boolean };
  readonly plugins: Rolldown.Plugin[];
}

const source = (name: string): string => fileURLToPath(new URL(`src/standalone/${name}`, import.meta.url));
const PREACT: Readonly<Record<string, string>> = {
  react: source('react.ts'),
  'react-dom/client': source('react-dom-client.ts'),
  'react/jsx-runtime': source('jsx-runtime.ts'),
};

/**
 * The element and the script run on Preact: a page should not need React for one sign-in. Types stay React's.
 * An alias would come too late: a peer dependency is left out of the bundle first.
 */
export function onPreact(): Rolldown.Plugin {
  return {
    name: 'on-preact',
    resolveId: {
      order: 'pre',
      handler: (id, importer) => (importer?.endsWith('.d.ts') ? null : PREACT[id]),
    },
  };
}

export const SHARED: Shared = {
  platform: 'browser',
  target: 'es2022',
  hash: false,
  // What is private to this repository is bundled, code and types.
  deps: { alwaysBundle: ['@beckon/protocol'] },
  // On a busy machine it would warn of the time that terser takes.
  checks: { bundlerTimings: false },
  plugins: [cssText()],
};

/** What bundlers import. `build-script.ts` builds the script tag after it. */
const config: UserConfig[] = defineConfig([
  {
    ...SHARED,
    entry: { index: 'src/index.ts', 'react/index': 'src/react/index.ts', 'frame/index': 'src/frame/index.ts' },
    format: 'esm',
    dts: { oxc: true },
    // The components have state: a server component that renders them must find that said first. A
    // directive in the source would be kept too, with a warning that it may not be.
    outputOptions: { banner: ({ fileName }) => (fileName === 'react/index.js' ? "'use client';" : '') },
  },
  {
    ...SHARED,
    entry: { 'element/index': 'src/element/index.ts' },
    format: 'esm',
    dts: { oxc: true },
    // The other build has files of the same names.
    outputOptions: { chunkFileNames: 'element/[name].js' },
    plugins: [cssText(), onPreact()],
  },
]);
export default config;
