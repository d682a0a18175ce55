import { defineConfig, type UserConfig } from 'tsdown';

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
  // The names that package.json says: `.js`, not `.mjs`.
  fixedExtension: false,
  // The built script tag: an installed server does not need the widget.
  copy: [{ from: '../widget/dist/script', to: 'dist' }],
  // On a busy machine it would warn of the time that the declarations take.
  checks: { bundlerTimings: false },
  inputOptions: { resolve: { conditionNames: ['import', 'node', 'default'] } },
});
export default config;
