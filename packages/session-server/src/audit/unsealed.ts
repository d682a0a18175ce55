import { collectionOf } from '../store/collection.ts';
import type { Row, Store } from '../store/store.ts';
import { AUDIT_EVENT, type ToldEvents } from './kinds.ts';

/** Rows that are read at a time. */
const BATCH = 500;

/** What waits to be sealed, by id. */
export async function* unsealedRows(store: Store): AsyncGenerator<Row<ToldEvents>> {
  const told = collectionOf(store, AUDIT_EVENT);
  for (let after = ''; ;) {
    const { rows } = await told.list(BATCH, after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.id;
  }
}
