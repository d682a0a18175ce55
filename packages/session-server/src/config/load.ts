import { access, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { env } from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import type { BeckonConfig } from './beckon-config.ts';
import { ConfigError } from './config-error.ts';
import { failureOf } from './load-failure.ts';
import { readAnew } from './read-anew.ts';
import type { ConfigWarning } from './warnings.ts';

/** Secrets beside the configuration, as `NAME=value` lines. What the environment has already counts more. */
export const SECRETS_FILE = 'beckon.secrets.env';
/** The bits of a file's mode that let its group or all users read or write it. */
const OTHERS = 0o066;
const DEFAULT_FILES = ['beckon.config.ts', 'beckon.config.js', 'beckon.config.mjs'];

/** The first default configuration file in `folder`; null when there is none. */
export async function findConfigFile(folder: string): Promise<string | null> {
  for (const name of DEFAULT_FILES) {
    const path = resolve(folder, name);
    if (await exists(path)) return path;
  }
  return null;
}

/** A configuration file, which can be read again while the process runs. */
export interface ConfigFile {
  readonly path: string;
  /**
   * Reads the file, an ES module whose default export is the configuration, and the ES modules that it imports by relative
   * paths: each time as they are now. `beckon.secrets.env` in the same folder becomes part of the environment first,
   * and what an earlier reading took from there is no part of it any more.
   * @throws ConfigError when it cannot be read or exports none
   */
  read(): Promise<BeckonConfig>;
  /**
   * A word for each line of `beckon.secrets.env` that the last reading found changed since the first, and that does not
   * count, because the process has got the variable in its environment.
   */
  hiddenChanges(): readonly ConfigWarning[];
}

export function configFile(path: string): ConfigFile {
  const file = resolve(path);
  const secrets = createSecretsFile(resolve(dirname(file), SECRETS_FILE));
  let readings = 0;
  return {
    path,
    async read() {
      if (!(await exists(file))) {
        throw new ConfigError([{ path: '', message: `there is no file ${file}; \`beckon-server init\` writes one` }]);
      }
      if (!(await stat(file)).isFile()) throw new ConfigError([{ path: '', message: `${file} is not a file` }]);
      await secrets.read();
      const url = pathToFileURL(file).href;
      readings += 1;
      return importConfig(file, readings === 1 ? url : readAnew(url, readings));
    },
    hiddenChanges: () => secrets.hidden().map((name) => ({ path: name, message: HIDDEN })),
  };
}

async function importConfig(file: string, url: string): Promise<BeckonConfig> {
  const module: { default?: unknown } = await import(url).catch(async (cause: unknown) => {
    throw new ConfigError([{ path: '', message: `${file} could not be read: ${await failureOf(file, cause)}` }]);
  });
  if (typeof module.default !== 'object' || module.default === null || Array.isArray(module.default)) {
    throw new ConfigError([{ path: '', message: `${file} must \`export default defineConfig({ … })\`` }]);
  }
  return module.default as BeckonConfig;
}

/** What deserves a word about the file of secrets beside a configuration. Windows has no such modes. */
export async function secretsFileWarnings(config: string): Promise<readonly ConfigWarning[]> {
  const found = await stat(resolve(dirname(config), SECRETS_FILE)).catch(() => null);
  if (found === null || process.platform === 'win32' || (found.mode & OTHERS) === 0) return [];
  const message = `can be read by other users of this machine: \`chmod 600 ${SECRETS_FILE}\` leaves it to its owner`;
  return [{ path: SECRETS_FILE, message }];
}

const HIDDEN = `was changed in ${SECRETS_FILE}, and the environment of the process hides it: start the server without the variable (EnvironmentFile= of systemd, --env-file), then the file counts`;

interface SecretsFile {
  /** Takes the file's variables into the environment, as they are now. */
  read(): Promise<void>;
  /** Names of lines that are not as they were at first, and that the environment hides. */
  hidden(): readonly string[];
}

function createSecretsFile(file: string): SecretsFile {
  /** Names that came from the file: what the environment had before counts more, and stays. */
  const own = new Set<string>();
  let first: NodeJS.Dict<string> | null = null;
  let last: NodeJS.Dict<string> = {};
  return {
    async read() {
      const found = (await exists(file)) ? await parsed(file) : {};
      for (const name of own) if (found[name] === undefined) delete env[name];
      for (const [name, value] of Object.entries(found)) {
        if (env[name] !== undefined && !own.has(name)) continue;
        own.add(name);
        env[name] = value;
      }
      first ??= found;
      last = found;
    },
    hidden() {
      const names = new Set([...Object.keys(first ?? {}), ...Object.keys(last)]);
      return [...names].filter((name) => last[name] !== first?.[name] && last[name] !== env[name] && !own.has(name));
    },
  };
}

async function parsed(file: string): Promise<NodeJS.Dict<string>> {
  try {
    return parseEnv(await readFile(file, 'utf8'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = /^E[A-Z]+$/.test(code ?? '') ? ` (${code})` : '';
    const message = `${file} could not be read${why}: make it a file of NAME=value lines that this user can read`;
    throw new ConfigError([{ path: '', message }]);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
