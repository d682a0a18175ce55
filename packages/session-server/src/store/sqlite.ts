import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { StatementResultingChanges } from 'node:sqlite';
import { checkWrites } from './check-writes.ts';
import { openValue, resealed, sealValue } from './sealed-rows.ts';
import { type Synchronous, look, openDatabase, openToRead, together, transactionsOf } from './sqlite-file.ts';
import { createWriter } from './sqlite-writer.ts';
import { isStoreError } from './store-error.ts';
import type { Counted, Kind, Row, Sealer, Store, StoreContext, Usage, Write } from './store.ts';

export interface SqliteStoreOptions {
  /** The database file; created when missing, its directory is not. `:memory:` lives as long as the store. */
  readonly path: string;
  readonly sealer: Sealer;
  /** Ms since the epoch: whole numbers. */
  readonly now: () => number;
  /** Resolves after so many ms: the pause before another process's write lock is asked for again. */
  readonly wait: (ms: number) => Promise<void>;
  /** As in `StoreContext`. */
  readonly endOfTurn?: StoreContext['endOfTurn'];
  /** Default `normal`. */
  readonly synchronous?: Synchronous | undefined;
  /** Default false. True: every write fails, and the file must be there. */
  readonly readOnly?: boolean | undefined;
  /** As in `StoreContext`. */
  readonly onUpgraded?: StoreContext['onUpgraded'];
  /** As in `StoreContext`. */
  readonly turns?: StoreContext['turns'];
}

/** What makes a `StoredRow`. */
const COLUMNS = 'id, version, schema, expires_at, due_at, value';

/** Rows whose time is over are counted up to here. */
const OVER_LIMIT = 100_000;

interface StoredRow {
  readonly id: string;
  readonly version: number;
  readonly schema: number;
  readonly expires_at: number;
  readonly due_at: number | null;
  readonly value: Uint8Array;
}

