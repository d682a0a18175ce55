import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REGISTRATIONS } from '../recipes/client-libraries/src/registrations.ts';

const RECIPE = join(import.meta.dirname, '../recipes/client-libraries');
const { dependencies: DEPENDENCIES } = JSON.parse(readFileSync(join(RECIPE, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const SECTIONS = readFileSync(join(import.meta.dirname, '../docs/guides/client-libraries.md'), 'utf8').split(/^## /m);

describe.each(Object.entries(REGISTRATIONS))('FT-C2b: the guide to client libraries, %s', (library, registration) => {
  const file = join(RECIPE, 'src', `${library}.ts`);
  const section = SECTIONS.find((text) => text.includes(`// recipes/client-libraries/src/${library}.ts\n`)) ?? '';

  it('shows the file that a test signs in with', () => {
    expect(existsSync(file.replace(/\.ts$/, '.test.ts'))).toBe(true);
    expect(section).toContain(readFileSync(file, 'utf8'));
  });

  it('says which packages to install, in the versions that are tested', () => {
    const names = [...readFileSync(file, 'utf8').matchAll(/ from '((?:@[\w-]+\/)?[\w-]+)(?:\/[\w-]+)*'/g)];
    const installed = /```sh\nnpm install (.+)\n```/.exec(section)?.[1]?.split(' ') ?? [];
    expect(installed).toEqual(
      [...new Set(names.map(([, name = '']) => name))].toSorted().map((name) => `${name}@${DEPENDENCIES[name] ?? ''}`),
    );
  });

  it('says what to register', () => {
    const asWritten = (value: unknown): string => JSON.stringify(value).replaceAll('"', "'").replaceAll(',', ', ');
    const members = Object.entries(registration).map(([name, value]) => `\`${name}: ${asWritten(value)}\``);
    expect(members.filter((member) => !section.includes(member))).toEqual([]);
  });
});

it('FT-C2b: the guide shows the route for logout tokens as it is tested', () => {
  const file = 'src/after-the-code/back-channel.ts';
  const text = readFileSync(join(RECIPE, file), 'utf8');
  expect(SECTIONS.join('')).toContain(`// recipes/client-libraries/${file}\n${text}`);
});

it('FT-C2b: the guide has a line for the buttons of every library, which has a test for them', () => {
  const [, table = ''] = /## After the code\n([\s\S]+?)\n### /.exec(`## ${SECTIONS.join('## ')}`) ?? [];
  const named = [...table.matchAll(/^\| ([@\w][\w./-]+) +\|/gm)].map(([, name = '']) => name);
  const tested = globSync('src/after-the-code/*.test.ts', { cwd: RECIPE }).map((path) => basename(path, '.test.ts'));
  expect(tested.toSorted()).toEqual(Object.keys(REGISTRATIONS).toSorted());
  // A page's library, which a story tries, and no test of the recipe.
  const files = named.filter((name) => name !== 'library' && name !== 'oidc-client-ts').map(fileOf);
  expect(files.toSorted()).toEqual(tested.toSorted());
});

/** `@fastify/oauth2` is `fastify-oauth2`, `Auth.js` is `auth-js`. */
function fileOf(library: string): string {
  return library.toLowerCase().replace('@', '').replace(/[/.]/g, '-');
}

it('FT-C2b: every website of the recipe is registered, and its libraries have exact versions', () => {
  const tested = globSync('src/*.test.ts', { cwd: RECIPE }).map((path) => basename(path, '.test.ts'));
  expect(tested.toSorted()).toEqual(Object.keys(REGISTRATIONS).toSorted());
  expect(Object.values(DEPENDENCIES).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
