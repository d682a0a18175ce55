import { defineConfig, type UserConfig } from 'tsdown';
import { inLatin1, listBundled } from './bundled.ts';

/** As they are published in ES modules: of each only what is used comes into the build. docs/decisions/0049-what-is-bundled.md */
const BUNDLED = ['eventsource-parser', 'jose', 'nanoid', 'oauth4webapi', 'qr', 'zod'];
/** One file in place of 88, with the packages that it needs. */
const METRICS = ['prom-client', '@opentelemetry/api', 'tdigest', 'bintrees'];

const config: UserConfig = defineConfig({
  entry: {
    index: 'src/index.ts',
    cli: 'src/cli.ts',
    connector: 'src/connector.ts',
    store: 'src/store.ts',
    'testing/index': 'src/testing/index.ts',
  },
  platform: 'node',
  target: 'node22.18',
  dts: { oxc: true },
  deps: {
    onlyBundle: [...BUNDLED, ...METRICS],
    // Declarations have no type of zod's, and a type of jose's.
    dts: { neverBundle: ['zod'] },
  },
  treeshake: { moduleSideEffects: [{ test: /^zod$/, external: true, sideEffects: false }] },
  // The names that package.json says: `.js`, not `.mjs`.
  fixedExtension: false,
  // The built script tag: an installed server does not need the widget.
  copy: [{ from: '../widget/dist/script', to: 'dist' }],
  // On a busy machine it would warn of the time that the declarations take.
  checks: { bundlerTimings: false },
  plugins: [inLatin1, listBundled],
  // A process keeps its sources in memory: what only a reader needs is in the repository, and in the declarations.
  outputOptions: { comments: { legal: true, annotation: false, jsdoc: false } },
  inputOptions: { resolve: { conditionNames: ['import', 'node', 'default'] } },
});
export default config;
