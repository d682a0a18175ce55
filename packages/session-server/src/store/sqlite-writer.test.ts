import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { together as allTogether, transactionsOf } from './sqlite-file.ts';
import { type WriterOptions, createWriter } from './sqlite-writer.ts';
import type { WriteTurns } from './write-turns.ts';

/** As SQLite throws it while another process holds the write lock. */
const busy = (): Error => Object.assign(new Error('locked'), { code: 'ERR_SQLITE_ERROR', errcode: 5 });

/** A file that another process keeps locked for so many pauses; what was done with it, in order. */
function lockedFile(turns: WriteTurns, pauses: number) {
  let isLocked = pauses > 0;
  const seen: string[] = [];
  const transaction = (work: () => void): void => {
    if (isLocked) throw busy();
    work();
  };
  const options: WriterOptions = {
    path: 'file',
    turns,
    together: (works) =>
      transaction(() => {
        seen.push(`${works.length} together`);
        for (const work of works) work();
      }),
    wait: async (ms) => {
      seen.push(`waited ${ms}`);
      if (seen.length === pauses) isLocked = false;
    },
  };
  const { write } = createWriter(options);
  return {
    seen,
    free: () => void (isLocked = false),
    write: (name: string) => write(() => transaction(() => void seen.push(name))),
  };
}

describe('a write that meets another process', () => {
  it('stands still for a commit of a moment, and waits for no timer', async () => {
    const seen: string[] = [];
    let tries = 0;
    const { write } = createWriter({ path: 'file', together: () => {}, wait: async (ms) => void seen.push(`${ms}`) });
    const began = performance.now();
    const answer = await write(() => {
      tries += 1;
      if (tries < 4) throw busy();
      return 'written';
    });
    expect([answer, tries, seen]).toEqual(['written', 4, []]);
    expect(performance.now() - began, 'three steps of 0.05 ms at least').toBeGreaterThanOrEqual(0.15);
  });

  it('joins what waits, which is written in one transaction, in order', async () => {
    const turns = { othersTurn: false, asked: 0, over: 0, told: 0 };
    const file = lockedFile(
      {
        get othersTurn() {
          return turns.othersTurn;
        },
        ask: () => ((turns.asked += 1), () => void (turns.over += 1)),
        locked: () => void (turns.told += 1),
      },
      2,
    );
    const all = Promise.all(['A', 'B', 'C'].map((name) => file.write(name)));
    await all;
    expect(file.seen).toEqual(['waited 1', 'waited 1', '3 together', 'A', 'B', 'C']);
    expect(turns, 'others leave it free meanwhile').toMatchObject({ asked: 1, over: 1, told: 0 });
    await file.write('D');
    expect(file.seen.at(-1)).toBe('D');
    expect(turns.asked, 'a free file asks for no turn').toBe(1);
  });

  it('says that the file is locked after a second, once, and gives up after five', async () => {
    let told = 0;
    const file = lockedFile(
      { othersTurn: false, ask: () => () => {}, locked: () => void (told += 1) },
      Number.MAX_SAFE_INTEGER,
    );
    await expect(file.write('A')).rejects.toMatchObject({ code: 'unavailable', reason: 'locked' });
    expect(told).toBe(1);
    file.free();
    await file.write('B');
    expect(file.seen.at(-1), 'the next does not suffer from it').toBe('B');
  });

  it('leaves the file free for a moment where it is the turn of another', async () => {
    const file = lockedFile({ othersTurn: true, ask: () => () => {}, locked: () => {} }, 0);
    const began = performance.now();
    await file.write('A');
    expect(performance.now() - began).toBeGreaterThanOrEqual(0.2);
  });
});

