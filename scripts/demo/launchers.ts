import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const CHECK_EVERY_MS = 500;

/** The program itself, or Node running it; never a shell whose command line merely mentions one. */
const PACKAGE_MANAGER = /^(\S*\/)?(node\s+(\S*\/)?)?(npm|npx|pnpm)(-cli)?(\.[cm]?js)?(\s|$)/;

/**
 * Calls `gone` once when one of the package managers that started this process ends. npm and pnpm
 * do not pass SIGTERM on to what they run, and would leave the demo behind with nothing to stop it.
 */
export function watchLaunchers(gone: () => void): void {
  if (process.platform === 'win32') return;
  const links = launchers();
  if (links.length === 0) return;
  const timer = setInterval(() => {
    if (links.every(({ child, parent }) => parentOf(child) === parent)) return;
    clearInterval(timer);
    gone();
  }, CHECK_EVERY_MS);
  timer.unref();
}

interface Link {
  readonly child: number;
  readonly parent: number;
}

/** From this process up to the highest npm, npx or pnpm among its ancestors; the program that started that may end. */
function launchers(): readonly Link[] {
  const links: Link[] = [];
  let highest = 0;
  for (let child = process.pid; ;) {
    const parent = parentOf(child);
    if (parent === null || parent <= 1) return links.slice(0, highest);
    links.push({ child, parent });
    if (PACKAGE_MANAGER.test(commandOf(parent))) highest = links.length;
    child = parent;
  }
}

/** Null when there is no such process. */
function parentOf(pid: number): number | null {
  const text = process.platform === 'linux' ? linux(pid, 'status').match(/^PPid:\s*(\d+)$/m)?.[1] : ps('ppid=', pid);
  return text ? Number(text) : null;
}

function commandOf(pid: number): string {
  return process.platform === 'linux' ? linux(pid, 'cmdline').replaceAll('\0', ' ') : ps('args=', pid);
}

/** Slim images have no `ps`. */
function linux(pid: number, file: 'status' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function ps(column: string, pid: number): string {
  try {
    const options = { encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('ps', ['-o', column, '-p', String(pid)], options).trim();
  } catch {
    return '';
  }
}
