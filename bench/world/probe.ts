/**
 * Loaded into each child (`--import`) before its own code: it answers what the child has used, and ends the child with
 * its parent. A child's script adds questions of its own with `answer`.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What travels between a child and its parent. */
export interface Question {
  readonly id: number;
  readonly name: string;
  readonly given: unknown;
}
export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failed: string };

type Answering = (given: never) => unknown;
const answers = new Map<string, Answering>();

/** @param answering may be asynchronous. Its failure is the asker's. */
export function answer(name: string, answering: Answering): void {
  answers.set(name, answering);
}

/** ms of all threads, since the process began. */
answer('cpu', () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
});
let delay: ReturnType<typeof monitorEventLoopDelay> | null = null;
/** The longest time in ms that nothing else had a turn, since this was last asked. From the first question on it is measured. */
answer('stall', () => {
  if (delay === null) {
    delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    return 0;
  }
  const { max } = delay;
  delay.reset();
  return max / 1e6;
});
/** Bytes. */
answer('rss', () => process.memoryUsage.rss());

async function reply({ id, name, given }: Question): Promise<void> {
  let said: Answer;
  try {
    const answering = answers.get(name);
    if (answering === undefined) throw new Error(`it has no answer to "${name}"`);
    said = { id, value: await answering(given as never) };
  } catch (error) {
    said = { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(said);
}

// A child of the child inherits the arguments, and not the mark.
if (process.env['BECKON_BENCH_CHILD'] !== undefined && process.send !== undefined) {
  delete process.env['BECKON_BENCH_CHILD'];
  process.on('message', (question: Question) => void reply(question));
  process.on('disconnect', () => process.exit(1));
  // Asking keeps no child alive that is done.
  process.channel?.unref();
}
