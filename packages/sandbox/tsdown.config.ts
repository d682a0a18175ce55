import { defineConfig, type UserConfig } from 'tsdown';

const config: UserConfig[] = defineConfig([
  {
    entry: { index: 'src/index.ts', cli: 'src/cli.ts' },
    platform: 'node',
    target: 'node22.18',
    dts: { oxc: true },
    // On a busy machine it would warn of the time that the declarations take.
    checks: { bundlerTimings: false },
    inputOptions: { resolve: { conditionNames: ['import', 'node', 'default'] } },
    // The names that package.json says: `.js`, not `.mjs`.
    fixedExtension: false,
    // Only its own: the page is built beside it.
    clean: ['dist/*.js', 'dist/*.d.ts'],
  },
  {
    // The phone's page: one script for the browser, the QR reader in it.
    entry: { page: 'src/phone/page/page.ts' },
    outDir: 'dist/phone',
    platform: 'browser',
    target: 'es2022',
    dts: false,
    minify: true,
    clean: ['dist/phone'],
    // jsqr is a dependency of the package, but a page has no node_modules: everything goes in.
    deps: { alwaysBundle: [/.*/], onlyBundle: ['jsqr'] },
    fixedExtension: false,
    copy: ['html', 'css', 'svg'].map((kind) => ({ from: `src/phone/page/*.${kind}`, to: 'dist/phone' })),
  },
]);
export default config;
