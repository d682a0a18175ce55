import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ServiceOptions {
  /** What people read when it ends. */
  readonly name: string;
  /** Absolute path of the script that Node runs. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Answers 2xx once the service is ready. */
  readonly readyUrl: string;
  /** Takes all that it prints. */
  readonly logFile: string;
}

export interface Service {
  readonly name: string;
  readonly logFile: string;
  /** Resolves when the process has ended, with its exit code or the signal's name. */
  readonly ended: Promise<number | string>;
  /** Resolves once `readyUrl` answers; also when the process ended, which `ended` tells. */
  ready(): Promise<void>;
  /** Asks it to stop, and ends it after `patienceMs`. Resolves when it is gone. */
  stop(patienceMs: number): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

const READY_POLL_MS = 100;
const LAST_LINES = 20;

/** Starts a Node process that never outlives this one. */
export function startService({ name, script, args, env, readyUrl, logFile }: ServiceOptions): Service {
  const log = openSync(logFile, 'w', 0o600);
  const withParent = pathToFileURL(join(import.meta.dirname, 'end-with-parent.ts')).href;
  const child = spawn(process.execPath, ['--import', withParent, script, ...args], {
    env: { ...process.env, ...env },
    // The channel carries nothing: that it closes tells the child that this process is gone.
    stdio: ['ignore', log, log, 'ipc'],
    // A process group of its own: Ctrl-C reaches this process alone, which then stops the others in good order.
    detached: true,
  });
  closeSync(log);
  const ended = endOf(child);
  return {
    name,
    logFile,
    ended,
    async ready() {
      while (isRunning(child) && !(await answers(readyUrl))) await pause(READY_POLL_MS);
    },
    async stop(patienceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(timer);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The end of what a service printed. */
export function lastLines({ logFile }: Service): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
