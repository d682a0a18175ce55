import type { LaunchOptions } from '@playwright/test';

/** The system's Chromium, as `pnpm test` found it; quiet, and with nothing to say to anybody. */
export const CHROMIUM: LaunchOptions = {
  executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
