import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { type FakeClock, createFakeClock } from '../testing/index.ts';
import { type KeptCollection, createKeptRows, keptCollectionOf } from './kept-rows.ts';
import { type Collection, collectionOf } from './collection.ts';
import { kindOf } from './kinds.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

const COUNTER = kindOf<number>('counter');

/** `own` keeps rows of odd numbers; `others` are another process. */
function world({ limit, over = (same) => same }: { limit?: number; over?: (store: Store) => Store } = {}): {
  readonly clock: FakeClock;
  readonly own: KeptCollection<number>;
  readonly others: Collection<number>;
} {
  const secret = Buffer.alloc(32, 'a').toString('base64url');
  const sealer = createSecrets({ secret: [secret], subject_secret: secret, random: randomBytes });
  const clock = createFakeClock();
  const store = openSqliteStore({ path: ':memory:', sealer, now: clock.now, wait: () => Promise.resolve() });
  onTestFinished(() => store.close());
  const keeps = new Map([[COUNTER.name, ({ value }: { readonly value: unknown }) => Number(value) % 2 === 1]]);
  // Its own clock has another beginning than the store's.
  const kept = createKeptRows(over(store), { elapsed: () => clock.now() - 1_000_000, keeps, limit });
  return { clock, own: keptCollectionOf(kept, COUNTER), others: collectionOf(store, COUNTER) };
}
const next = (clock: FakeClock, value: number) => ({ value, expires_at: clock.now() + 1_000 });

describe('rows that are kept', () => {
  it('are those that were written or read here, at the time of now by the store’s clock', async () => {
    const { clock, own, others } = world();
    await own.insert('A', () => next(clock, 1));
    await others.insert('B', () => next(clock, 3));
    expect(own.known('B'), 'not seen here').toBeNull();
    await own.get('B');
    clock.advance(7);
    expect(own.known('A')).toEqual({ now: clock.now(), row: (await own.get('A')).row });
    expect(own.known('B')).toMatchObject({ now: clock.now(), row: { version: 1, value: 3 } });
  });

  it('follow what is written here, and are let go with what nothing more is to come of', async () => {
    const { clock, own } = world();
    const { row } = await own.insert('A', () => next(clock, 1));
    await own.attempt(row!, () => next(clock, 3));
    expect(own.known('A')?.row).toMatchObject({ version: 2, value: 3 });
    const { row: last } = await own.update('A', () => next(clock, 4));
    expect(own.known('A')).toBeNull();
    await own.remove(last!);
    await own.insert('A', () => next(clock, 5));
    expect(own.known('A')?.row).toMatchObject({ version: 1, value: 5 });
    await own.remove(own.known('A')!.row);
    expect(own.known('A')).toBeNull();
  });

  it('lose the race against a writer elsewhere, and are not kept any longer', async () => {
    const { clock, own, others } = world();
    const { row } = await own.insert('A', () => next(clock, 1));
    await others.update('A', () => next(clock, 3));
    expect(own.known('A')?.row.value, 'old, and not told').toBe(1);
    expect(await own.attempt(row!, () => next(clock, 5))).toBeNull();
    expect(own.known('A')).toBeNull();
    expect((await own.get('A')).row?.value).toBe(3);
    expect(own.known('A')?.row.version).toBe(2);
  });

  it('are not replaced by an older answer that comes late', async () => {
    let held: Promise<void> | null = null;
    const { clock, own } = world({
      over: (store) => ({
        ...store,
        async get(kind, id) {
          const answer = await store.get<never>(kind, id);
          await held;
          return answer;
        },
      }),
    });
    const { row } = await own.insert('A', () => next(clock, 1));
    const released = Promise.withResolvers<void>();
    held = released.promise;
    const late = own.get('A');
    await own.attempt(row!, () => next(clock, 3));
    released.resolve();
    expect((await late).row?.value).toBe(1);
    expect(own.known('A')?.row.value).toBe(3);
  });

  it('are not kept where it is not known whether they were stored, nor once they are over', async () => {
    let fails = false;
    const { clock, own } = world({
      over: (store) => ({
        ...store,
        commit: (writes) =>
          store.commit(writes).then((answer) => (fails ? Promise.reject(new Error('the disk')) : answer)),
      }),
    });
    const { row } = await own.insert('A', () => next(clock, 1));
    fails = true;
    await expect(own.attempt(row!, () => next(clock, 3))).rejects.toThrow('the disk');
    expect(own.known('A')).toBeNull();
    fails = false;
    await own.insert('B', () => next(clock, 1));
    clock.advance(999);
    expect(own.known('B')).not.toBeNull();
    clock.advance(1);
    expect(own.known('B')).toBeNull();
  });

  it('are no more than the limit: the one that was not asked for the longest goes', async () => {
    const { clock, own } = world({ limit: 2 });
    await own.insert('A', () => next(clock, 1));
    await own.insert('B', () => next(clock, 1));
    own.known('A');
    await own.insert('C', () => next(clock, 1));
    expect(['A', 'B', 'C'].map((id) => own.known(id) !== null)).toEqual([true, false, true]);
  });
});
