/** Processes that are measured, and those that ask them. All end with this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './probe.ts';

const PROBE = new URL('probe.ts', import.meta.url).href;
/** A child that does not end when it is told to is killed. */
const PATIENCE_MS = 5_000;
/** Of what a child said, this much is kept to tell why it failed. */
const KEPT = 4_000;

const living = new Set<ChildProcess>();
process.on('exit', killAll);

/** At once, and whatever they are doing. */
export function killAll(): void {
  for (const child of living) child.kill('SIGKILL');
}

/** Has a process killed with the others, that was started without a probe because nothing may be loaded into it. */
export function endWithUs(child: ChildProcess): void {
  living.add(child);
  child.once('close', () => living.delete(child));
}

export interface ChildOptions {
  /** In messages. */
  readonly name: string;
  /** A module: the address of a file, or a path. */
  readonly script: string | URL;
  readonly args?: readonly string[];
  /** Before the script. */
  readonly nodeArgs?: readonly string[];
  readonly cwd?: string;
  /** Beside `PATH` and `HOME`: nothing else of this process's environment is handed on. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves with the first match in what it writes, from its start on. Rejects if it ends without one. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks a question that the child's script answers (`answer` in `probe.ts`). Rejects if the child fails or ends. */
  ask<T>(name: string, given?: unknown): Promise<T>;
  /** CPU in ms of all its threads since it began. */
  cpu(): Promise<number>;
  /** Resident memory in bytes. */
  rss(): Promise<number>;
  /** The longest time in ms that its event loop stood still since this was last asked; 0 for the first time. */
  stall(): Promise<number>;
  /** Ends it: SIGTERM, and SIGKILL after 5 s. */
  stop(): Promise<void>;
  /** As a power cut would. */
  kill(): Promise<void>;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a module on this process's Node. */
export function startChild(options: ChildOptions): Child {
  const { name, script, args = [], nodeArgs = [], cwd, env = {} } = options;
  const file = script instanceof URL ? fileURLToPath(script) : script;
  const started = spawn(process.execPath, ['--import', PROBE, ...nodeArgs, file, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], BECKON_BENCH_CHILD: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  living.add(started);

  let output = '';
  let over: Error | null = null;
  let asked = 0;
  const questions = new Map<number, Waiting>();
  const listeners = new Set<() => void>();

  const hear = (chunk: Buffer): void => {
    output = (output + String(chunk)).slice(-KEPT);
    for (const listener of listeners) listener();
  };
  started.stdout?.on('data', hear);
  started.stderr?.on('data', hear);
  started.on('message', (message: Answer) => {
    const waiting = questions.get(message.id);
    questions.delete(message.id);
    if ('failed' in message) waiting?.reject(new Error(`${name}: ${message.failed}`));
    else waiting?.resolve(message.value as never);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      living.delete(started);
      over ??= new Error(`${name} ended (${how})\n${output}`);
      for (const { reject } of questions.values()) reject(over);
      questions.clear();
      for (const listener of listeners) listener();
      resolve();
    };
    started.on('error', (error) => end(error.message));
    started.on('close', (code, signal) => end(signal ?? `code ${String(code)}`));
  });

  const ask = <T>(question: string, given?: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (over !== null) return reject(over);
      asked += 1;
      questions.set(asked, { resolve, reject });
      started.send({ id: asked, name: question, given } satisfies Question);
    });

  const endBy = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (over !== null) return;
    started.kill(signal);
    const late = setTimeout(() => started.kill('SIGKILL'), PATIENCE_MS);
    await ended;
    clearTimeout(late);
  };

  return {
    name,
    pid: started.pid ?? 0,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match === null && over === null) return;
          listeners.delete(look);
          if (match === null) reject(over ?? new Error(name));
          else resolve(match);
        };
        listeners.add(look);
        look();
      }),
    ask,
    cpu: () => ask<number>('cpu'),
    rss: () => ask<number>('rss'),
    stall: () => ask<number>('stall'),
    stop: () => endBy('SIGTERM'),
    kill: () => endBy('SIGKILL'),
  };
}
