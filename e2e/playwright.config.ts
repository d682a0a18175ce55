import { defineConfig } from '@playwright/test';
import { CHROMIUM } from './world/chromium.ts';

export default defineConfig({
  testDir: 'stories',
  testMatch: '*.story.ts',
  outputDir: 'results',
  // What takes minutes of real time runs with `pnpm test:long`.
  ...(process.env['BECKON_LONG'] === '1' ? {} : { grepInvert: /@long/ }),
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
