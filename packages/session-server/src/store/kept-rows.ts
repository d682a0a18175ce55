import { type Collection, type RowStore, collectionOf } from './collection.ts';
import { type KindOf, upgraded } from './kinds.ts';
import type { At, Kind, Row, Write, Writes } from './store.ts';

/** Rows that are kept at most. With a session and its request each, that is a thousand sign-ins under way, in about 6 MB. */
const ROWS = 2_000;

/** A row as this process last wrote or read it. It may be old: another process may have changed it since. */
export type Known<T> = At & { readonly row: Row<T> };

/**
 * A store whose rows of some kinds stay in memory for a while, so that the next request of the same sign-in need not
 * read, open and parse them again. `get` and all the rest ask the store as ever.
 */
export interface KeptRows extends RowStore {
  /**
   * The row as it was last seen here, at the store's time of now; null where it is not kept. What is decided on it is
   * decided by the compare-and-swap of the commit, and nothing is refused for it: a caller whom it does not serve asks
   * the store.
   */
  known<T>(kind: Kind, id: string): Known<T> | null;
  /** The store's time by this process's own clock: that of its last answer, and what has passed since. 0 and what has passed before the first. */
  around(): number;
}

export interface KeptRowsOptions {
  /** Ms that pass, from any beginning. */
  readonly elapsed: () => number;
  /** Which kinds are kept, and of each which rows: those that something more is to come of. */
  readonly keeps: ReadonlyMap<Kind, (row: Row) => boolean>;
  /** Rows. Default 2,000; then those that were not asked for the longest go. */
  readonly limit?: number | undefined;
}

export function createKeptRows(store: RowStore, { elapsed, keeps, limit = ROWS }: KeptRowsOptions): KeptRows {
  /** By kind and id, the one that was asked for the longest ago first. */
  const kept = new Map<string, Row>();
  let ahead = 0;

  const told = <T extends At>(answer: T): T => {
    ahead = answer.now - elapsed();
    return answer;
  };
  const around = (): number => Math.floor(elapsed() + ahead);
  const keep = (kind: Kind, row: Row): void => {
    const name = nameOf(kind, row.id);
    const before = kept.get(name);
    // Answers may overtake each other.
    if (before !== undefined && before.version > row.version) return;
    kept.delete(name);
    if (keeps.get(kind)?.(row) !== true) return;
    kept.set(name, row);
    if (kept.size <= limit) return;
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      return;
    }
  };
  const forget = (write: Write): void => {
    kept.delete(nameOf(write.kind, write.op === 'remove' ? write.id : write.row.id));
  };

  return {
    list: (kind, most, after) => store.list(kind, most, after),
    find: (kind, tag, options) => store.find(kind, tag, options),
    around,
    known<T>(kind: Kind, id: string) {
      const name = nameOf(kind, id);
      const row = kept.get(name);
      const now = around();
      if (row === undefined) return null;
      kept.delete(name);
      if (row.expires_at <= now) return null;
      kept.set(name, row);
      return { row: row as Row<T>, now };
    },
    async get<T>(kind: Kind, id: string) {
      const found = told(await store.get<T>(kind, id));
      if (found.row !== null) keep(kind, found.row);
      else kept.delete(nameOf(kind, id));
      return found;
    },
    async commit(given) {
      let writes: readonly Write[] = typeof given === 'function' ? [] : given;
      const making = (make: (at: number) => Writes) => (at: number) => {
        const made = make(at);
        writes = made;
        return made;
      };
      try {
        const answer = told(await store.commit(typeof given === 'function' ? making(given) : given));
        for (const write of writes) {
          if (answer.stored && write.op !== 'remove') keep(write.kind, write.row);
          else forget(write);
        }
        return answer;
      } catch (cause) {
        // Whether it was stored is not known.
        writes.forEach(forget);
        throw cause;
      }
    },
  };
}

/** The rows of one kind, some of which are kept. */
export interface KeptCollection<T> extends Collection<T> {
  /** As `KeptRows.known`. @throws StoreError `newer_schema` */
  known(id: string): Known<T> | null;
}

export function keptCollectionOf<T>(rows: KeptRows, kind: KindOf<T>): KeptCollection<T> {
  return {
    ...collectionOf(rows, kind),
    known(id) {
      const known = rows.known(kind.name, id);
      return known === null ? null : { row: upgraded(kind, known.row), now: known.now };
    },
  };
}

function nameOf(kind: Kind, id: string): string {
  return `${kind}|${id}`;
}
