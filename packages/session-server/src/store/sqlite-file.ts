import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type FormerSeal, type Place, resealValue } from './sealed-rows.ts';
import { persist } from './stand-still.ts';
import { StoreError, type StoreReason } from './store-error.ts';
import type { Sealer, StoreContext } from './store.ts';

/** `Beck` in ASCII: tells our files from other SQLite databases (`PRAGMA application_id`). */
const APPLICATION_ID = 0x4265636b;
const SCHEMA_VERSION = 3;
/** SQLite itself waits for no other process once the file is open, in ms: `sqlite-writer.ts` does, in smaller steps. */
const BUSY_TIMEOUT_MS = 0;
/** How long a read waits, in ms, for a process that puts the log right after another one was killed. No other read meets a lock. */
const READ_STILL_MS = 500;
/** How long opening waits, when nothing else runs in the process yet, in ms. */
const OPENING_TIMEOUT_MS = 5000;

/**
 * The commit after which the log has so many pages, of 4 KiB, copies it into the database, with two fsyncs: 10 ms and more, in
 * which the process answers nothing. With SQLite's own 1,000 that is one approval of 60; with this, one of 250.
 */
const CHECKPOINT_PAGES = 4_000;

/** When a commit is synced to the disk: at checkpoints, or before it is answered. */
export type Synchronous = 'normal' | 'full';

/** Which rows have which tag, under keyed hashes. A row's tags go with it. */
const TAGS = `
  CREATE TABLE tags (
    tag  TEXT NOT NULL,
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    PRIMARY KEY (tag, kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tags_of ON tags (kind, id);
  CREATE TRIGGER rows_removed AFTER DELETE ON rows BEGIN
    DELETE FROM tags WHERE kind = old.kind AND id = old.id;
  END;
`;
const SCHEMA = `
  CREATE TABLE rows (
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    schema     INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    due_at     INTEGER,
    value      BLOB    NOT NULL,
    PRIMARY KEY (kind, id)
  ) STRICT;
  CREATE INDEX rows_due ON rows (kind, due_at, id) WHERE due_at IS NOT NULL;
  CREATE INDEX rows_expiry ON rows (expires_at);
  ${TAGS}
  CREATE TABLE hits (
    key       TEXT    NOT NULL PRIMARY KEY,
    count     INTEGER NOT NULL,
    resets_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX hits_expiry ON hits (resets_at);
  CREATE TABLE secret_check (
    sealed      BLOB NOT NULL,
    fingerprint TEXT NOT NULL
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** How values lay in files of earlier schema versions. */
const FORMER_SEALS: Readonly<Record<number, FormerSeal>> = {
  // Bound to kind and id alone, all under one key.
  1: (kind, { id }) => ({ key_name: '', context: `${kind}|${id}` }),
  // The partition came of the whole id.
  2: (kind, { schema, id, version, expires_at }) => ({
    key_name: `${kind}|${createHash('sha256').update(id).digest('hex').slice(0, 2).toUpperCase()}`,
    context: JSON.stringify([schema, kind, id, version, expires_at]),
  }),
};

/** What leads from an earlier schema version to this one. A value that no configured secret opens stays unreadable. */
function upgrade(db: DatabaseSync, sealer: Sealer, from: number): void {
  const former = FORMER_SEALS[from];
  if (former === undefined) return;
  // With the id in the index, 100,000 rows that are due in one ms come in order without being sorted for each batch.
  db.exec(`
    ALTER TABLE rows ADD COLUMN schema INTEGER NOT NULL DEFAULT 1;
    DROP INDEX rows_due;
    CREATE INDEX rows_due ON rows (kind, due_at, id) WHERE due_at IS NOT NULL;
    ${TAGS}
  `);
  const rows = db.prepare('SELECT rowid AS at, kind, id, version, schema, expires_at, value FROM rows').all();
  const write = db.prepare('UPDATE rows SET value = ? WHERE rowid = ?');
  for (const { at, kind, value, ...place } of rows as unknown as readonly (Place & {
    readonly at: number;
    readonly kind: string;
    readonly value: Uint8Array;
  })[]) {
    const resealed = resealValue(sealer, kind, place, value, former);
    if (resealed !== null) write.run(resealed, at);
  }
}

/**
 * Opens or creates the database file, readable by its owner alone (mode 0600; SQLite gives its
 * `-wal` and `-shm` files the same), and makes sure that it is ours, of our schema version, and
 * sealed under the configured secrets.
 * @throws StoreError saying which of these does not hold.
 */
export function openDatabase(
  path: string,
  sealer: Sealer,
  synchronous: Synchronous,
  onUpgraded?: StoreContext['onUpgraded'],
): DatabaseSync {
  if (path !== ':memory:') createPrivately(path);
  const db = guard(path, () => new DatabaseSync(path, { timeout: OPENING_TIMEOUT_MS }));
  try {
    guard(path, () => {
      // WAL: readers never wait for a writer, and what is committed survives `kill -9` of any process.
      // `normal` syncs at checkpoints, not at every commit: a commit lives in the kernel once it returns,
      // so that only a power cut or a kernel crash can take the last ones, and then as a whole and in
      // order, never in part. A sign-in under way at that moment is begun again; a code that was being
      // redeemed may be redeemed once more by the holder of the same PKCE verifier. `full` pays for
      // these moments with an fsync per commit, during which the process answers no request.
      db.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA trusted_schema = OFF;` +
          `PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
      );
      const from = transactionsOf(db)(() => {
        prepareSchema(db, path);
        checkSecret(db, path, sealer);
        const version = pragma(db, 'user_version');
        upgrade(db, sealer, version);
        db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
        return version;
      });
      if (from !== SCHEMA_VERSION) onUpgraded?.(from, SCHEMA_VERSION);
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens the file of a server that may run, and writes nothing.
 * @throws StoreError as `openDatabase`; `unavailable` also for a file that is not there, or of an earlier schema version
 */
export function openToRead(path: string, sealer: Sealer): DatabaseSync {
  const db = guard(path, () => new DatabaseSync(path, { readOnly: true, timeout: OPENING_TIMEOUT_MS }));
  try {
    guard(path, () => {
      assertOurs(db, path);
      verifySecret(db, path, sealer);
    });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function assertOurs(db: DatabaseSync, path: string): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID)
    throw new StoreError('corrupt', `The file ${path} is no store of Beckon's.`);
  const version = pragma(db, 'user_version');
  if (version === SCHEMA_VERSION) return;
  if (version > SCHEMA_VERSION) prepareSchema(db, path);
  throw new StoreError(
    'unavailable',
    `The store ${path} was written by an earlier release: start the server once, which upgrades it.`,
  );
}

