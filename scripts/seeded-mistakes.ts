/**
 * `pnpm test:long`: whether the connectors' suites see mistakes. Each of a list of mistakes is made in
 * one module as it is loaded (no file is changed), and the suites that concern it must fail. The run
 * fails where a mistake passes unseen, where its place is not found exactly once any more, or where
 * the suites fail without any mistake. Words as arguments choose the mistakes that have one of them.
 */
import { join } from 'node:path';
import { createVitest, type TestModule } from 'vitest/node';
import { MISTAKES } from './seeded-mistakes/mistakes.ts';
import { readSources, type Seeded, seed, suitesFor } from './seeded-mistakes/sources.ts';
import { ROOT } from './steps.ts';

const words = process.argv.slice(2);
const chosen = MISTAKES.filter(({ what }) => words.length === 0 || words.some((word) => what.includes(word)));
const started = performance.now();

try {
  const before = await withoutMistakes();
  // A test that fails anyway would seem to catch everything.
  const problems = before.length > 0 ? before : await withMistakes();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`\n${String(chosen.length)} mistakes in ${seconds} s, ${String(problems.length)} problems`);
  for (const problem of problems) console.log(`✗ ${problem}`);
  // Vitest sets it where a test fails, which is what is wanted here.
  process.exitCode = problems.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

/** Runs every suite that will be run as it is. Answers what fails. */
async function withoutMistakes(): Promise<readonly string[]> {
  if (chosen.length === 0) return ['there is no mistake with such a word'];
  const sources = readSources(ROOT);
  const seeded = chosen.map((mistake) => seed(mistake, sources)).filter((each) => typeof each !== 'string');
  const filters = new Set(seeded.flatMap(({ path }) => suitesFor(path).flat()));
  if (filters.size === 0) return [];
  const { failed, broken, loaded } = await run([...filters], null);
  console.log(`without a mistake: ${String(loaded)} files of tests`);
  return [...failed, ...broken].map((name) => `fails without a mistake: ${name}`);
}

/** Makes one mistake after another and prints which test saw it. Answers what is wrong. */
async function withMistakes(): Promise<readonly string[]> {
  const sources = readSources(ROOT);
  const problems: string[] = [];
  const row = (...[what, file, test]: readonly [string, string, string]): void =>
    console.log(`${what.padEnd(72)} ${file.padEnd(40)} ${test}`);
  row('mistake', 'file', 'caught by');
  for (const mistake of chosen) {
    const seeded = seed(mistake, sources);
    const result = typeof seeded === 'string' ? { problem: seeded } : await whoSees(seeded);
    const file = typeof seeded === 'string' ? '-' : seeded.path.replace('packages/session-server/src/', '');
    row(mistake.what, file, 'test' in result ? result.test : `✗ ${result.problem}`);
    if ('problem' in result) problems.push(`${mistake.what}: ${result.problem}`);
  }
  return problems;
}

async function whoSees(seeded: Seeded): Promise<{ readonly test: string } | { readonly problem: string }> {
  for (const filters of suitesFor(seeded.path)) {
    const { failed, broken, seen } = await run(filters, seeded);
    // A module that does not load would fail any test: that is no mistake seen.
    if (broken.length > 0) return { problem: `does not load: ${broken.join(', ')}` };
    if (!seen) return { problem: `no suite loads ${seeded.path}` };
    const [test] = failed;
    if (test !== undefined) return { test };
  }
  return { problem: 'caught by no test' };
}

interface Ran {
  /** Tests that failed, by file and name. */
  readonly failed: readonly string[];
  /** Files of tests that failed as a whole. */
  readonly broken: readonly string[];
  /** Files of tests that ran. */
  readonly loaded: number;
  /** Whether the module with the mistake was loaded. */
  readonly seen: boolean;
}

/** One run of Vitest, silent; with a mistake it ends at the first failure. */
async function run(filters: readonly string[], seeded: Seeded | null): Promise<Ran> {
  let seen = false;
  const file = seeded === null ? null : join(ROOT, seeded.path);
  const vitest = await createVitest(
    {
      root: ROOT,
      watch: false,
      run: true,
      reporters: [{}],
      bail: seeded === null ? 0 : 1,
      // Nothing of a mistake may stay for other runs.
      cache: false,
      fsModuleCache: false,
    },
    {
      plugins: [
        {
          name: 'seeded-mistake',
          enforce: 'pre',
          transform(_code, id) {
            if (seeded === null || id.split('?')[0] !== file) return null;
            seen = true;
            return { code: seeded.text, map: null };
          },
        },
      ],
    },
  );
  try {
    const { testModules, unhandledErrors } = await vitest.start([...filters]);
    const failed = testModules.flatMap((module) =>
      [...module.children.allTests('failed')].map((test) => `${nameOf(module)}: ${test.fullName}`),
    );
    const broken = testModules.filter(isBroken).map(nameOf);
    if (seeded === null && unhandledErrors.length > 0)
      broken.push(`${String(unhandledErrors.length)} errors outside of tests`);
    return { failed, broken, loaded: testModules.length, seen };
  } finally {
    await vitest.close();
  }
}

function isBroken(module: TestModule): boolean {
  return module.state() === 'failed' && [...module.children.allTests('failed')].length === 0;
}

function nameOf({ relativeModuleId }: TestModule): string {
  return relativeModuleId.replace('packages/session-server/src/', '').replace('tests/providers/', '');
}
