/**
 * The Chromium that the end-to-end tests drive: the system's own, not one that Playwright would
 * download. `CHROME_PATH` names another.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const HOW_TO = `No Chromium found. Either
  Debian, Ubuntu   sudo apt-get update && sudo apt-get install -y chromium
  Fedora           sudo dnf install chromium
  macOS            brew install --cask google-chrome
or set CHROME_PATH to the program of a Chromium or Chrome.`;

/** The program's path, or null. */
export function findBrowser(): string | null {
  const chosen = process.env['CHROME_PATH'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/snap/bin'];
  const candidates = [...PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program))), ...PLACES];
  return candidates.find(isExecutable) ?? null;
}

/** Finds a browser, installing one where this may be done without asking. @throws with what to do by hand. */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log('No Chromium found: installing the distribution’s package');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation']]) {
      spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    }
  }
  const installed = findBrowser();
  if (installed === null) throw new Error(HOW_TO);
  return installed;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
