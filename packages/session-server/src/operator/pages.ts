/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /**
   * The cursor of the next page; null at the end. A page may have fewer items than were asked for, or none, and yet not
   * be the last: so much is looked through at a time, and no more.
   */
  readonly next: string | null;
}

/** Which page. */
export interface PageOptions {
  /** Default 50, at most 500. */
  readonly limit?: number | undefined;
  /** `next` of the page before. Default: the first page. */
  readonly cursor?: string | null | undefined;
}

const LIMIT = 50;
const MOST = 500;
/** Rows that are looked through for one page. */
const LOOKED_THROUGH = 2_000;
/** Rows that are read before everything else of the process has a turn. */
const SLICE = 100;

export interface Slice<R> {
  readonly rows: readonly R[];
  /** The `after` of the next one; null at the end. */
  readonly next: string | null;
}

/** Rows of a list by id, as a slice: one that is not full is the last. */
export function sliceOf<R extends { readonly id: string }>(rows: readonly R[], limit: number): Slice<R> {
  return { rows, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
}

/**
 * Looks through rows slice by slice for those that fit, until there are enough, there are no more, or it was long enough.
 * @param idOf a row's id, after which the next page goes on
 * @param fit what a row is in the list; null where it does not belong there
 */
export async function pageOf<R, T>(
  { limit = LIMIT, cursor = null }: PageOptions,
  read: (limit: number, after: string | null) => Promise<Slice<R>>,
  idOf: (row: R) => string,
  fit: (row: R) => T | null | Promise<T | null>,
  yieldTurn: () => Promise<void>,
): Promise<Page<T>> {
  const most = Math.max(1, Math.min(limit, MOST));
  const items: T[] = [];
  let after = cursor;
  for (let looked = 0; looked < LOOKED_THROUGH;) {
    const { rows, next } = await read(SLICE, after);
    for (const row of rows) {
      const item = await fit(row);
      if (item === null) continue;
      items.push(item);
      if (items.length === most) return { items, next: row === rows.at(-1) ? next : idOf(row) };
    }
    if (next === null) return { items, next: null };
    after = next;
    looked += rows.length;
    await yieldTurn();
  }
  return { items, next: after };
}
