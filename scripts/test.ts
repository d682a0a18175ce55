/**
 * `pnpm test`: everything, in the order in which a mistake is cheapest to find. The first stage
 * that fails ends the run. `--long` adds what does not fit into every run.
 */
import { parseArgs } from 'node:util';
import { ensureBrowser } from './browser.ts';
import { ensureDebianPackages } from './debian-packages.ts';
import { projects } from './projects.ts';
import { runLoudly, runSideBySide, type Step } from './steps.ts';

const { values } = parseArgs({ options: { long: { type: 'boolean', default: false } } });
const env: Readonly<Record<string, string>> = values.long ? { BECKON_LONG: '1' } : {};
const started = performance.now();

interface Stage extends Step {
  /** It reports by itself, as it goes. The others are heard of only when they fail. */
  readonly reports?: true;
  /** What is run beside it. */
  readonly beside?: Step;
}

const stages: readonly Stage[] = [
  { name: 'check', command: ['node', 'scripts/check.ts'], env, reports: true },
  // The linter has checked the types of all; here each project is compiled as its users will compile it.
  ...projects().map((folder): Stage => ({ name: `types ${folder}`, command: ['tsc', '-p', folder] })),
  {
    name: 'unit',
    command: ['vitest', 'run', '--reporter=dot', '--silent=passed-only', '--exclude=tests/providers/**'],
    env,
  },
  {
    name: 'build',
    command: ['pnpm', '-r', '--workspace-concurrency=2', '--if-present', 'build'],
    // `start` builds first: its first screen is for those who see the project for the first time. A bundler's
    // warning has the word, or a code such as [MODULE_LEVEL_DIRECTIVE].
    mustNotSay: /\b(?:[Ww]arn|WARN)|\[[A-Z]+(?:_[A-Z]+)+\]/,
  },
  { name: 'package gate: session-server', command: ['publint', 'packages/session-server', '--strict'] },
  { name: 'package gate: sandbox', command: ['publint', 'packages/sandbox', '--strict'] },
  { name: 'package gate: widget', command: ['publint', 'packages/widget', '--strict'] },
  { name: 'package gate: what a process loads of the server', command: ['node', 'scripts/server-gate.ts'] },
  { name: 'package gate: what a page gets of the widget', command: ['node', 'scripts/widget-gate.ts'] },
  {
    name: 'connectors against their stand-ins',
    // They wait most of the time: four at once fit on two processors, and the recipes' installs and builds beside them.
    command: ['vitest', 'run', 'tests/providers', '--maxWorkers=4', '--reporter=dot', '--silent=passed-only'],
    beside: { name: 'package gate: what a stranger builds on the server', command: ['node', 'scripts/recipes.ts'] },
  },
  { name: 'size of the script', command: ['size-limit'] },
  // Minutes: it runs the connectors' suites once for each mistake.
  ...(values.long
    ? [{ name: 'mistakes in connectors', command: ['node', 'scripts/seeded-mistakes.ts'], reports: true } as const]
    : []),
  { name: 'end to end', command: ['pnpm', '--filter', '@beckon/e2e', 'e2e'], env, reports: true },
];

/** Null when all went well. */
async function firstFailure(): Promise<string | null> {
  // Before anything that takes minutes: a missing browser is known at once.
  const browser = ensureBrowser();
  if (values.long) ensureDebianPackages();
  const withBrowser = (step: Step): Step => ({ ...step, env: { ...step.env, CHROME_PATH: browser } });
  for (const { reports, beside, ...step } of stages) {
    const steps = [step, ...(beside === undefined ? [] : [beside])].map(withBrowser);
    const failed = reports ? ((await runLoudly(withBrowser(step))) ? [] : [step.name]) : await runSideBySide(steps);
    if (failed.length > 0) return failed.join(', ');
  }
  return null;
}

try {
  const failure = await firstFailure();
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  console.log(failure === null ? `\nall passed in ${minutes} min` : `\ntest failed: ${failure}`);
  if (failure !== null) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
