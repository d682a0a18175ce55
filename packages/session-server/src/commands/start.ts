import { resolveConfig } from '../config/index.ts';
import { createSessionServer } from '../server/index.ts';
import { type Command } from './command.ts';
import { configOf } from './config-flag.ts';
import { portFlag, readFlags } from './flags.ts';

export const start: Command = {
  name: 'start',
  synopsis: 'start [--config FILE] [--port N] [--host H]',
  summary: "runs the server; by default on the issuer's own port, on 127.0.0.1",
  async run(args, io) {
    const flags = readFlags(args, ['config', 'port', 'host']);
    const port = flags.port === undefined ? null : portFlag('port', flags.port);
    const { config } = await configOf(flags.config, io.folder);
    const { issuer } = resolveConfig(config);
    const server = await createSessionServer(config);
    try {
      const address = await server.listen(port ?? defaultPort(issuer), flags.host ?? '127.0.0.1');
      io.out(`${issuer} is served on ${address}`);
      await io.stopped;
    } finally {
      await server.close();
    }
  },
};

function defaultPort(issuer: string): number {
  const { port, protocol } = new URL(issuer);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