/** Runs `work` holding the only write lock; keeps nothing of it when it throws. Within another one: a part of that, which is undone alone. */
export type Transaction = <T>(work: () => T) => T;

/** Prepared once: what begins and ends every commit is not compiled anew for each. */
export function transactionsOf(db: DatabaseSync): Transaction {
  // IMMEDIATE: a transaction that reads first and then wants to write could otherwise meet a newer
  // snapshot and fail with SQLITE_BUSY, which no waiting cures.
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const inPart = partsOf(db);
  return (work) => {
    if (db.isTransaction) return inPart(work);
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      if (db.isTransaction) rollback.run();
      throw error;
    }
  };
}

function partsOf(db: DatabaseSync): Transaction {
  const begin = db.prepare('SAVEPOINT part');
  const end = db.prepare('RELEASE part');
  const rollback = db.prepare('ROLLBACK TO part');
  return (work) => {
    begin.run();
    try {
      const result = work();
      end.run();
      return result;
    } catch (error) {
      // A full disk may have ended the whole transaction.
      if (db.isTransaction) {
        rollback.run();
        end.run();
      }
      throw error;
    }
  };
}

/** Runs all of it in one transaction. What one of them throws is its own affair, unless it ended the transaction. */
export function together(db: DatabaseSync, inTransaction: Transaction, works: readonly (() => void)[]): void {
  const [only, another] = works;
  if (only !== undefined && another === undefined) return only();
  inTransaction(() => {
    for (const work of works) {
      try {
        work();
      } catch (error) {
        if (!db.isTransaction) throw error;
      }
    }
  });
}

/** A read. @throws StoreError as `guard` */
export function look<T>(path: string, read: () => T): T {
  return guard(path, () => {
    const attempt = (isLast: boolean) => (): T | typeof AGAIN => {
      try {
        return read();
      } catch (error) {
        if (isBusy(error) && !isLast) return AGAIN;
        throw error;
      }
    };
    const result = persist(attempt(false), AGAIN, READ_STILL_MS);
    return result === AGAIN ? (attempt(true)() as T) : result;
  });
}

