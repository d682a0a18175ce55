import { availableParallelism } from 'node:os';
import { type ConfigFile, resolveConfig, secretsFileWarnings } from '../config/index.ts';
import { createSessionServer, flushStderr, type SessionServer, type SessionServerOptions } from '../server/index.ts';
import { LOG_LEVELS, type LogLevel } from '../telemetry/index.ts';
import { type Command, type CommandIo, UsageError } from './command.ts';
import { configFileOf } from './config-flag.ts';
import { portFlag, readFlags } from './flags.ts';

/** More than machines have cores that one file could feed. */
const MOST_WORKERS = 64;

export const start: Command = {
  name: 'start',
  synopsis: 'start [--config FILE] [--port N] [--host H] [--workers N|auto] [--log-level L]',
  summary: "runs the server; by default on the issuer's own port, on 127.0.0.1, as one process",
  async run(args, io) {
    const flags = readFlags(args, ['config', 'port', 'host', 'workers', 'log-level']);
    const port = flags.port === undefined ? null : portFlag('port', flags.port);
    const level = flags['log-level'];
    const logLevel = level === undefined ? {} : { logLevel: logLevelOf(level) };
    const workers = workersOf(flags.workers ?? '1');
    const file = await configFileOf(flags.config, io.folder);
    const options = { logLevel, address: { port, host: flags.host ?? '127.0.0.1' } };
    try {
      if (workers === 1) await runAlone(file, io, options);
      else await runSeveral(file, io, workers, options);
    } finally {
      // Why the server ended is said last, after the lines that lead to it.
      flushStderr();
    }
  },
};

interface StartOptions {
  readonly logLevel: Pick<SessionServerOptions, 'logLevel'>;
  /** `port`: null for the issuer's own. */
  readonly address: { readonly port: number | null; readonly host: string };
}

async function runAlone(file: ConfigFile, io: CommandIo, { logLevel, address }: StartOptions): Promise<void> {
  // From here on the signal ends no process: until there is a server it waits.
  const opened = Promise.withResolvers<SessionServer>();
  io.onReload(async () => (await opened.promise).reload(file.read(), () => file.hiddenChanges()));
  const config = await file.read();
  const { issuer } = resolveConfig(config);
  const server = await createSessionServer(config, logLevel);
  opened.resolve(server);
  try {
    const url = await server.listen(address.port ?? defaultPort(issuer), address.host);
    await sayServed(file, io, issuer, url);
    await io.stopped;
  } finally {
    await server.close();
  }
}

/** The same program runs in the primary process and in each worker. */
async function runSeveral(
  file: ConfigFile,
  io: CommandIo,
  workers: number,
  { logLevel, address }: StartOptions,
): Promise<void> {
  const { createPrimary, isWorker, runWorker } = await import('../server/several.ts');
  if (isWorker()) return runWorker(() => file.read(), address.host, logLevel);
  const opened = Promise.withResolvers<Awaited<ReturnType<typeof createPrimary>>>();
  io.onReload(async () => (await opened.promise).reload(file.read(), () => file.hiddenChanges()));
  const config = await file.read();
  const { issuer } = resolveConfig(config);
  const primary = await createPrimary(config, workers, logLevel);
  opened.resolve(primary);
  let isStopped = false;
  void io.stopped.then(() => (isStopped = true));
  try {
    const url = await primary.listen(address.port ?? defaultPort(issuer), address.host).catch((cause: unknown) => {
      // A signal to the whole group ends workers that are not ready for it yet.
      if (isStopped) return null;
      throw cause;
    });
    if (url === null) return;
    await sayServed(file, io, issuer, url);
    const failed = await Promise.race([io.stopped.then(() => null), primary.failed]);
    if (failed !== null) throw failed;
  } finally {
    await primary.close();
  }
}

async function sayServed(file: ConfigFile, io: CommandIo, issuer: string, url: string): Promise<void> {
  io.out(`${issuer} is served on ${url}`);
  for (const warning of await secretsFileWarnings(file.path)) io.out(`warning: ${warning.path}: ${warning.message}`);
}

/** @throws UsageError */
function workersOf(value: string): number {
  if (value === 'auto') return Math.min(availableParallelism(), MOST_WORKERS);
  const count = /^\d{1,2}$/.test(value) ? Number(value) : 0;
  if (count < 1 || count > MOST_WORKERS)
    throw new UsageError(`--workers must be auto, or a number from 1 to ${MOST_WORKERS}, not "${value}"`);
  return count;
}

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
