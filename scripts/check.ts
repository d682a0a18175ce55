/**
 * `pnpm check`: what can be told in 15 seconds on two processors, with no build, server or browser.
 * Workspace packages are read as sources (the `@beckon/source` export condition).
 */
import { isolatedProjects } from './projects.ts';
import { runSideBySide, type Step } from './steps.ts';

/** Rooms whose tests need no server, store or socket; and what is asserted about the repository. */
const PURE = [
  ...['bus', 'config', 'secrets', 'session', 'telemetry'].map((room) => `packages/session-server/src/${room}/`),
  ...['frame', 'messages', 'qr', 'session', 'theme', 'transport'].map((room) => `packages/widget/src/${room}/`),
  'tests/',
];

// The longest first, so that the others fit in beside them.
const steps: readonly Step[] = [
  {
    name: 'lint and types',
    // One program checks the types of all projects: half the time of the linter and a compiler for each.
    command: ['oxlint', '--type-aware', '--type-check', '--deny-warnings', '.'],
  },
  {
    name: 'pure rooms, layering, documents',
    // Threads start faster than processes, and these tests need none of their own.
    command: [
      'vitest',
      'run',
      '--pool=threads',
      '--reporter=dot',
      '--silent=passed-only',
      '--exclude=tests/conformance/**',
      '--exclude=tests/fuzz/fuzz.test.ts',
      '--exclude=tests/providers/**',
      ...PURE,
    ],
  },
  { name: 'unused files, exports and dependencies', command: ['knip', '--no-progress'] },
  // The linter's type check leaves declarations out (`isolatedDeclarations`).
  ...isolatedProjects().map((folder): Step => ({
    name: `declarations ${folder}`,
    command: ['tsc', '-p', folder, '--noCheck'],
  })),
  { name: 'format', command: ['oxfmt', '--check', '.'] },
];

// The checker and the compiler are Go programs: collecting garbage only above 1.5 GiB saves a fifth of their work.
const env = { GOGC: 'off', GOMEMLIMIT: '1500MiB' };

const failed = await runSideBySide(steps.map((step) => ({ ...step, env })));
if (failed.length > 0) {
  console.log(`\ncheck failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
