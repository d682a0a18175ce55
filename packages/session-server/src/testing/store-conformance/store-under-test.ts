import { onTestFinished } from 'vitest';
import type { Row, Sealer, Store, Write, Writes } from '../../store/store.ts';
import { type FakeClock, createFakeClock } from '../fake-clock.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Opens another store on the same data, on the same clock. Left out by a store that keeps nothing beyond its life. */
  readonly reopen?: () => Promise<Store>;
  /**
   * As `reopen`, with another sealer than the first: `exampleSealer('b', 'a')` after `exampleSealer('a')`. Without it
   * the cases of a rotated secret are skipped.
   */
  readonly reopenUnder?: (sealer: Sealer) => Promise<Store>;
  /** Everything that rests, as it lies there. Left out where nothing does. */
  readonly bytes?: () => Promise<Uint8Array>;
}

export type OpenStore = (clock: FakeClock) => Promise<StoreUnderTest>;

/** A store for one test, closed when the test is over. */
export async function openForTest(open: OpenStore): Promise<StoreUnderTest & { readonly clock: FakeClock }> {
  const clock = createFakeClock();
  const opened = await open(clock);
  onTestFinished(() => opened.store.close());
  return { ...opened, clock };
}

/** A row as it is first inserted, with what the case cares about changed. */
export function newRow(clock: FakeClock, id: string, changes: Partial<Row> = {}): Row {
  return { id, version: 1, schema: 1, expires_at: clock.now() + 60_000, due_at: null, value: { of: id }, ...changes };
}

/** The row alone. */
export async function get<T>(store: Store, kind: string, id: string): Promise<Row<T> | null> {
  return (await store.get<T>(kind, id)).row;
}

/** The rows alone. */
export async function list<T>(store: Store, kind: string, limit: number): Promise<readonly Row<T>[]> {
  return (await store.list<T>(kind, limit)).rows;
}

/** Whether it was stored. */
export async function commit(store: Store, writes: readonly Write[]): Promise<boolean> {
  return (await store.commit(writes as Writes)).stored;
}

/** What swaps in for `row`. */
export function successor(row: Row, changes: Partial<Row> = {}): Row {
  return { ...row, version: row.version + 1, ...changes };
}

export function insert(row: Row, kind: string = 'thing'): Write {
  return { op: 'insert', kind, row };
}

export function swap(row: Row, kind: string = 'thing'): Write {
  return { op: 'swap', kind, row };
}

export function remove({ id, version }: Row, kind: string = 'thing'): Write {
  return { op: 'remove', kind, id, version };
}