/**
 * The store for one machine: one file, any number of processes, nothing to install. A read runs at
 * once. Writes run one after another, and wait for another process's write without holding up the process.
 * @throws StoreError when the file cannot be used; see `StoreErrorCode`.
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const { path, sealer, now, wait, endOfTurn, synchronous = 'normal', readOnly = false, onUpgraded, turns } = options;
  const db = readOnly ? openToRead(path, sealer) : openDatabase(path, sealer, synchronous, onUpgraded);
  const inTransaction = transactionsOf(db);
  const { write: inTurn, flush } = createWriter({
    path,
    wait,
    endOfTurn,
    turns,
    together: (works) => together(db, inTransaction, works),
  });
  const sql = {
    get: db.prepare(`SELECT ${COLUMNS} FROM rows WHERE kind = ? AND id = ? AND expires_at > ?`),
    list: db.prepare(`SELECT ${COLUMNS} FROM rows WHERE kind = ? AND id > ? AND expires_at > ? ORDER BY id LIMIT ?`),
    insert: db.prepare(
      `INSERT INTO rows (kind, id, version, schema, expires_at, due_at, value)
       VALUES (:kind, :id, :version, :schema, :expires_at, :due_at, :value) ON CONFLICT (kind, id) DO NOTHING`,
    ),
    removeOver: db.prepare('DELETE FROM rows WHERE kind = ? AND id = ? AND expires_at <= ?'),
    swap: db.prepare(
      `UPDATE rows SET version = :version, schema = :schema, expires_at = :expires_at, due_at = :due_at, value = :value
       WHERE kind = :kind AND id = :id AND version = :version - 1 AND expires_at > :now`,
    ),
    remove: db.prepare('DELETE FROM rows WHERE kind = ? AND id = ? AND version = ? AND expires_at > ?'),
    find: db.prepare(
      `SELECT ${COLUMNS} FROM tags JOIN rows USING (kind, id)
       WHERE tags.tag = ? AND tags.kind = ? AND tags.id > ? AND expires_at > ? ORDER BY tags.id LIMIT ?`,
    ),
    untag: db.prepare('DELETE FROM tags WHERE kind = ? AND id = ?'),
    tag: db.prepare('INSERT INTO tags (tag, kind, id) VALUES (?, ?, ?)'),
    over: db.prepare('SELECT count(*) AS count FROM (SELECT 1 FROM rows WHERE expires_at <= ? LIMIT ?)'),
    bytes: db.prepare(
      `SELECT (page_count - freelist_count) * page_size AS bytes, freelist_count * page_size AS reusable
       FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`,
    ),
    due: db.prepare(
      `SELECT ${COLUMNS} FROM rows
       WHERE kind = ? AND due_at <= ? AND expires_at > ? ORDER BY due_at, id LIMIT ?`,
    ),
    lease: db.prepare('UPDATE rows SET due_at = ? WHERE kind = ? AND id = ?'),
    renew: db.prepare('UPDATE rows SET due_at = ? WHERE kind = ? AND id = ? AND due_at = ? AND expires_at > ?'),
    increment: db.prepare(
      `INSERT INTO hits (key, count, resets_at) VALUES (:key, :by, :now + :window)
       ON CONFLICT (key) DO UPDATE SET
         count = CASE WHEN resets_at <= :now THEN :by ELSE count + :by END,
         resets_at = CASE WHEN resets_at <= :now THEN excluded.resets_at ELSE resets_at END
       RETURNING count, resets_at`,
    ),
    walk: db.prepare(
      `SELECT rowid AS at, kind, ${COLUMNS} FROM rows WHERE rowid > ? AND expires_at > ? ORDER BY rowid LIMIT ?`,
    ),
    // Another writer that was faster has sealed its own value.
    reseal: db.prepare('UPDATE rows SET value = :value WHERE rowid = :at AND value = :before'),
    sweepRows: db.prepare('DELETE FROM rows WHERE rowid IN (SELECT rowid FROM rows WHERE expires_at <= ? LIMIT ?)'),
    sweepHits: db.prepare('DELETE FROM hits WHERE key IN (SELECT key FROM hits WHERE resets_at <= ? LIMIT ?)'),
  };

  const read = <T>(kind: Kind, { id, version, schema, expires_at, due_at, value }: StoredRow): Row<T> => ({
    id,
    version,
    schema,
    expires_at,
    due_at,
    value: openValue(sealer, kind, { id, version, schema, expires_at }, value) as T,
  });
  const tagHash = (kind: Kind, tag: string): string => sealer.fingerprint(`tag|${kind}|${tag}`);
  const apply = (write: Write, at: number): boolean => {
    if (write.op === 'remove') return changed(sql.remove.run(write.kind, write.id, write.version, at));
    const { kind, row, tags } = write;
    const value = sealValue(sealer, kind, row, row.value);
    const { id, version, schema, expires_at, due_at } = row;
    const stored = { kind, id, version, schema, expires_at, due_at, value };
    if (write.op === 'swap') {
      if (!changed(sql.swap.run({ ...stored, now: at }))) return false;
      if (tags !== undefined) sql.untag.run(kind, id);
    } else if (!changed(sql.insert.run(stored))) {
      // A row that is over and not swept yet gives up its id, and its tags with it.
      if (!changed(sql.removeOver.run(kind, id, at)) || !changed(sql.insert.run(stored))) return false;
    }
    for (const tag of new Set(tags)) sql.tag.run(tagHash(kind, tag), kind, id);
    return true;
  };
  const owed = (kind: Kind, at: number, limit: number): readonly StoredRow[] =>
    sql.due.all(kind, at, at, limit) as unknown as readonly StoredRow[];

  return {
    async now() {
      return now();
    },

    async get<T>(kind: Kind, id: string) {
      const at = now();
      const stored = look(path, () => sql.get.get(kind, id, at)) as StoredRow | undefined;
      return { row: stored === undefined ? null : read<T>(kind, stored), now: at };
    },
    async list<T>(kind: Kind, limit: number, after = '') {
      const at = now();
      const stored = look(path, () => sql.list.all(kind, after, at, limit)) as unknown as readonly StoredRow[];
      return { rows: stored.map((row) => read<T>(kind, row)), now: at };
    },
    async find<T>(
      kind: Kind,
      tag: string,
      { limit, after }: { readonly limit: number; readonly after: string | null },
    ) {
      const at = now();
      const stored = look(path, () =>
        sql.find.all(tagHash(kind, tag), kind, after ?? '', at, limit + 1),
      ) as unknown as readonly StoredRow[];
      const rows = stored.slice(0, limit).map((row) => read<T>(kind, row));
      return { rows, next: stored.length > limit ? (rows.at(-1)?.id ?? null) : null, now: at };
    },
    async commit(given) {
      return inTurn(() => {
        let at = 0;
        try {
          inTransaction(() => {
            // Once the lock is ours: another process may have held it for a while.
            at = now();
            const writes = typeof given === 'function' ? given(at) : given;
            checkWrites(writes);
            for (const write of writes) if (!apply(write, at)) throw new DoesNotHold();
          });
          return { stored: true, now: at };
        } catch (error) {
          if (error instanceof DoesNotHold) return { stored: false, now: at };
          throw error;
        }
      });
    },
    async claimDue<T>(kind: Kind, { limit, lease_ms }: { readonly limit: number; readonly lease_ms: number }) {
      // Asked over and over by every node: an idle question takes no write lock.
      if (look(path, () => owed(kind, now(), 1)).length === 0) return [];
      const leased = await inTurn(() =>
        inTransaction(() => {
          const at = now();
          const due_at = at + lease_ms;
          const rows = owed(kind, at, limit);
          for (const { id } of rows) sql.lease.run(due_at, kind, id);
          return rows.map((row) => ({ ...row, due_at }));
        }),
      );
      return leased.flatMap((row) => readable(() => read<T>(kind, row)));
    },

    async renewLease(kind, { id, due_at }, lease_ms) {
      if (due_at === null) return null;
      return inTurn(() => {
        const at = now();
        // Two leases of one ms would read alike: the new one is always another.
        const until = at + lease_ms === due_at ? due_at + 1 : at + lease_ms;
        return changed(sql.renew.run(until, kind, id, due_at, at)) ? until : null;
      });
    },

    async increment(hits) {
      const hashed = hits.map(({ key, window_ms, by }) => ({
        key: sealer.fingerprint(`hit|${key}`),
        window: window_ms,
        by,
      }));
      const count = (): readonly Counted[] => {
        const at = now();
        return hashed.map((hit) => {
          const stored = sql.increment.get({ ...hit, now: at });
          return { count: Number(stored?.['count']), resets_at: Number(stored?.['resets_at']) };
        });
      };
      // One statement is a transaction of its own.
      return inTurn(hits.length === 1 ? count : () => inTransaction(count));
    },

    async reseal(after, limit) {
      const walked = look(path, () =>
        sql.walk.all(Number(after ?? 0), now(), limit),
      ) as unknown as readonly (StoredRow & {
        readonly at: number;
        readonly kind: Kind;
      })[];
      const all = walked.map((row) => ({
        at: row.at,
        before: row.value,
        value: resealed(sealer, row.kind, row, row.value),
      }));
      const changes = all.flatMap(({ value, ...rest }) => (value instanceof Uint8Array ? [{ ...rest, value }] : []));
      let sealed = 0;
      if (changes.length > 0) {
        sealed = await inTurn(() =>
          inTransaction(() => changes.filter((change) => changed(sql.reseal.run(change))).length),
        );
      }
      return {
        sealed,
        unreadable: all.filter(({ value }) => value === 'unreadable').length,
        next: walked.length < limit ? null : String(walked.at(-1)?.at),
      };
    },

    async sweep(limit) {
      return inTurn(() => {
        const at = now();
        const rows = Number(sql.sweepRows.run(at, limit).changes);
        return rows + Number(sql.sweepHits.run(at, limit - rows).changes);
      });
    },

    async usage() {
      const over = look(path, () => sql.over.get(now(), OVER_LIMIT))?.['count'];
      const pages = look(path, () => sql.bytes.get());
      return {
        over: Number(over),
        bytes: Number(pages?.['bytes']),
        reusable: Number(pages?.['reusable']),
        disk: await diskOf(path),
      };
    },
    async close() {
      if (!db.isOpen) return;
      flush();
      db.close();
    },
  };
}

async function diskOf(path: string): Promise<Usage['disk']> {
  if (path === ':memory:') return null;
  // Some file systems do not say.
  const disk = await statfs(dirname(resolve(path))).catch(() => null);
  return disk && { free: disk.bavail * disk.bsize, total: disk.blocks * disk.bsize };
}

/** Ends a transaction that did not hold. */
class DoesNotHold extends Error {}

function changed({ changes }: StatementResultingChanges): boolean {
  return Number(changes) === 1;
}

/** Work that cannot be read is put off like any leased row and left out: it must not keep the rest from being done. */
function readable<T>(read: () => T): readonly T[] {
  try {
    return [read()];
  } catch (error) {
    if (isStoreError(error)) return [];
    throw error;
  }
}
