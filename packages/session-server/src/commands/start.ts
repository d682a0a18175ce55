import { resolveConfig, secretsFileWarnings } from '../config/index.ts';
import { createSessionServer, type SessionServer } from '../server/index.ts';
import { LOG_LEVELS, type LogLevel } from '../telemetry/index.ts';
import { type Command, UsageError } from './command.ts';
import { configFileOf } from './config-flag.ts';
import { portFlag, readFlags } from './flags.ts';

export const start: Command = {
  name: 'start',
  synopsis: 'start [--config FILE] [--port N] [--host H] [--log-level L]',
  summary: "runs the server; by default on the issuer's own port, on 127.0.0.1",
  async run(args, io) {
    const flags = readFlags(args, ['config', 'port', 'host', 'log-level']);
    const port = flags.port === undefined ? null : portFlag('port', flags.port);
    const level = flags['log-level'];
    const logLevel = level === undefined ? {} : { logLevel: logLevelOf(level) };
    const file = await configFileOf(flags.config, io.folder);
    // From here on the signal ends no process: until there is a server it waits.
    const opened = Promise.withResolvers<SessionServer>();
    io.onReload(async () => (await opened.promise).reload(file.read(), () => file.hiddenChanges()));
    const config = await file.read();
    const { issuer } = resolveConfig(config);
    const server = await createSessionServer(config, logLevel);
    opened.resolve(server);
    try {
      const address = await server.listen(port ?? defaultPort(issuer), flags.host ?? '127.0.0.1');
      io.out(`${issuer} is served on ${address}`);
      for (const warning of await secretsFileWarnings(file.path))
        io.out(`warning: ${warning.path}: ${warning.message}`);
      await io.stopped;
    } finally {
      await server.close();
    }
  },
};

/** @throws UsageError */
function logLevelOf(value: string): LogLevel | 'silent' {
  const levels = [...LOG_LEVELS, 'silent'] as const;
  const level = levels.find((each) => each === value);
  if (level === undefined) throw new UsageError(`--log-level must be one of ${levels.join(', ')}, not "${value}"`);
  return level;
}

function defaultPort(issuer: string): number {
  const { port, protocol } = new URL(issuer);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
