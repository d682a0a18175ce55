import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { createFakeClock, exampleSealer, storeConformance } from '../testing/index.ts';
import { systemTimers } from '../jobs/timers.ts';
import { openSqliteStore } from './sqlite.ts';
import { guard } from './sqlite-file.ts';
import { type StoreError, type StoreReason, isStoreError } from './store-error.ts';
import type { Sealer, Store, Write } from './store.ts';

const directory = mkdtempSync(join(tmpdir(), 'beckon-store-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  return join(directory, `${files}.db`);
}

const [A, B] = ['a', 'b'].map((letter) => Buffer.alloc(32, letter).toString('base64url')) as [string, string];
function sealerOf(secret: readonly string[], subject_secret = A): Sealer {
  return createSecrets({ secret, subject_secret, random: randomBytes });
}

storeConformance('SQLite, in a file', async (clock) => {
  const path = newPath();
  const { sleep: wait, yieldTurn: endOfTurn } = systemTimers;
  const options = { path, sealer: exampleSealer(), now: clock.now, wait, endOfTurn };
  return {
    store: openSqliteStore(options),
    reopen: async () => openSqliteStore(options),
    reopenUnder: async (sealer) => openSqliteStore({ ...options, sealer }),
    bytes: async () => bytesOf(path),
  };
});

storeConformance('SQLite, in memory', async (clock) => ({
  store: openSqliteStore({ path: ':memory:', sealer: sealerOf([A]), now: clock.now, wait: systemTimers.sleep }),
}));

/** The database with its write-ahead log and index. */
function bytesOf(path: string): Buffer {
  const name = path.slice(directory.length + 1);
  const names = readdirSync(directory).filter((file) => file.startsWith(name));
  expect(names, 'the log is part of what rests').toContain(`${name}-wal`);
  return Buffer.concat(names.map((file) => readFileSync(join(directory, file))));
}

function open(path: string, sealer: Sealer = sealerOf([A])): Store {
  const store = openSqliteStore({ path, sealer, now: createFakeClock().now, wait: systemTimers.sleep });
  onTestFinished(() => store.close());
  return store;
}

function insert(id: string, value: unknown = 'unused'): Write {
  return {
    op: 'insert',
    kind: 'code',
    row: { id, version: 1, schema: 1, expires_at: 2 ** 53 - 1, due_at: null, value },
  };
}

function due(id: string): Write {
  return {
    op: 'insert',
    kind: 'work',
    row: { id, version: 1, schema: 1, expires_at: 2 ** 53 - 1, due_at: 0, value: id },
  };
}

/** Runs a script in a process of its own; `output` is what it has said so far, errors included. */
function run(script: string, path: string): { child: ChildProcessWithoutNullStreams; output: () => string } {
  const modules = ['./sqlite.ts', '../secrets/index.ts'].map((name) => new URL(name, import.meta.url).href);
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, ...modules, path]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  return { child, output: () => text };
}

function failureOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

function limited(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA max_page_count = 10');
  return db;
}

function lockedOut(path: string): DatabaseSync {
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  onTestFinished(() => other.close());
  return new DatabaseSync(path, { timeout: 0 });
}

function overwritten(path: string): DatabaseSync {
  writeFileSync(path, 'x'.repeat(8192));
  return new DatabaseSync(path);
}

/** Why opening is refused. */
function refusal(path: string, sealer: Sealer = sealerOf([A])): StoreError {
  try {
    open(path, sealer);
  } catch (error) {
    if (isStoreError(error)) return error;
    throw error;
  }
  throw new Error(`${path} was opened`);
}

