/** The TypeScript projects of the repository. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './steps.ts';

/** Every folder with a tsconfig, the root's (scripts, tests, configs) included. */
export function projects(): readonly string[] {
  return ['.', 'bench', 'e2e', ...globSync(['packages/*', 'examples/*'], { cwd: ROOT }).toSorted()].filter((folder) =>
    existsSync(join(ROOT, folder, 'tsconfig.json')),
  );
}

/** Those whose declarations must be readable file by file: what is published, or bundled into it. */
export function isolatedProjects(): readonly string[] {
  return projects().filter((folder) => folder.startsWith('packages/'));
}
