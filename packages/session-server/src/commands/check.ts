import { resolveConfig } from '../config/index.ts';
import type { Command } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags } from './flags.ts';

export const check: Command = {
  name: 'check',
  synopsis: 'check [--config FILE]',
  summary: 'checks a configuration and reports every mistake in it',
  async run(args, io) {
    const flags = readFlags(args, ['config']);
    const { path, config } = await configOf(flags.config, io.folder);
    const settings = resolveConfig(config);
    io.out(
      `${path} is good: ${settings.issuer}, ${settings.clients.length} client(s), ${settings.connectors.length} connector(s)`,
    );
  },
};
