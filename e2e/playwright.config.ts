import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './world/chromium.ts';

/** What these show of the script tag, they show of the script in one file as well. */
const ON_THE_FULL_SCRIPT = [
  'clobbered-host-page',
  'embed-element',
  'embed-redirect',
  'embed-script-tag',
  'expiry',
  'number-matching',
];

const isLong = process.env['BECKON_LONG'] === '1';

export default defineConfig<object, { readonly script: 'loader' | 'full' | '0.1.0' }>({
  testDir: 'stories',
  testMatch: '*.story.ts',
  projects: [
    { name: 'stories' },
    // Twelve stories once more: with `pnpm test:long`.
    ...(isLong
      ? [
          {
            name: 'full script',
            testMatch: ON_THE_FULL_SCRIPT.map((name) => `${name}.story.ts`),
            use: { script: 'full' as const },
          },
        ]
      : []),
  ],
  outputDir: 'results',
  // `pnpm pictures` records them, with all that makes them small. No story does.
  snapshotPathTemplate: 'pictures/{arg}{ext}',
  updateSnapshots: 'none',
  // What takes minutes of real time runs with `pnpm test:long`.
  ...(isLong ? {} : { grepInvert: /@long/ }),
  // Two processors: a third browser makes everything slower.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  // Real servers start and are killed here, and other work may share the processors.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    launchOptions: CHROMIUM,
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
