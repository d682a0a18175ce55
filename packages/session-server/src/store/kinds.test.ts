import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { KindOf } from './kinds.ts';

const SOURCES = join(import.meta.dirname, '..');

it('no two rooms keep rows of one kind', async () => {
  const files = readdirSync(SOURCES)
    .filter((room) => room !== 'store')
    .map((room) => join(SOURCES, room, 'kinds.ts'));
  const modules = await Promise.all(
    files.map((file) => import(file).catch(() => ({})) as Promise<Record<string, KindOf<unknown>>>),
  );
  const kinds = modules.flatMap((module) => Object.values(module).filter((each) => 'upgrades' in Object(each)));
  const names = kinds.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['session', 'request', 'grant', 'signing_key', 'webhook_event']));
  expect(names).toEqual([...new Set(names)]);
});
