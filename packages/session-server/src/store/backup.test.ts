import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemTimers } from '../jobs/timers.ts';
import { createFakeClock, exampleSealer } from '../testing/index.ts';
import { openSqliteStore } from './index.ts';
import type { Store } from './store.ts';

const guide = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../../docs/guides', name), 'utf8');
const GUIDE = guide('operate.md');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beckon-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The first block of commands after a heading in the guide. */
function documented(heading: string, page = GUIDE): string {
  const commands = /```sh\n([\s\S]*?)```/.exec(page.slice(page.indexOf(heading)))?.[1];
  if (!page.includes(heading) || commands === undefined) throw new Error(`the guide has no commands after ${heading}`);
  return commands;
}

/** Runs the commands as an operator's shell does, which lets every user read what it makes. */
function run(commands: string): void {
  const node = dirname(process.execPath);
  execFileSync('sh', ['-e', '-c', `umask 022\n${commands}`], {
    cwd: folder,
    env: { PATH: `${node}:${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function open(): Store {
  return openSqliteStore({
    path: join(folder, 'beckon.db'),
    sealer: exampleSealer(),
    now: createFakeClock().now,
    wait: systemTimers.sleep,
  });
}

function insert(store: Store, id: string): Promise<unknown> {
  return store.commit([
    {
      op: 'insert',
      kind: 'thing',
      row: { id, version: 1, schema: 1, expires_at: 2 ** 53 - 1, due_at: null, value: id },
    },
  ]);
}

const modeOf = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);

it('FT-C5j: the documented commands copy a store that is open, readable by its owner alone, and put it back', async () => {
  const store = open();
  await insert(store, 'BEFORE');
  run(documented('**Backup.**'));
  expect(modeOf('backup.db')).toBe('600');
  await insert(store, 'AFTER');
  await store.close();

  run(documented('**Putting a backup back.**'));
  expect(modeOf('beckon.db')).toBe('600');
  const restored = open();
  expect((await restored.list('thing', 10)).rows.map(({ id }) => id)).toEqual(['BEFORE']);
  await insert(restored, 'NEXT');
  await restored.close();
});

it('the backup of the upgrade page copies a store that is open, readable by its owner alone', async () => {
  const store = open();
  await insert(store, 'BEFORE');
  writeFileSync(join(folder, 'beckon.config.mjs'), '');
  run(documented('## The store', guide('upgrade.md')));
  await store.close();
  expect(modeOf('backup-0.1.db')).toBe('600');
  renameSync(join(folder, 'backup-0.1.db'), join(folder, 'beckon.db'));
  const restored = open();
  expect((await restored.list('thing', 10)).rows.map(({ id }) => id)).toEqual(['BEFORE']);
  await restored.close();
});
