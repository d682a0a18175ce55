import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { sqlite } from './sqlite-config.ts';
import { openDatabase } from './sqlite-file.ts';

const secret = Buffer.alloc(32, 'a').toString('base64url');
const sealer = createSecrets({ secret: [secret], subject_secret: secret, random: randomBytes });

it('opens the store that it describes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'beckon-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = sqlite({ path: join(folder, 'a.db'), synchronous: 'full' });
  expect(config.issues).toEqual([]);
  const store = await config.open({ sealer, now: () => 7, sleep: () => Promise.resolve() });
  onTestFinished(() => store.close());
  expect(await store.now()).toBe(7);
  expect((await store.usage()).disk?.total, 'its file system is told of').toBeGreaterThan(0);
});

it('syncs at each commit where that is asked for', () => {
  // https://sqlite.org/pragma.html#pragma_synchronous: 1 is NORMAL, 2 is FULL.
  for (const [synchronous, level] of [
    ['normal', 1],
    ['full', 2],
  ] as const) {
    const db = openDatabase(':memory:', sealer, synchronous);
    onTestFinished(() => db.close());
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: level });
  }
});

it.each<[string, unknown, string[]]>([
  ['nothing', undefined, ['']],
  ['no path', {}, ['path']],
  ['a path that is none', { path: '' }, ['path']],
  ['a word that SQLite does not know', { path: 'a.db', synchronous: 'sometimes' }, ['synchronous']],
  ['a setting that is mistyped', { path: 'a.db', syncronous: 'full' }, ['syncronous']],
])('says what is wrong: %s', async (_what, options, paths) => {
  const config = sqlite(options as never);
  expect(config.issues.map(({ path }) => path)).toEqual(paths);
  await expect(config.open({ sealer, now: () => 0, sleep: () => Promise.resolve() })).rejects.toThrow(TypeError);
});

it('asks for the variable where the path has no value', () => {
  const said = { path: 'path', message: 'is not set: is the environment variable set?' };
  expect(sqlite({ path: undefined }).issues).toEqual([said]);
  expect(sqlite({} as never).issues).toEqual([{ path: 'path', message: 'is missing' }]);
});
