import { type BeckonConfig, ConfigError, type ConfigFile, configFile, findConfigFile } from '../config/index.ts';

/** The file that `--config` names, or the default one of the folder. @throws ConfigError where there is none */
export async function configFileOf(file: string | undefined, folder: string): Promise<ConfigFile> {
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
  return configFile(path);
}

/** The configuration that `--config` names, or the default file of the folder. @throws ConfigError */
export async function configOf(
  file: string | undefined,
  folder: string,
): Promise<{ readonly path: string; readonly config: BeckonConfig }> {
  const opened = await configFileOf(file, folder);
  return { path: opened.path, config: await opened.read() };
}
