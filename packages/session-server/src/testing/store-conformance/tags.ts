import { expect, it } from 'vitest';
import type { Row, Store, Write } from '../../store/store.ts';
import { type OpenStore, commit, newRow, openForTest, remove, successor } from './store-under-test.ts';

export function tagCases(open: OpenStore): void {
  it('finds the rows of a kind that have a tag, by id, page by page', async () => {
    const { store, clock } = await openForTest(open);
    for (const id of ['C', 'A', 'D', 'B']) await commit(store, [tagged(newRow(clock, id), ['shop'])]);
    await commit(store, [tagged(newRow(clock, 'AA'), ['bank'])]);
    await commit(store, [tagged(newRow(clock, 'AB'), ['shop'], 'other')]);
    const first = await store.find('thing', 'shop', { limit: 3, after: null });
    expect([first.rows.map(({ id }) => id), first.next]).toEqual([['A', 'B', 'C'], 'C']);
    const second = await store.find('thing', 'shop', { limit: 3, after: first.next });
    expect([second.rows.map(({ id }) => id), second.next]).toEqual([['D'], null]);
    expect(await ids(store, 'bank')).toEqual(['AA']);
    expect(await ids(store, 'unknown')).toEqual([]);
  });

  it('a swap replaces the tags that it names, and leaves them where it names none', async () => {
    const { store, clock } = await openForTest(open);
    const first = newRow(clock, 'A');
    const second = successor(first, { value: 2 });
    await commit(store, [tagged(first, ['shop', 'ada', 'ada'])]);
    await commit(store, [{ op: 'swap', kind: 'thing', row: second }]);
    expect((await store.find('thing', 'ada', { limit: 10, after: null })).rows).toEqual([second]);
    await commit(store, [{ op: 'swap', kind: 'thing', row: successor(second), tags: ['bank'] }]);
    expect([await ids(store, 'shop'), await ids(store, 'ada'), await ids(store, 'bank')]).toEqual([[], [], ['A']]);
  });

  it('finds no row that is removed or over, and none that has its id after it', async () => {
    const { store, clock } = await openForTest(open);
    const gone = newRow(clock, 'GONE');
    await commit(store, [tagged(gone, ['shop'])]);
    await commit(store, [remove(gone)]);
    await commit(store, [tagged(newRow(clock, 'OVER', { expires_at: clock.now() + 10 }), ['shop'])]);
    expect(await ids(store, 'shop')).toEqual(['OVER']);
    clock.advance(10);
    expect(await ids(store, 'shop')).toEqual([]);
    for (const id of ['GONE', 'OVER']) await commit(store, [{ op: 'insert', kind: 'thing', row: newRow(clock, id) }]);
    expect(await ids(store, 'shop')).toEqual([]);
  });

  it('a commit that does not hold tags nothing', async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'P.A');
    await commit(store, [tagged(row, ['shop'])]);
    expect(await commit(store, [tagged(newRow(clock, 'P.B'), ['shop']), tagged(row, ['bank'])])).toBe(false);
    expect([await ids(store, 'shop'), await ids(store, 'bank')]).toEqual([['P.A'], []]);
  });
}

function tagged(row: Row, tags: readonly string[], kind: string = 'thing'): Write {
  return { op: 'insert', kind, row, tags };
}

async function ids(store: Store, tag: string): Promise<readonly string[]> {
  return (await store.find('thing', tag, { limit: 10, after: null })).rows.map(({ id }) => id);
}
