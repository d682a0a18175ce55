/** What was measured, when and where: `results/results.json`. All else that shows figures is made of it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../bench.ts';
import { ROOT } from '../world/root.ts';

export const RESULTS = 'bench/results/results.json';

export interface Results {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memory_gib: number;
    readonly node: string;
    readonly kernel: string;
  };
  readonly benches: readonly Measured[];
}

/** One topic. Each says when it was measured: a run of named topics leaves the others as they are. */
export interface Measured extends Occasion {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Occasion {
  /** The day, UTC. */
  readonly date: string;
  /** Of the checkout; `+` behind it where the work tree had changes. */
  readonly commit: string;
  /** Processes that ran or wanted to, on average over the minute before. */
  readonly load_before: number;
}

export function machine(): Results['machine'] {
  const { model = 'unknown' } = cpus()[0] ?? {};
  return {
    cpu: model.trim(),
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    kernel: `${type()} ${release()}`,
  };
}

export function occasion(checkout: string): Occasion {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: checkout,
    load_before: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

/** `unknown` where there is no git, or no repository. */
export function commit(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

export function readResults(): Results {
  return JSON.parse(readFileSync(join(ROOT, RESULTS), 'utf8')) as Results;
}

/**
 * The results with `measured` in the place of the same topics, in the order of `names`; a topic that is not named there is
 * left out. Topics of another machine are left out too: their figures do not stand beside these.
 */
export function withMeasured(before: Results, of: Results, names: readonly string[]): Results {
  const others = JSON.stringify(before.machine) === JSON.stringify(of.machine) ? before.benches : [];
  const benches = names.flatMap((name) => [...of.benches, ...others].find((measured) => measured.name === name) ?? []);
  return { machine: of.machine, benches };
}
