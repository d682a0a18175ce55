import { type BeckonConfig, ConfigError, findConfigFile, loadConfigFile } from '../config/index.ts';

/** The configuration that `--config` names, or the default file of the folder. @throws ConfigError */
export async function configOf(
  file: string | undefined,
  folder: string,
): Promise<{ readonly path: string; readonly config: BeckonConfig }> {
  const path = file ?? (await findConfigFile(folder));
  if (path === null) {
    throw new ConfigError([
      {
        path: '',
        message:
          'there is no beckon.config.ts, .js or .mjs in this folder: `beckon-server init` writes one, `--config FILE` names another',
      },
    ]);
  }
  return { path, config: await loadConfigFile(path) };
}
