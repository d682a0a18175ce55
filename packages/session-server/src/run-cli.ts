/** The process edge: arguments in, an exit code out. 0 done, 1 it failed, 2 it was asked wrongly. */
import { randomBytes } from 'node:crypto';
import { COMMANDS, type CommandIo, FoundWrong, UsageError, usage } from './commands/index.ts';
import { ConfigError } from './config/index.ts';
import { systemTimers } from './jobs/timers.ts';
import { isStoreError } from './store/store-error.ts';
import { WorkersError } from './workers/workers-error.ts';
import { boundYoungHeap } from './young-heap.ts';

/** Runs a command as a process of its own. Answers the exit code. */
export async function runCli([name = 'help', ...args]: readonly string[]): Promise<number> {
  // `… | head -3` reads no further: what is under way ends as usual, and says nothing more.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE') throw cause;
  });
  const io: CommandIo = {
    folder: process.cwd(),
    out: (line) => {
      if (process.stdout.writable) process.stdout.write(`${line}\n`);
    },
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    random: randomBytes,
    onReload: (reload) => {
      let last: Promise<unknown> = Promise.resolve();
      process.on('SIGHUP', () => {
        last = last.then(reload);
      });
    },
    stopped: new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
    }),
  };
  if (name === 'help' || [name, ...args].some((word) => word === '--help' || word === '-h')) {
    io.out(usage());
    return 0;
  }
  let stopBounding: (() => void) | null = null;
  const command = COMMANDS.find((each) => each.name === name);
  try {
    stopBounding = name === 'start' ? boundYoungHeap(systemTimers) : null;
    if (command === undefined) throw new UsageError(`there is no command "${name}"\n\n${usage()}`);
    await command.run(args, io);
    return 0;
  } catch (cause) {
    process.stderr.write(`beckon-server: ${messageOf(cause)}\n`);
    return cause instanceof UsageError ? 2 : 1;
  } finally {
    stopBounding?.();
  }
}

function messageOf(cause: unknown): string {
  if (
    cause instanceof UsageError ||
    cause instanceof FoundWrong ||
    cause instanceof ConfigError ||
    cause instanceof WorkersError ||
    isStoreError(cause)
  )
    return cause.message;
  const {
    code = '',
    port,
    address,
    hostname,
  } = cause as NodeJS.ErrnoException & {
    readonly port?: number;
    readonly address?: string;
    readonly hostname?: string;
  };
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use: stop what listens there, or choose another with --port (for metrics: admin.port in the configuration)`;
    case 'EACCES':
      if (port === undefined) break;
      return `port ${port} may not be opened by this user: choose another with --port`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine: choose another with --host`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${hostname} is no host that this machine knows: choose another with --host`;
    default:
  }
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
