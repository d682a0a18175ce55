/**
 * Holds the packages to what a stranger gets: packs the server as npm would publish it, installs the tarballs into a
 * copy of each recipe, far from this workspace, counts what comes with the server, compiles it both ways, lints it with its types, and runs its tests. It
 * wants a build.
 */
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { ROOT, runSideBySide, type Step } from './steps.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const SERVER = '@beckon/session-server';
/** How many packages come with the server at most, itself included. */
const MOST_PACKAGES = 80;

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The server, and the packages of this workspace that it is installed with. */
function published(): readonly { readonly name: string; readonly folder: string }[] {
  const packages = globSync('packages/*', { cwd: ROOT })
    .map((folder) => ({ folder, ...manifestOf(join(ROOT, folder)) }))
    .filter((each) => each.private !== true);
  const { dependencies = {} } = packages.find(({ name }) => name === SERVER) ?? {};
  return packages.filter(({ name }) => name === SERVER || name in dependencies);
}

/** The packages that the one in `folder` needs, itself included, by where they lie. pnpm puts each beside its own. */
function needed(folder: string, found: Set<string> = new Set()): ReadonlySet<string> {
  const place = realpathSync(folder);
  if (found.has(place)) return found;
  found.add(place);
  const { name, dependencies = {} } = manifestOf(place);
  const beside = name.startsWith('@') ? dirname(dirname(place)) : dirname(place);
  for (const dependency of Object.keys(dependencies)) needed(join(beside, dependency), found);
  return found;
}

async function stage(...steps: readonly Step[]): Promise<void> {
  const failed = await runSideBySide(steps);
  if (failed.length > 0) throw new Error(`recipes failed: ${failed.join(', ')}`);
}

async function run(folder: string): Promise<void> {
  const packages = published();
  const unbuilt = packages.filter((each) => !existsSync(join(ROOT, each.folder, 'dist')));
  if (unbuilt.length > 0) throw new Error(`${unbuilt.map(({ name }) => name).join(', ')}: run "pnpm build" first`);

  const tarball = (name: string): string => join(folder, `${basename(name)}.tgz`);
  await stage(
    ...packages.map(({ name, folder: cwd }): Step => ({
      name: `pack ${name}`,
      command: ['pnpm', 'pack', '--out', tarball(name)],
      cwd,
    })),
  );

  const recipes = globSync('recipes/*/package.json', { cwd: ROOT })
    .map((path) => basename(join(path, '..')))
    .toSorted();
  if (recipes.length === 0) throw new Error('there are no recipes');
  for (const recipe of recipes) {
    cpSync(join(ROOT, 'recipes', recipe), join(folder, recipe), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
  }
  // Without an override the registry would be asked for the version that the tarball has.
  const overrides = packages.map(({ name }) => `  '${name}': 'file:${tarball(name)}'`).join('\n');
  writeFileSync(
    join(folder, 'pnpm-workspace.yaml'),
    `packages: [${recipes.map((recipe) => `'${recipe}'`).join(', ')}]\noverrides:\n${overrides}\n`,
  );
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await stage({
    name: 'install',
    command: ['pnpm', 'install', '--prefer-offline', '--no-frozen-lockfile'],
    cwd: relative(ROOT, folder),
  });

  for (const recipe of recipes) {
    const { size } = needed(join(folder, recipe, 'node_modules', SERVER));
    if (size > MOST_PACKAGES) throw new Error(`${SERVER} is installed with ${size} packages: at most ${MOST_PACKAGES}`);
    console.log(`  ${recipe}: ${SERVER} is ${size} packages`);
  }

  // Here their imports lead somewhere, which the linter's types need: in this tree it leaves them out.
  const rules = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify({ ...rules, ignorePatterns: [] }));

  await stage(
    {
      name: 'recipes: lint',
      command: ['oxlint', '--type-aware', '--deny-warnings', ...recipes.map((recipe) => `${recipe}/src`)],
      cwd: relative(ROOT, folder),
    },
    ...recipes.flatMap((recipe) => {
      const cwd = relative(ROOT, join(folder, recipe));
      const program = (name: string): string => join(folder, recipe, 'node_modules/.bin', name);
      const steps: readonly Step[] = [
        { name: `${recipe}: tests`, command: [program('vitest'), 'run', '--reporter=dot'], cwd },
        { name: `${recipe}: types, module nodenext`, command: [program('tsc'), '-p', '.'], cwd },
        {
          name: `${recipe}: types, moduleResolution bundler`,
          command: [program('tsc'), '-p', 'tsconfig.bundler.json'],
          cwd,
        },
      ];
      // Only what others import is held to how a bundler resolves it.
      return existsSync(join(folder, recipe, 'tsconfig.bundler.json')) ? steps : steps.slice(0, -1);
    }),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'beckon-recipes-'));
try {
  await run(folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
