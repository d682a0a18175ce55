import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DemoError } from './arguments.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a demo keeps from one run to the next, in a folder of its own for each port base. */
export interface DemoState {
  /** Absolute. */
  readonly folder: string;
  /** As a person in the repository's root would write it. */
  readonly shownFolder: string;
  readonly secret: string;
  readonly subjectSecret: string;
}

/** Makes the folder and its secrets where there are none. Both are readable by their owner alone. */
export function openState(portBase: number, root: string = ROOT): DemoState {
  const folder = join(root, '.demo', String(portBase));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const shownFolder = relative(root, folder);
  const { secret, subject_secret } = readSecrets(join(folder, 'secrets.json'), shownFolder);
  return { folder, shownFolder, secret, subjectSecret: subject_secret };
}

/**
 * Writes the session server's configuration into the demo's folder, with its variables beside it: so any command of
 * `beckon-server` can be told of it, and SIGHUP reads examples/web/beckon.config.ts anew.
 * @returns the file
 */
export function writeConfig({ folder }: DemoState, env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, 'beckon.secrets.env'), lines.join(''), { mode: 0o600 });
  const file = join(folder, 'beckon.config.ts');
  const config = relative(folder, join(ROOT, 'examples/web/beckon.config.ts')).replaceAll('\\', '/');
  writeFileSync(file, `// Written at each start of the demo.\nexport { default } from '${config}';\n`);
  return file;
}

interface Secrets {
  readonly secret: string;
  readonly subject_secret: string;
}

function readSecrets(file: string, shownFolder: string): Secrets {
  const fresh: Secrets = { secret: newSecret(), subject_secret: newSecret() };
  try {
    writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const stored = parse(readFileSync(file, 'utf8'));
  if (typeof stored?.secret === 'string' && typeof stored.subject_secret === 'string') return stored as Secrets;
  throw new DemoError(`${shownFolder}/secrets.json cannot be read. Delete ${shownFolder} to start afresh.`);
}

function parse(text: string): Partial<Record<keyof Secrets, unknown>> | null {
  try {
    return JSON.parse(text) as Partial<Record<keyof Secrets, unknown>> | null;
  } catch {
    return null;
  }
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