describe('writes of one turn of the event loop', () => {
  /** Ends the turn when it is told to. */
  function meeting(isLocked: () => boolean = () => false) {
    const seen: string[] = [];
    const ends: (() => void)[] = [];
    const { write, flush } = createWriter({
      path: 'file',
      wait: async (ms) => void seen.push(`waited ${ms}`),
      endOfTurn: () => new Promise((resolve) => void ends.push(resolve)),
      together: (works) => {
        if (isLocked()) throw busy();
        seen.push(`${works.length} together`);
        for (const work of works) {
          try {
            work();
          } catch {
            // Its own affair, as in `together`.
          }
        }
      },
    });
    return { seen, flush, ends, write: (name: string) => write(() => seen.push(name)), fails: () => write(fail) };
  }
  const fail = (): never => {
    throw new Error('refused');
  };

  it('are one transaction, in order; what one throws is its own', async () => {
    const file = meeting();
    const all = Promise.allSettled([file.write('A'), file.fails(), file.write('B')]);
    expect([file.seen, file.ends.length], 'nothing is written before the turn ends, and it is asked for once').toEqual([
      [],
      1,
    ]);
    file.ends[0]?.();
    expect(await all).toMatchObject([
      { status: 'fulfilled' },
      { reason: new Error('refused') },
      { status: 'fulfilled' },
    ]);
    expect(file.seen).toEqual(['3 together', 'A', 'B']);

    const next = file.write('C');
    expect(file.ends).toHaveLength(2);
    file.ends[1]?.();
    await next;
    expect(file.seen.slice(3)).toEqual(['1 together', 'C']);
  });

  it('wait with the next ones where another process holds the lock', async () => {
    let left = 60;
    const file = meeting(() => (left -= 1) > 0);
    const first = file.write('A');
    file.ends[0]?.();
    await Promise.resolve();
    await Promise.all([first, file.write('B')]);
    expect(file.seen.filter((each) => !each.startsWith('waited'))).toEqual(['2 together', 'A', 'B']);
    expect(file.ends, 'the lock is waited for, not a turn').toHaveLength(1);
  });

  it('are written at once when the store closes', async () => {
    const file = meeting();
    const first = file.write('A');
    file.flush();
    expect(file.seen).toEqual(['1 together', 'A']);
    await first;
    file.ends[0]?.();
    await file.write('B');
    expect(file.seen.slice(2), 'and the turn ends as ever').toEqual(['1 together', 'B']);
  });
});

describe('writes in one transaction', () => {
  function database(): DatabaseSync {
    const folder = mkdtempSync(join(tmpdir(), 'beckon-writer-'));
    const db = new DatabaseSync(join(folder, 'a.db'));
    onTestFinished(() => {
      db.close();
      rmSync(folder, { recursive: true });
    });
    db.exec('CREATE TABLE t (id TEXT PRIMARY KEY)');
    return db;
  }
  const together = (db: DatabaseSync, works: readonly (() => void)[]): void =>
    allTogether(db, transactionsOf(db), works);
  const insert =
    (db: DatabaseSync, ...ids: readonly string[]) =>
    (): void =>
      transactionsOf(db)(() => {
        for (const id of ids) db.prepare('INSERT INTO t VALUES (?)').run(id);
      });

  it('fail alone, as a whole', () => {
    const db = database();
    const failed: string[] = [];
    const noting = (work: () => void) => (): void => {
      try {
        work();
      } catch (error) {
        failed.push((error as Error).message);
        throw error;
      }
    };
    together(db, [insert(db, 'A'), insert(db, 'B', 'A'), insert(db, 'C')].map(noting));
    expect(db.prepare('SELECT id FROM t ORDER BY id').all()).toEqual([{ id: 'A' }, { id: 'C' }]);
    expect(failed).toEqual([expect.stringContaining('UNIQUE')]);
  });

  it('are all undone where the transaction cannot be committed', () => {
    const db = database();
    db.exec('CREATE TABLE u (id TEXT REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED); PRAGMA foreign_keys = ON');
    const orphan = (): void => void db.prepare('INSERT INTO u VALUES (?)').run('none');
    expect(() => together(db, [insert(db, 'A'), orphan])).toThrow('FOREIGN KEY');
    expect(db.isTransaction).toBe(false);
    expect(db.prepare('SELECT count(*) AS count FROM t').get()).toEqual({ count: 0 });
  });
});