const AGAIN = Symbol('again');

/** Runs `work`; what SQLite throws becomes a StoreError that says what to do about it. */
export function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(path, error);
  }
}

function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError('unavailable', `The store ${path} cannot be created or written: ${reason}`, error);
  }
  try {
    chmodSync(path, 0o600);
  } catch {
    // Another owner's file, or a file system without modes: the operator's choice, and all of it is sealed.
  }
}

function prepareSchema(db: DatabaseSync, path: string): void {
  const version = pragma(db, 'user_version');
  const application = pragma(db, 'application_id');
  if (application === APPLICATION_ID) {
    if (version > SCHEMA_VERSION) {
      throw new StoreError(
        'newer_schema',
        `The store ${path} has schema version ${version}, this software knows ${SCHEMA_VERSION}: it was written by a ` +
          'newer release. Run that release, or give this one a store of its own.',
      );
    }
    return;
  }
  const { count } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number };
  if (application !== 0 || version !== 0 || count !== 0) {
    throw new StoreError('corrupt', `The file ${path} is a database of another program. Give the store another path.`);
  }
  db.exec(SCHEMA);
}

const CHECK_TEXT = 'beckon';
const CHECK_CONTEXT = 'secret_check|';

/**
 * A wrong secret is found at start, not by the first person who signs in. The check is sealed anew
 * each time, so that after a rotation it follows the first secret and the old one can be dropped.
 * The keyed hash is compared as well: with another one, every `sub` would silently be another.
 */
function checkSecret(db: DatabaseSync, path: string, sealer: Sealer): void {
  const fingerprint = verifySecret(db, path, sealer);
  db.exec('DELETE FROM secret_check');
  db.prepare('INSERT INTO secret_check (sealed, fingerprint) VALUES (?, ?)').run(
    sealer.seal(Buffer.from(CHECK_TEXT), '', CHECK_CONTEXT),
    fingerprint,
  );
}

/** @throws StoreError `wrong_secret` */
function verifySecret(db: DatabaseSync, path: string, sealer: Sealer): string {
  const fingerprint = sealer.fingerprint(CHECK_CONTEXT);
  const stored = db.prepare('SELECT sealed, fingerprint FROM secret_check').get();
  if (stored !== undefined) {
    try {
      sealer.open(stored['sealed'] as Uint8Array, '', CHECK_CONTEXT);
    } catch (error) {
      throw new StoreError(
        'wrong_secret',
        `The store ${path} is sealed under another secret than the configured ones. Configure the secret that it was ` +
          'made with (a list may hold a new and an old one), or begin with an empty store.',
        error,
      );
    }
    if (stored['fingerprint'] !== fingerprint) {
      throw new StoreError(
        'wrong_secret',
        `The store ${path} was made with another subjectSecret. It can never be changed: every person would become another one.`,
      );
    }
  }
  return fingerprint;
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/** Another process holds the write lock: `SQLITE_BUSY` (https://sqlite.org/rescode.html#busy). */
export function isBusy(error: unknown): boolean {
  return (((error as { errcode?: number } | null)?.errcode ?? 0) & 0xff) === 5;
}

/** SQLite's primary result codes that say what is wrong (https://sqlite.org/rescode.html). */
const REASONS: Readonly<Record<number, StoreReason>> = {
  5: 'locked',
  6: 'locked',
  8: 'read_only',
  10: 'io_error',
  11: 'damaged',
  13: 'disk_full',
  26: 'damaged',
};

/** What SQLite threw, as a StoreError that says what to do about it. */
export function explained(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, errcode } = error as { code?: string; errcode?: number };
  if (code === 'ERR_INVALID_STATE') return new StoreError('closed', `The store ${path} is closed`, error);
  if (code !== 'ERR_SQLITE_ERROR' || errcode === undefined) return error;
  const reason = REASONS[errcode & 0xff] ?? null;
  return reason === 'damaged'
    ? new StoreError('corrupt', `The file ${path} is damaged or no SQLite database: ${error.message}`, error, reason)
    : new StoreError('unavailable', `The store ${path} cannot be used: ${error.message}`, error, reason);
}
