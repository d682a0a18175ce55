import { expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../store/store.ts';
import { exampleSealer } from '../example-sealer.ts';
import {
  type OpenStore,
  commit,
  get,
  insert,
  list,
  newRow,
  openForTest,
  remove,
  successor,
  swap,
} from './store-under-test.ts';

export function restCases(open: OpenStore): void {
  it('reopening keeps rows, versions, dues, leases and hits', async ({ skip }) => {
    const { store, clock, reopen } = await openForTest(open);
    if (reopen === undefined) return skip('this store keeps nothing beyond its life');
    const first = newRow(clock, 'A');
    const gone = newRow(clock, 'A.GONE');
    await commit(store, [insert(first), insert(gone), insert(newRow(clock, 'A.WORK', { due_at: clock.now() }))]);
    await commit(store, [swap(successor(first, { value: 'second' })), remove(gone)]);
    await store.claimDue('thing', { limit: 1, lease_ms: 1000 });
    await store.increment([{ key: 'key', window_ms: 10_000, by: 1 }]);
    const before = await list(store, 'thing', 10);
    await store.close();

    const again = await reopen();
    onTestFinished(() => again.close());
    expect(await list(again, 'thing', 10)).toEqual(before);
    expect(await get(again, 'thing', 'A')).toMatchObject({ version: 2, value: 'second' });
    expect(await get(again, 'thing', 'GONE')).toBe(null);
    expect(await again.claimDue('thing', { limit: 1, lease_ms: 1000 }), 'the lease is still held').toEqual([]);
    expect((await again.increment([{ key: 'key', window_ms: 10_000, by: 1 }]))[0]?.count).toBe(2);
    clock.advance(1000);
    expect(await again.claimDue('thing', { limit: 1, lease_ms: 1000 })).toHaveLength(1);
  });

  it('nothing secret or personal is readable in what rests', async ({ skip }) => {
    const { store, clock, bytes } = await openForTest(open);
    if (bytes === undefined) return skip('nothing of this store rests');
    const secrets = ['19121212-1212', 'Ada Lovelace', 'claim_name_that_tells', '192.0.2.77', 'previous-secret'];
    const first = newRow(clock, 'READABLEID', { value: { old: 'previous-secret' } });
    const value = { claim_name_that_tells: 'Ada Lovelace', from: ['192.0.2.77'], nin: '19121212-1212' };
    await commit(store, [insert(first)]);
    await commit(store, [swap(successor(first, { value }))]);
    await commit(store, [
      { op: 'insert', kind: 'thing', row: newRow(clock, 'TAGGED'), tags: ['192.0.2.77', 'Ada Lovelace'] },
    ]);
    await store.increment([{ key: 'direct|19121212-1212|192.0.2.77', window_ms: 60_000, by: 1 }]);
    await store.claimDue('thing', { limit: 1, lease_ms: 1000 });

    const resting = Buffer.from(await bytes());
    expect(resting.includes('READABLEID'), 'these are not the bytes that rest: an id must be among them').toBe(true);
    const readable = secrets.filter((secret) =>
      (['utf8', 'utf16le', 'hex', 'base64'] as const).some((encoding) =>
        resting.includes(
          encoding === 'utf16le' ? Buffer.from(secret, encoding) : Buffer.from(encoded(secret, encoding)),
        ),
      ),
    );
    expect(readable).toEqual([]);
  });

  it('seals nothing anew that lies under the first secret', async () => {
    const { store, clock } = await openForTest(open);
    for (const id of ['A', 'B', 'C']) await commit(store, [insert(newRow(clock, id))]);
    expect(await walk(store, 2)).toEqual({ sealed: 0, unreadable: 0 });
  });

  it('seals every row anew under the first secret, and the earlier one can be dropped', async ({ skip }) => {
    const { store, clock, reopenUnder } = await openForTest(open);
    if (reopenUnder === undefined) return skip('this store says not how it is opened under another secret');
    const under = async (...keys: readonly [string, ...string[]]): Promise<Store> => {
      const opened = await reopenUnder(exampleSealer(...keys));
      onTestFinished(() => opened.close());
      return opened;
    };
    const leased = newRow(clock, 'WORK', { due_at: clock.now() });
    await commit(store, [insert(newRow(clock, 'OVER', { expires_at: clock.now() + 1 }))]);
    for (const id of ['A', 'B', 'C', 'D', 'E']) await commit(store, [insert(newRow(clock, id))]);
    await commit(store, [{ op: 'insert', kind: 'other', row: newRow(clock, 'A', { value: null }), tags: ['a tag'] }]);
    await commit(store, [insert(leased, 'work')]);
    await store.claimDue('work', { limit: 1, lease_ms: 1000 });
    clock.advance(1);
    const before = [await list(store, 'thing', 10), await list(store, 'other', 10), await list(store, 'work', 10)];
    await store.close();

    const rotated = await under('b', 'a');
    expect(await get(rotated, 'thing', 'A'), 'what lies under the earlier secret is read').toMatchObject({
      version: 1,
    });
    expect(await walk(rotated, 3)).toEqual({ sealed: 7, unreadable: 0 });
    expect(await walk(rotated, 3), 'all of it was sealed').toEqual({ sealed: 0, unreadable: 0 });
    await rotated.close();

    // Rolled back: the newer one is still listed, and what it sealed is read.
    const back = await under('a', 'b');
    expect(await list(back, 'thing', 10)).toEqual(before[0]);
    await back.close();

    const again = await under('b', 'a');
    await walk(again, 100);
    await again.close();

    const dropped = await under('b');
    expect([
      await list(dropped, 'thing', 10),
      await list(dropped, 'other', 10),
      await list(dropped, 'work', 10),
    ]).toEqual(before);
    expect((await dropped.find('other', 'a tag', { limit: 1, after: null })).rows, 'its tags').toHaveLength(1);
    expect(await walk(dropped, 100)).toEqual({ sealed: 0, unreadable: 0 });
  });

  it('answers no call after it was closed, and may be closed twice', async () => {
    const { store, clock } = await openForTest(open);
    await commit(store, [insert(newRow(clock, 'A'))]);
    await store.close();
    await store.close();
    await expect(get(store, 'thing', 'A')).rejects.toThrow();
    await expect(commit(store, [insert(newRow(clock, 'B'))])).rejects.toThrow();
  });
}

/** Seals all rows anew, `limit` at once; what it came to. */
async function walk(store: Store, limit: number): Promise<{ readonly sealed: number; readonly unreadable: number }> {
  let [sealed, unreadable] = [0, 0];
  for (let after: string | null = null; ;) {
    const slice: Awaited<ReturnType<Store['reseal']>> = await store.reseal(after, limit);
    sealed += slice.sealed;
    unreadable += slice.unreadable;
    if (slice.next === null) return { sealed, unreadable };
    after = slice.next;
  }
}

/** Whole groups only, so that base64 text is found wherever in a longer text it began. */
function encoded(secret: string, encoding: 'utf8' | 'hex' | 'base64'): string {
  const text = Buffer.from(secret).toString(encoding);
  return encoding === 'base64' ? text.slice(0, Math.floor(secret.length / 3) * 4) : text;
}
