import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Workspace packages are read as sources: no build is needed before a test.
  resolve: { conditions: ['@beckon/source'] },
  // No 'import' here: Node would take it for `require` too, and CommonJS packages (Express's) would be handed ES modules.
  ssr: { resolve: { conditions: ['@beckon/source', 'node'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'packages/widget/*.test.ts',
      'bench/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'tests/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Style sheets are texts here, and a test reads them.
    css: true,
    // No module keeps state, so the files of one worker share them: half the time.
    isolate: false,
    testTimeout: 10_000,
  },
});
