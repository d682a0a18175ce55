import { expect, it, onTestFinished } from 'vitest';
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

  it('answers no call after it was closed, and may be closed twice', async () => {
    const { store, clock } = await openForTest(open);
    await commit(store, [insert(newRow(clock, 'A'))]);
    await store.close();
    await store.close();
    await expect(get(store, 'thing', 'A')).rejects.toThrow();
    await expect(commit(store, [insert(newRow(clock, 'B'))])).rejects.toThrow();
  });
}

/** Whole groups only, so that base64 text is found wherever in a longer text it began. */
function encoded(secret: string, encoding: 'utf8' | 'hex' | 'base64'): string {
  const text = Buffer.from(secret).toString(encoding);
  return encoding === 'base64' ? text.slice(0, Math.floor(secret.length / 3) * 4) : text;
}
