/**
 * `pnpm check`: what can be told in seconds, with no build, server or browser. Workspace packages
 * are read as sources (the `source` export condition).
 */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runSideBySide, type Step } from './steps.ts';

/** Every folder with a tsconfig, the root's (scripts, tests, configs) included. */
function projects(): readonly string[] {
  return ['.', 'e2e', ...globSync(['packages/*', 'examples/*'], { cwd: ROOT }).toSorted()].filter((folder) =>
    existsSync(join(ROOT, folder, 'tsconfig.json')),
  );
}

// The longest first, so that the others fit in beside them.
const steps: readonly Step[] = [
  {
    name: 'unit and layering tests',
    // Connectors against their stand-ins take a minute of their own: `pnpm test` runs them.
    command: ['vitest', 'run', '--reporter=dot', '--silent=passed-only', '--exclude=tests/providers/**'],
  },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '.'] },
  ...projects().map((folder): Step => ({
    name: `types ${folder === '.' ? '(root)' : folder}`,
    command: ['tsc', '-p', folder],
  })),
  { name: 'unused files, exports and dependencies', command: ['knip', '--no-progress'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
];

const failed = await runSideBySide(steps);
if (failed.length > 0) {
  console.log(`\ncheck failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
