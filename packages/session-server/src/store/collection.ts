import { type KindOf, upgraded } from './kinds.ts';
import type { At, Row, Store, Write } from './store.ts';

/** What a row is to be. */
export interface Next<T> {
  readonly value: T;
  /** Ms since the epoch, whole. */
  readonly expires_at: number;
  /** Ms since the epoch, whole. Default null: nothing is owed. */
  readonly due_at?: number | null;
  /** Other rows of the same partition that are stored with it, or not at all. */
  readonly also?: readonly Write[];
}

/** What a collection needs of a store. */
export type RowStore = Pick<Store, 'get' | 'list' | 'find' | 'commit'>;

export interface Updated<T> extends At {
  /** What was there; null where nothing was. */
  readonly before: Row<T> | null;
  /** What is there now. The very same as `before` when nothing changed. */
  readonly row: Row<T> | null;
}

/** The rows of one kind, as their room reads and writes them. */
export interface Collection<T> {
  /** The live row, or null. @throws StoreError `newer_schema` */
  get(id: string): Promise<At & { readonly row: Row<T> | null }>;
  /** At most `limit` rows, by id, those after `after`. Default: from the first on. */
  list(limit: number, after?: string): Promise<At & { readonly rows: readonly Row<T>[] }>;
  /** At most `limit` rows that have the tag, by id; `next` is the `after` of the next page, null at the end. */
  find(
    tag: string,
    options: { readonly limit: number; readonly after: string | null },
  ): Promise<At & { readonly rows: readonly Row<T>[]; readonly next: string | null }>;
  /** Stores a new row; null where one is there already. @param next by the store's time */
  insert(id: string, next: (now: number) => Next<T>): Promise<At & { readonly row: Row<T> | null }>;
  /**
   * Reads, decides and stores, until no other writer was faster. `change` is given the live
   * row, or null, and answers what it is to be: null leaves it. It may be called several times.
   * @throws whatever `change` throws; Error when a write in `also` does not hold
   */
  update(id: string, change: (row: Row<T> | null, now: number) => Next<T> | null): Promise<Updated<T>>;
  /**
   * One attempt on a row as it was read, without reading it again: `change` is asked within the commit, by its time. Null
   * where the row was changed since, a write in `also` does not hold, or `change` answers null or throws: nothing is
   * stored then, and what holds is for `update` to find out.
   */
  attempt(row: Row<T>, change: (row: Row<T>, now: number) => Next<T> | null): Promise<Updated<T> | null>;
  /** Removes the row unless it changed since it was read. */
  remove(row: Row<T>): Promise<boolean>;
  /** The write that replaces a row, for another one's `also`. */
  swapping(row: Row<T>, next: Omit<Next<T>, 'also'>): Write;
}

export function collectionOf<T>(store: RowStore, kind: KindOf<T>): Collection<T> {
  const { name, tagsOf } = kind;
  const get = async (id: string): Promise<At & { readonly row: Row<T> | null }> => {
    const { row, now } = await store.get(name, id);
    return { row: row === null ? null : upgraded(kind, row), now };
  };

  return {
    get,
    async list(limit, after) {
      const { rows, now } = await store.list(name, limit, after);
      return { rows: rows.map((row) => upgraded(kind, row)), now };
    },
    async find(tag, options) {
      const { rows, next, now } = await store.find(name, tag, options);
      const found = rows.map((row) => upgraded(kind, row));
      // The index may lag behind what the rows say.
      return { rows: found.filter(({ value }) => tagsOf?.(value).includes(tag) === true), next, now };
    },
    async insert(id, next) {
      let made = null as Row<T> | null;
      const { stored, now } = await store.commit((at) => {
        const wanted = next(at);
        made = rowOf(kind, id, 1, wanted);
        return [writing(kind, 'insert', made), ...(wanted.also ?? [])];
      });
      return { row: stored ? made : null, now };
    },
    async update(id, change) {
      for (let seen: number | null | undefined; ;) {
        const { row: before, now } = await get(id);
        const next = change(before, now);
        if (next === null) return { before, row: before, now };
        const version = before?.version ?? 0;
        const { also = [] } = next;
        // No other writer was faster, and yet it was not stored: a write beside it does not hold, and never will.
        if (seen === version && also.length > 0) throw new Error(`${name}: a write beside it does not hold`);
        seen = version;
        const row = rowOf(kind, id, version + 1, next);
        const { stored } = await store.commit([writing(kind, before === null ? 'insert' : 'swap', row), ...also]);
        if (stored) return { before, row, now };
      }
    },
    async attempt(before, change) {
      let made = null as Row<T> | null;
      try {
        const { stored, now } = await store.commit((at) => {
          const next = change(before, at);
          if (next === null) throw new Undecided();
          made = rowOf(kind, before.id, before.version + 1, next);
          return [writing(kind, 'swap', made), ...(next.also ?? [])];
        });
        return stored && made !== null ? { before, row: made, now } : null;
      } catch (cause) {
        if (made === null) return null;
        throw cause;
      }
    },
    async remove({ id, version }) {
      return (await store.commit([{ op: 'remove', kind: name, id, version }])).stored;
    },
    swapping: (row, next) => writing(kind, 'swap', rowOf(kind, row.id, row.version + 1, next)),
  };
}

/** The write that inserts a row, for another one's `also`. */
export function inserting<T>(kind: KindOf<T>, id: string, next: Omit<Next<T>, 'also'>): Write {
  return writing(kind, 'insert', rowOf(kind, id, 1, next));
}

function rowOf<T>(
  { schema }: KindOf<T>,
  id: string,
  version: number,
  { value, expires_at, due_at = null }: Next<T>,
): Row<T> {
  return { id, version, schema, expires_at, due_at, value };
}

function writing<T>({ name, tagsOf, tagsStay }: KindOf<T>, op: 'insert' | 'swap', row: Row<T>): Write {
  const untouched = tagsOf === null || (op === 'swap' && tagsStay);
  return untouched ? { op, kind: name, row } : { op, kind: name, row, tags: tagsOf(row.value) };
}

/** A commit that is not to be: what its row says is for `update` to look at. */
class Undecided extends Error {}
