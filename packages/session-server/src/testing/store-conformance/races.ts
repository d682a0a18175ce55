import { expect, it } from 'vitest';
import type { Store } from '../../store/store.ts';
import { slowStore } from '../slow-store.ts';
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

const N = 50;

export function raceCases(open: OpenStore): void {
  it(`of ${N} parallel inserts of one id, one wins`, async () => {
    const { store, clock } = await openForTest(open);
    const won = await Promise.all(numbers(N).map((n) => commit(store, [insert(newRow(clock, 'A', { value: n }))])));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await get(store, 'thing', 'A'))?.value, 'what is stored is the winner’s').toBe(won.indexOf(true));
  });

  it(`of ${N} parallel swaps of one version, one wins`, async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'A');
    await commit(store, [insert(row)]);
    const won = await Promise.all(numbers(N).map((n) => commit(store, [swap(successor(row, { value: n }))])));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await get(store, 'thing', 'A')).toEqual(successor(row, { value: won.indexOf(true) }));
  });

  it(`of ${N} parallel removals and swaps of one version, one wins`, async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'A');
    await commit(store, [insert(row)]);
    const won = await Promise.all(
      numbers(N).map((n) => commit(store, [n % 2 === 0 ? remove(row) : swap(successor(row))])),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    const swapped = won.indexOf(true) % 2 === 1;
    expect((await get(store, 'thing', 'A'))?.version ?? null).toBe(swapped ? 2 : null);
  });

  it('what is consumed once is consumed once, though every answer is late', async () => {
    const { store, clock } = await openForTest(open);
    const slow = slowStore(store);
    for (const round of numbers(5)) {
      await commit(store, [insert(newRow(clock, `CODE${round}`, { value: 'unused' }))]);
      const won = await Promise.all(numbers(20).map(() => consume(slow, `CODE${round}`)));
      expect(won.filter(Boolean), 'a code was redeemed more than once, or never').toHaveLength(1);
    }
  });

  it('no update is lost: contenders who try again all get their turn', async () => {
    const { store, clock } = await openForTest(open);
    await commit(store, [insert(newRow(clock, 'A', { value: 0 }))]);
    const slow = slowStore(store, () => 0);
    await Promise.all(
      numbers(10).map(async () => {
        for (let left = 5; left > 0;) left -= (await increment(slow, 'A')) ? 1 : 0;
      }),
    );
    expect(await get(store, 'thing', 'A')).toMatchObject({ version: 51, value: 50 });
  });

  it('the losers of a commit leave nothing of theirs behind', async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'P.SHARED');
    await commit(store, [insert(row)]);
    const won = await Promise.all(
      numbers(N).map((n) => commit(store, [insert(newRow(clock, `P.OWN${n}`), 'own'), swap(successor(row))])),
    );
    expect((await list(store, 'own', 100)).map(({ id }) => id)).toEqual([`P.OWN${won.indexOf(true)}`]);
  });

  it('commits that share no row do not get in each other’s way', async () => {
    const { store, clock } = await openForTest(open);
    const won = await Promise.all(numbers(N).map((n) => commit(store, [insert(newRow(clock, `R${n}`))])));
    expect(won.every(Boolean)).toBe(true);
    expect(await list(store, 'thing', 100)).toHaveLength(N);
  });
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n);
}

async function consume(store: Store, id: string): Promise<boolean> {
  const row = await get(store, 'thing', id);
  if (row?.value !== 'unused') return false;
  return commit(store, [swap(successor(row, { value: 'used' }))]);
}

async function increment(store: Store, id: string): Promise<boolean> {
  const row = await get<number>(store, 'thing', id);
  return row !== null && commit(store, [swap(successor(row, { value: row.value + 1 }))]);
}
