/**
 * Holds the packages to what a stranger gets: packs them as npm would publish them, installs the tarballs into a
 * copy of each recipe, far from this workspace, counts what comes with the server, builds the recipe, compiles it both
 * ways, lints it with its types, and runs its tests. It wants a build.
 */
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { ensureBrowser } from './browser.ts';
import { ROOT, runSideBySide, type Step } from './steps.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const SERVER = '@beckon/session-server';
/** How many packages come with the server at most, itself included. */
const MOST_PACKAGES = 81;

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** The packages of this workspace that the recipes are installed with. */
function published(recipes: readonly string[]): readonly { readonly name: string; readonly folder: string }[] {
  const asked = new Set(
    recipes.flatMap((recipe) => {
      const { dependencies, devDependencies } = manifestOf(join(ROOT, 'recipes', recipe));
      return Object.keys({ ...dependencies, ...devDependencies });
    }),
  );
  return globSync('packages/*', { cwd: ROOT })
    .map((folder) => ({ folder, ...manifestOf(join(ROOT, folder)) }))
    .filter((each) => each.private !== true && asked.has(each.name));
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
  const recipes = globSync('recipes/*/package.json', { cwd: ROOT })
    .map((path) => basename(join(path, '..')))
    .toSorted();
  if (recipes.length === 0) throw new Error('there are no recipes');
  const packages = published(recipes);
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

  for (const recipe of recipes) {
    cpSync(join(ROOT, 'recipes', recipe), join(folder, recipe), {
      recursive: true,
      filter: (path) => !['node_modules', '.next'].includes(basename(path)),
    });
  }
  // Without an override the registry would be asked for the version that the tarball has.
  const overrides = packages.map(({ name }) => `  '${name}': 'file:${tarball(name)}'`).join('\n');
  writeFileSync(
    join(folder, 'pnpm-workspace.yaml'),
    // Next.js would bring it to make images smaller: 18 MB that no recipe uses.
    `packages: [${recipes.map((recipe) => `'${recipe}'`).join(', ')}]\noverrides:\n${overrides}\nignoredOptionalDependencies: [sharp]\n`,
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

  const browser = ensureBrowser();
  const steps = (recipe: string): Readonly<Record<'builds' | 'tests' | 'types', readonly Step[]>> => {
    const place = join(folder, recipe);
    const step = (name: string, program: string, ...args: readonly string[]): Step => ({
      name: `${recipe}: ${name}`,
      command: [join(place, 'node_modules/.bin', program), ...args],
      cwd: relative(ROOT, place),
      env: { CHROME_PATH: browser, NEXT_TELEMETRY_DISABLED: '1' },
    });
    const isApp = manifestOf(place).scripts?.['build'] === 'next build';
    return {
      builds: isApp ? [{ ...step('next build', 'next', 'build'), mustNotSay: /warn/i }] : [],
      tests: [step('tests', 'vitest', 'run', '--reporter=dot')],
      types: isApp
        ? [] // `next build` compiles it, in the only way that Next.js allows.
        : [
            step('types, module nodenext', 'tsc', '-p', '.'),
            // Only what others import is held to how they resolve it.
            ...(existsSync(join(place, 'tsconfig.bundler.json'))
              ? [step('types, moduleResolution bundler', 'tsc', '-p', 'tsconfig.bundler.json')]
              : []),
          ],
    };
  };
  const all = recipes.map(steps);
  const apps = all.filter(({ builds }) => builds.length > 0);
  const others = all.filter(({ builds }) => builds.length === 0);
  await stage(
    // The longest first: the rest fits beside it.
    ...apps.flatMap(({ builds }) => builds),
    {
      name: 'recipes: lint',
      command: [
        'oxlint',
        '--type-aware',
        '--deny-warnings',
        ...globSync('*/{src,app,test,*.ts}', { cwd: folder, exclude: ['node_modules'] }),
      ],
      cwd: relative(ROOT, folder),
    },
    ...others.flatMap(({ tests, types }) => [...tests, ...types]),
  );
  await stage(...apps.flatMap(({ tests }) => tests));
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
