import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { loadEnvFile } from 'node:process';
import { pathToFileURL } from 'node:url';
import type { BeckonConfig } from './beckon-config.ts';
import { ConfigError } from './config-error.ts';

/** Secrets beside the configuration, as `NAME=value` lines. What the environment has already counts more. */
const SECRETS_FILE = 'beckon.secrets.env';
const DEFAULT_FILES = ['beckon.config.ts', 'beckon.config.js', 'beckon.config.mjs'];

/** The first default configuration file in `folder`; null when there is none. */
export async function findConfigFile(folder: string): Promise<string | null> {
  for (const name of DEFAULT_FILES) {
    const path = resolve(folder, name);
    if (await exists(path)) return path;
  }
  return null;
}

/**
 * Reads a configuration file: an ES module whose default export is the configuration. `beckon.secrets.env` in the same
 * folder becomes part of the environment first.
 * @throws ConfigError when it cannot be read or exports none
 */
export async function loadConfigFile(path: string): Promise<BeckonConfig> {
  const file = resolve(path);
  if (!(await exists(file))) {
    throw new ConfigError([{ path: '', message: `there is no file ${file}; \`beckon-server init\` writes one` }]);
  }
  if (!(await stat(file)).isFile()) throw new ConfigError([{ path: '', message: `${file} is not a file` }]);
  await loadSecrets(resolve(dirname(file), SECRETS_FILE));
  const module: { default?: unknown } = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // `npm init` writes that type, and Node says only that `import` may not be used.
    const isMisread = cause instanceof SyntaxError && !/\.m[jt]s$/.test(file);
    const hint = isMisread ? '. If the package.json here has "type": "commonjs", name the file beckon.config.mjs' : '';
    throw new ConfigError([{ path: '', message: `${file} could not be read: ${reason}${hint}` }]);
  });
  if (typeof module.default !== 'object' || module.default === null || Array.isArray(module.default)) {
    throw new ConfigError([{ path: '', message: `${file} must \`export default defineConfig({ … })\`` }]);
  }
  return module.default as BeckonConfig;
}

async function loadSecrets(file: string): Promise<void> {
  if (!(await exists(file))) return;
  try {
    loadEnvFile(file);
  } catch (cause) {
    const { code = 'it is no file of NAME=value lines' } = cause as NodeJS.ErrnoException;
    throw new ConfigError([{ path: '', message: `${file} could not be read: ${code}` }]);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