describe('a SQLite file', () => {
  it('is readable by its owner alone, its log too', async () => {
    const path = newPath();
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    await open(path).commit([insert('A')]);
    const modes = ['', '-wal', '-shm'].map((suffix) => [suffix, (statSync(path + suffix).mode & 0o777).toString(8)]);
    expect(modes).toEqual([
      ['', '600'],
      ['-wal', '600'],
      ['-shm', '600'],
    ]);
  });

  it('is a write-ahead log that syncs at checkpoints', async () => {
    const path = newPath();
    open(path);
    const db = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => db.close());
    expect(db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
  });

  it.each<[string, StoreReason, (path: string) => DatabaseSync, string]>([
    ['is full', 'disk_full', (path) => limited(path), 'INSERT INTO rows VALUES (randomblob(1e6))'],
    ['is read-only', 'read_only', (path) => new DatabaseSync(path, { readOnly: true }), 'DELETE FROM rows'],
    ['is locked', 'locked', (path) => lockedOut(path), 'DELETE FROM rows'],
    ['is no database', 'damaged', (path) => overwritten(path), 'SELECT * FROM rows'],
  ])('FT-C5f: that %s is called %s', (_what, reason, opened, sql) => {
    const path = newPath();
    const made = new DatabaseSync(path);
    made.exec('CREATE TABLE rows (value BLOB)');
    made.close();
    const db = opened(path);
    onTestFinished(() => db.close());
    const code = reason === 'damaged' ? 'corrupt' : 'unavailable';
    expect(failureOf(() => guard(path, () => db.exec(sql)))).toMatchObject({ code, reason });
  });

  it('says what is wrong with its path', () => {
    expect(refusal(join(directory, 'missing', 'x.db'))).toMatchObject({ code: 'unavailable' });
    expect(refusal(join(directory, 'missing', 'x.db')).message).toContain(join(directory, 'missing', 'x.db'));
    expect(refusal(directory)).toMatchObject({ code: 'unavailable' });
  });

  it('is not mistaken for another file, which stays as it is', () => {
    const text = newPath();
    writeFileSync(text, 'no database at all '.repeat(300));
    expect(refusal(text)).toMatchObject({ code: 'corrupt' });
    expect(readFileSync(text, 'utf8')).toBe('no database at all '.repeat(300));

    const foreign = newPath();
    const db = new DatabaseSync(foreign);
    db.exec('CREATE TABLE customers (name TEXT)');
    db.close();
    expect(refusal(foreign)).toMatchObject({ code: 'corrupt' });
  });

  it('that is damaged says so, when it is opened or when the damage is met', async () => {
    const path = newPath();
    const store = openSqliteStore({
      path,
      sealer: sealerOf([A]),
      now: createFakeClock().now,
      wait: systemTimers.sleep,
    });
    for (let n = 0; n < 50; n += 1) await store.commit([insert(`C${n}`, 'x'.repeat(2000))]);
    await store.close();
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 4096), randomBytes(bytes.length - 4096)]));
    const use = async (): Promise<unknown> => open(path).list('code', 100);
    await expect(use()).rejects.toMatchObject({ name: 'StoreError', code: 'corrupt' });
  });

  it('hands out what is due without sorting it', () => {
    const path = newPath();
    open(path);
    const db = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => db.close());
    const plan = db
      .prepare('EXPLAIN QUERY PLAN SELECT id FROM rows WHERE kind = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?')
      .all('session', 1, 100)
      .map(({ detail }) => String(detail));
    expect(plan.join('\n')).toContain('rows_due');
    expect(plan.join('\n'), 'each batch would sort every row that is due').not.toContain('TEMP B-TREE');
  });

  it('of the first release stays as it is under a wrong secret', () => {
    const path = newPath();
    copyFileSync(new URL('releases/0.1.db', import.meta.url), path);
    expect(refusal(path)).toMatchObject({ code: 'wrong_secret' });
    const after = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => after.close());
    // That its rows are read under the right one, and their sign-ins go on, is `server/upgrade.test.ts`'s.
    expect(after.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 1 });
  });

  it('of a newer release is left alone', async () => {
    const path = newPath();
    await openSqliteStore({
      path,
      sealer: sealerOf([A]),
      now: createFakeClock().now,
      wait: systemTimers.sleep,
    }).close();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 999');
    db.close();
    const error = refusal(path);
    expect(error.code).toBe('newer_schema');
    expect(error.message).toMatch(/999.*newer release/);
  });
});

