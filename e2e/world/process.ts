import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '../..');
/** Ends a server whose story is gone, however it went: nothing is left running after Ctrl-C. */
const END_WITH_PARENT = pathToFileURL(join(ROOT, 'scripts/demo/end-with-parent.ts')).href;
/** How long a server may take from its start until it answers, in ms. */
const READY_WITHIN_MS = 20_000;
/** How long a server may take to end by itself once told to, in ms. */
const STOPPED_WITHIN_MS = 10_000;

export interface ProcessOptions {
  readonly name: string;
  /** Arguments to Node, paths relative to `cwd`. */
  readonly args: readonly [string, ...string[]];
  /** Default: the repository. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A URL that answers 2xx once it is ready. */
  readonly ready: string;
}

/** A server of its own process, that can be killed and started again. */
export class ServerProcess {
  readonly #options: ProcessOptions;
  #child: ChildProcess | null = null;
  #output = '';

  constructor(options: ProcessOptions) {
    this.#options = options;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** What it has printed so far, over all its lives. */
  get output(): string {
    return this.#output;
  }

  /**
   * Resolves once it answers. `aheadMs`: how far its clock is before everybody else's; below 0: behind.
   * @throws Error with its output when it ends or says nothing in time.
   */
  async start(aheadMs = 0): Promise<void> {
    const { name, args, cwd = ROOT, env, ready } = this.#options;
    const clock = aheadMs === 0 ? [] : ['--import', clockAhead(aheadMs)];
    const child = spawn(process.execPath, ['--import', END_WITH_PARENT, ...clock, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Leads a group: what it started itself gets the same signals, kill -9 above all.
      detached: true,
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answers(ready))) {
      const gone = child.exitCode !== null || child.signalCode !== null;
      if (gone || Date.now() > deadline) {
        await this.kill();
        throw new Error(`${name} ${gone ? 'ended' : 'did not answer'} at ${ready}:\n${this.#output}`);
      }
    }
  }

  /** As `kill -9`. Resolves once it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops in the middle of what it does (SIGSTOP): it holds every connection and answers none. */
  hang(): void {
    if (this.#child !== null) signalGroup(this.#child, 'SIGSTOP');
  }

  /** Goes on after `hang()`. */
  goOn(): void {
    if (this.#child !== null) signalGroup(this.#child, 'SIGCONT');
  }

  /** As Ctrl-C in a terminal would. @throws Error when it has to be killed. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    signalGroup(child, signal);
    const late = setTimeout(() => signalGroup(child, 'SIGKILL'), STOPPED_WITHIN_MS);
    const [, by] = (await gone) as [number | null, NodeJS.Signals | null];
    clearTimeout(late);
    if (signal === 'SIGTERM' && by === 'SIGKILL') throw new Error(`${this.#options.name} did not end when told to`);
  }
}

/** A module that sets the clock of the process that imports it. */
function clockAhead(ms: number): string {
  const source = `
    const now = Date.now.bind(Date);
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) {
        if (given.length === 0) super(now() + ${ms});
        else super(...given);
      }
      static now() { return now() + ${ms}; }
    };`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000), redirect: 'manual' })).ok;
  } catch {
    // Nothing listens yet. A refused connection comes back at once, so this does not spin for long.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return false;
  }
}
