import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

/** docs/guides/new-provider.md shows a whole connector. It is the one that runs, and as small as it says. */

const root = new URL('../../', import.meta.url);
const folder = 'packages/session-server/src/connectors/paswad/';

const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

/** The guide's code that says which file of the connector it is. */
async function shown(): Promise<ReadonlyMap<string, string>> {
  const blocks = (await read('docs/guides/new-provider.md')).matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs);
  return new Map(
    [...blocks].filter(([, path = '']) => path.startsWith(folder)).map(([, path = '', code = '']) => [path, code]),
  );
}

it('the guide shows every file of the connector, as it is', async () => {
  const files = (await readdir(new URL(folder, root))).filter((name) => !name.endsWith('.test.ts'));
  const guide = await shown();
  expect([...guide.keys()].toSorted()).toEqual(files.map((name) => folder + name).toSorted());
  const sources = await Promise.all([...guide.keys()].map(async (path) => [path, await read(path)] as const));
  expect(Object.fromEntries(guide)).toEqual(Object.fromEntries(sources));
});

it('a new provider that is like others takes a folder under 150 lines, and one line in the registry', async () => {
  const lines = [...(await shown()).values()].join('').split('\n').length - 1;
  expect(lines).toBeLessThan(150);
  const registry = await read('packages/session-server/src/index.ts');
  expect(registry.split('\n').filter((line) => line.includes('paswad'))).toHaveLength(1);
});

it('the guide names every file that connectors share', async () => {
  const guide = await read('docs/guides/new-provider.md');
  const files = await readdir(new URL(`${folder}../shared/`, root));
  const own = new Set(['openid-connector.ts', 'openid-options.ts', 'openid-provider.ts']);
  const missing = files.filter(
    (name) => !name.endsWith('.test.ts') && !own.has(name) && !guide.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});