describe('the secret of a SQLite file', () => {
  it('must be the one that it was made with', async () => {
    const path = newPath();
    await open(path).commit([insert('A', 'stored')]);
    expect(refusal(path, sealerOf([B]))).toMatchObject({ code: 'wrong_secret' });
    expect((await open(path).get('code', 'A')).row?.value, 'the refusal must not have harmed it').toBe('stored');
  });

  it('may be rotated by a list, after which the old one can go', async () => {
    const path = newPath();
    await open(path).commit([insert('OLD', 'old')]);
    const both = open(path, sealerOf([B, A]));
    await both.commit([insert('NEW', 'new')]);
    expect((await both.get('code', 'OLD')).row?.value).toBe('old');
    const rotated = open(path, sealerOf([B]));
    expect((await rotated.get('code', 'NEW')).row?.value).toBe('new');
    await expect(rotated.get('code', 'OLD')).rejects.toMatchObject({ code: 'wrong_secret' });
  });

  it('SEC-SUBJECT-SECRET: for keyed hashes can never be another one', () => {
    const path = newPath();
    open(path, sealerOf([A], A));
    expect(refusal(path, sealerOf([A], B)).message).toContain('subjectSecret');
  });

  it('that is gone does not keep other work from being done', async () => {
    const path = newPath();
    await open(path).commit([due('OLD')]);
    await open(path, sealerOf([B, A])).commit([due('NEW')]);
    const claimed = await open(path, sealerOf([B])).claimDue('work', { limit: 10, lease_ms: 1000 });
    expect(claimed.map(({ id }) => id)).toEqual(['NEW']);
  });

  it('SEC-SEALED: binds a value to its row: a value moved to another id is not read', async () => {
    const path = newPath();
    await open(path).commit([insert('A', 'mine'), insert('A.B', 'theirs')]);
    const db = new DatabaseSync(path);
    db.exec("UPDATE rows SET value = (SELECT value FROM rows WHERE id = 'A') WHERE id = 'A.B'");
    db.close();
    await expect(open(path).get('code', 'A.B')).rejects.toMatchObject({ code: 'wrong_secret' });
  });
});

describe('a write lock that another process holds', () => {
  /** Another connection on the same file, holding the only write lock. */
  function lock(path: string): DatabaseSync {
    const other = new DatabaseSync(path);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    return other;
  }

  it('is waited for without holding up the process, and the writes then keep their order', async () => {
    const path = newPath();
    let paused = 0;
    const other: { current: DatabaseSync | null } = { current: null };
    const store = openSqliteStore({
      path,
      sealer: sealerOf([A]),
      now: createFakeClock().now,
      // The event loop is free here: this is where everything else of the process goes on.
      wait: () => {
        paused += 1;
        if (paused === 3) other.current?.exec('COMMIT');
        return Promise.resolve();
      },
    });
    onTestFinished(() => store.close());
    other.current = lock(path);
    const order: string[] = [];
    const writes = ['A', 'B', 'C'].map((id) =>
      store.commit([insert(id)]).then(({ stored }) => order.push(`${id} ${stored}`)),
    );
    expect((await store.get('code', 'A')).row ?? 'not there yet', 'a read waits for no writer').toBe('not there yet');
    await Promise.all(writes);
    expect(order).toEqual(['A true', 'B true', 'C true']);
    expect(paused, 'the first write alone had to wait').toBe(3);
  });

  it('is given up on after 5 s, with words that say what to do', async () => {
    const path = newPath();
    let waited = 0;
    const wait = (ms: number): Promise<void> => {
      waited += ms;
      return Promise.resolve();
    };
    const store = openSqliteStore({ path, sealer: sealerOf([A]), now: createFakeClock().now, wait });
    onTestFinished(() => store.close());
    const other = lock(path);
    await expect(store.commit([insert('A')])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Another process has locked the store'),
    });
    expect(waited).toBeGreaterThanOrEqual(5_000);
    other.exec('COMMIT');
    expect((await store.commit([insert('A')])).stored, 'the next write must not suffer from the one that gave up').toBe(
      true,
    );
  });
});

describe('SEC-SEALED: a row that another program changed', () => {
  it.each([
    ['an earlier value put back', "value = (SELECT value FROM before WHERE id = 'A')"],
    ['a later end', 'expires_at = expires_at + 1'],
    ['another version', 'version = version + 1'],
    ['another schema', 'schema = schema + 1'],
    ['another kind', "kind = 'grant'"],
  ])('is not read: %s', async (_what, change) => {
    const path = newPath();
    const store = open(path);
    const row = { id: 'A', version: 1, schema: 1, expires_at: 2 ** 52, due_at: null, value: 'earlier' };
    await store.commit([{ op: 'insert', kind: 'code', row }]);
    const db = new DatabaseSync(path);
    onTestFinished(() => db.close());
    db.exec('CREATE TEMP TABLE before AS SELECT * FROM rows');
    await store.commit([{ op: 'swap', kind: 'code', row: { ...row, version: 2, value: 'later' } }]);
    expect((await store.get('code', 'A')).row?.value).toBe('later');
    db.exec(`UPDATE rows SET ${change} WHERE id = 'A'`);
    const kind = change.startsWith('kind') ? 'grant' : 'code';
    await expect(store.get(kind, 'A')).rejects.toMatchObject({ code: 'wrong_secret' });
  });
});

