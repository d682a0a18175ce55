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
    // One program checks the types of all projects: a third of the time of a compiler for each.
    command: ['oxlint', '--type-aware', '--type-check', '--deny-warnings', '.'],
    // Its checker is a Go program: collecting garbage only above 1.5 GiB saves a fifth of its work.
    env: { GOGC: 'off', GOMEMLIMIT: '1500MiB' },
  },
  {
    name: 'pure rooms, layering, documents',
    command: ['vitest', 'run', '--reporter=dot', '--silent=passed-only', '--exclude=tests/providers/**', ...PURE],
  },
  { name: 'unused files, exports and dependencies', command: ['knip', '--no-progress'] },
  // The linter's type check leaves declarations out (`isolatedDeclarations`).
  ...isolatedProjects().map((folder): Step => ({
    name: `declarations ${folder}`,
    command: ['tsc', '-p', folder, '--noCheck'],
  })),
  { name: 'format', command: ['oxfmt', '--check', '.'] },
];

const failed = await runSideBySide(steps);
if (failed.length > 0) {
  console.log(`\ncheck failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
