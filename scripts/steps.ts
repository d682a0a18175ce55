/**
 * Runs named commands and reports them: one line per step with its time, the whole output only of
 * what failed.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

export const ROOT: string = join(import.meta.dirname, '..');

export interface Step {
  readonly name: string;
  /** Program and arguments; programs of the root's `node_modules/.bin` are found. */
  readonly command: readonly [string, ...string[]];
  /** Relative to the repository; default its root. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it must not say: output that matches fails the step, whatever its exit code is. */
  readonly mustNotSay?: RegExp;
}

interface Result {
  readonly code: number;
  readonly output: string;
  readonly ms: number;
}

/** The repository's own programs first: they run on its own Node, whatever Node started this. */
function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  return { ...process.env, ...extra, PATH: path };
}

function runQuietly(step: Step): Promise<Result> {
  const started = performance.now();
  const [program, ...args] = step.command;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const done = (code: number, note = ''): void =>
      resolve({ code, output: Buffer.concat(chunks).toString() + note, ms: performance.now() - started });
    const child = spawn(program, args, {
      cwd: join(ROOT, step.cwd ?? '.'),
      env: environment(step.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => done(127, error.message));
    child.on('close', (code, signal) => done(code ?? 1, signal === null ? '' : `\nended by ${signal}\n`));
  });
}

/** Runs all steps, as many at a time as there are processors. Answers the names of those that failed. */
export async function runSideBySide(steps: readonly Step[]): Promise<readonly string[]> {
  const waiting = [...steps];
  const failed: { readonly step: Step; readonly output: string }[] = [];
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { code, output, ms } = await runQuietly(step);
      const succeeded = code === 0 && step.mustNotSay?.test(output) !== true;
      console.log(`${succeeded ? '✓' : '✗'} ${step.name} ${seconds(ms)}`);
      if (!succeeded) failed.push({ step, output });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  for (const { step, output } of failed) {
    console.log(`\n── ${step.name}: ${step.command.join(' ')}\n${output.trimEnd()}`);
  }
  return failed.map(({ step }) => step.name);
}

/** Runs one step with its output shown as it comes. Answers whether it succeeded. */
export function runLoudly(step: Step): Promise<boolean> {
  const started = performance.now();
  const [program, ...args] = step.command;
  console.log(`\n── ${step.name}`);
  return new Promise((resolve) => {
    const done = (succeeded: boolean, note = ''): void => {
      console.log(`${succeeded ? '✓' : '✗'} ${step.name} ${seconds(performance.now() - started)}${note}`);
      resolve(succeeded);
    };
    const child = spawn(program, args, {
      cwd: join(ROOT, step.cwd ?? '.'),
      env: environment(step.env),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => done(false, ` ${error.message}`));
    child.on('close', (code) => done(code === 0));
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