describe('several processes on one file', () => {
  const CODES = 40;
  const PROCESSES = 4;
  const opening = `
    const { openSqliteStore } = await import(process.argv[1]);
    const { createSecrets } = await import(process.argv[2]);
    const { randomBytes } = await import('node:crypto');
    const secret = '${A}';
    const sealer = createSecrets({ secret: [secret], subject_secret: secret, random: randomBytes });
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const store = openSqliteStore({ path: process.argv[3], sealer, now: Date.now, wait });
  `;
  // Takes every code that it still finds unused; says which swaps it won.
  const contender = `${opening}
    process.stdout.write('ready\\n');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    const won = [];
    for (let n = 0; n < ${CODES}; n += 1) {
      const { row } = await store.get('code', 'C' + n);
      if (row.value !== 'unused') continue;
      const used = { ...row, version: row.version + 1, value: process.pid };
      if ((await store.commit([{ op: 'swap', kind: 'code', row: used }])).stored) won.push(n);
    }
    await store.close();
    process.stdout.write(JSON.stringify(won));
    process.stdin.destroy();
  `;
  // Inserts without end, and names each row once its commit is answered.
  const writer = `${opening}
    const { writeSync } = await import('node:fs');
    for (let n = 0; ; n += 1) {
      const row = { id: 'C' + n, version: 1, schema: 1, expires_at: ${2 ** 53 - 1}, due_at: null, value: n };
      await store.commit([{ op: 'insert', kind: 'code', row }]);
      writeSync(1, row.id + '\\n');
    }
  `;

  it('consume each code once, and meet no lock that they cannot wait out', { timeout: 60_000 }, async () => {
    const path = newPath();
    const store = open(path);
    for (let n = 0; n < CODES; n += 1) await store.commit([insert(`C${n}`)]);

    const children = Array.from({ length: PROCESSES }, () => run(contender, path));
    await Promise.all(children.map(({ child }) => once(child.stdout, 'data')));
    for (const { child } of children) child.stdin.write('go\n');
    await Promise.all(children.map(({ child }) => once(child, 'close')));

    const outputs = children.map(({ output }) => output());
    expect(outputs).toEqual(outputs.map(() => expect.stringMatching(/^ready\n\[[\d,]*\]$/)));
    const won = outputs.flatMap((text) => JSON.parse(text.replace('ready\n', '')) as number[]);
    expect(won.toSorted((a, b) => a - b)).toEqual(Array.from({ length: CODES }, (_, n) => n));
  });

  it('lose nothing that was committed when one is killed in the middle', { timeout: 60_000 }, async () => {
    const path = newPath();
    const { child, output } = run(writer, path);
    while (output().split('\n').length < 100) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');

    const committed = output().trim().split('\n');
    const found = new Set((await open(path).list('code', 1_000_000)).rows.map(({ id }) => id));
    expect(committed.filter((id) => !found.has(id))).toEqual([]);
  });
});

describe('a process that only reads', () => {
  const toRead = (path: string, sealer = sealerOf([A])): Store =>
    openSqliteStore({ path, sealer, now: createFakeClock().now, wait: systemTimers.sleep, readOnly: true });

  it('reads beside the one that writes, and writes nothing itself', async () => {
    const path = newPath();
    const writer = open(path);
    await writer.commit([insert('one', { a: 1 })]);
    const before = readFileSync(path);
    const reader = toRead(path);
    onTestFinished(() => reader.close());
    expect((await reader.get('code', 'one')).row?.value).toEqual({ a: 1 });
    await writer.commit([insert('two', { a: 2 })]);
    expect((await reader.get('code', 'two')).row?.value, 'what came later').toEqual({ a: 2 });
    await expect(reader.commit([insert('three')])).rejects.toMatchObject({ code: 'unavailable' });
    expect(readFileSync(path).equals(before), 'nothing was resealed').toBe(true);
  });

  it('makes no file, and knows a wrong secret, another program and an earlier release', async () => {
    const path = newPath();
    expect(() => toRead(path)).toThrow(expect.objectContaining({ code: 'unavailable' }) as Error);
    expect(readdirSync(directory)).not.toContain(path.slice(directory.length + 1));
    await openSqliteStore({
      path,
      sealer: sealerOf([A]),
      now: createFakeClock().now,
      wait: systemTimers.sleep,
    }).close();
    expect(() => toRead(path, sealerOf([B]))).toThrow(expect.objectContaining({ code: 'wrong_secret' }) as Error);
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 2');
    expect(() => toRead(path)).toThrow('start the server once');
    database.exec('PRAGMA application_id = 1');
    database.close();
    expect(() => toRead(path)).toThrow(expect.objectContaining({ code: 'corrupt' }) as Error);
  });
});
