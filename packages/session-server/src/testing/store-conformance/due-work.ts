import { expect, it } from 'vitest';
import type { Store } from '../../store/store.ts';
import { slowStore } from '../slow-store.ts';
import { type OpenStore, commit, get, insert, newRow, openForTest, successor, swap } from './store-under-test.ts';

const LEASE_MS = 1000;

export function dueWorkCases(open: OpenStore): void {
  it('hands out what is due, earliest first, at most so many, of one kind', async () => {
    const { store, clock } = await openForTest(open);
    const now = clock.now();
    const due: readonly [string, number | null][] = [
      ['LATE', now + 1],
      ['NEVER', null],
      ['NOW', now],
      ['LONG', now - 5000],
      ['OLD', now - 10],
    ];
    for (const [id, due_at] of due) await commit(store, [insert(newRow(clock, id, { due_at }))]);
    await commit(store, [insert(newRow(clock, 'OTHER', { due_at: now }), 'other')]);
    expect(await claim(store, 0)).toEqual([]);
    expect(await claim(store, 2)).toEqual(['LONG', 'OLD']);
    expect(await claim(store, 10)).toEqual(['NOW']);
    clock.advance(1);
    expect(await claim(store, 10)).toEqual(['LATE']);
  });

  it('a lease is the holder’s until its last ms; a holder that died loses it', async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'A', { due_at: clock.now() });
    await commit(store, [insert(row)]);
    const [leased] = await store.claimDue('thing', { limit: 1, lease_ms: LEASE_MS });
    expect(leased, 'it comes with its lease, in the version that it has').toEqual({
      ...row,
      due_at: clock.now() + LEASE_MS,
    });
    expect(await get(store, 'thing', 'A')).toEqual(leased);
    clock.advance(LEASE_MS - 1);
    expect(await claim(store, 10)).toEqual([]);
    clock.advance(1);
    expect(await claim(store, 10)).toEqual(['A']);
  });

  it('work that was finished is not handed out again; work put off is, when it is due', async () => {
    const { store, clock } = await openForTest(open);
    for (const id of ['DONE', 'NEXT']) await commit(store, [insert(newRow(clock, id, { due_at: clock.now() }))]);
    const leased = await store.claimDue('thing', { limit: 10, lease_ms: LEASE_MS });
    for (const row of leased) {
      const due_at = row.id === 'DONE' ? null : clock.now() + 5000;
      expect(await commit(store, [swap(successor(row, { due_at }))]), 'leasing must not cost the version').toBe(true);
    }
    clock.advance(4999);
    expect(await claim(store, 10)).toEqual([]);
    clock.advance(1);
    expect(await claim(store, 10)).toEqual(['NEXT']);
  });

  it('of two holders, the dead one who comes back and the new one, one can finish', async () => {
    const { store, clock } = await openForTest(open);
    await commit(store, [insert(newRow(clock, 'A', { due_at: clock.now() }))]);
    const [dead] = await store.claimDue('thing', { limit: 1, lease_ms: LEASE_MS });
    clock.advance(LEASE_MS);
    const [heir] = await store.claimDue('thing', { limit: 1, lease_ms: LEASE_MS });
    if (dead === undefined || heir === undefined) throw new Error('the row was not handed out');
    const finished = await Promise.all(
      [dead, heir].map((row) => commit(store, [swap(successor(row, { due_at: null }))])),
    );
    expect(finished.filter(Boolean)).toHaveLength(1);
    clock.advance(LEASE_MS);
    expect(await claim(store, 10)).toEqual([]);
  });

  it('a lease is renewed by its holder, who is told when it is lost', async () => {
    const { store, clock } = await openForTest(open);
    await commit(store, [insert(newRow(clock, 'A', { due_at: clock.now() }))]);
    const [first] = await store.claimDue('thing', { limit: 1, lease_ms: LEASE_MS });
    if (first === undefined) throw new Error('the row was not handed out');
    clock.advance(LEASE_MS - 1);
    const due_at = await store.renewLease('thing', first, LEASE_MS);
    expect(due_at).toBe(clock.now() + LEASE_MS);
    expect(await store.renewLease('thing', first, LEASE_MS), 'the earlier lease is another one').toBeNull();
    expect((await get(store, 'thing', 'A'))?.version, 'a lease must not cost the version').toBe(1);
    clock.advance(LEASE_MS - 1);
    expect(await claim(store, 10)).toEqual([]);
    clock.advance(1);
    expect(await claim(store, 10)).toEqual(['A']);
    expect(await store.renewLease('thing', { id: 'A', due_at }, LEASE_MS), 'another holder has it').toBeNull();
    expect(await store.renewLease('thing', { id: 'NONE', due_at }, LEASE_MS)).toBeNull();
  });

  it('a lease that is given back makes the row due at once', async () => {
    const { store, clock } = await openForTest(open);
    await commit(store, [insert(newRow(clock, 'A', { due_at: clock.now() }))]);
    const [leased] = await store.claimDue('thing', { limit: 1, lease_ms: LEASE_MS });
    if (leased === undefined) throw new Error('the row was not handed out');
    expect(await store.renewLease('thing', leased, 0)).toBe(clock.now());
    expect(await claim(store, 10)).toEqual(['A']);
  });

  it('parallel claimers get every row between them, and none twice', async () => {
    const { store, clock } = await openForTest(open);
    const ids = Array.from({ length: 40 }, (_, n) => `W${String(n).padStart(2, '0')}`);
    for (const id of ids) await commit(store, [insert(newRow(clock, id, { due_at: clock.now() }))]);
    const slow = slowStore(store);
    const claimed = await Promise.all(Array.from({ length: 20 }, () => claim(slow, 3)));
    expect(claimed.flat().toSorted()).toEqual(ids);
  });

  it('a row that is over is no work', async () => {
    const { store, clock } = await openForTest(open);
    await commit(store, [insert(newRow(clock, 'A', { due_at: clock.now(), expires_at: clock.now() + LEASE_MS }))]);
    expect(await claim(store, 10)).toEqual(['A']);
    clock.advance(LEASE_MS);
    expect(await claim(store, 10)).toEqual([]);
  });
}

async function claim(store: Store, limit: number): Promise<readonly string[]> {
  return (await store.claimDue('thing', { limit, lease_ms: LEASE_MS })).map(({ id }) => id);
}
