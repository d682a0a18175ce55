import { expect, it } from 'vitest';
import type { Row, Write } from '../../store/store.ts';
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

/** What stands behind a partition's two digits. */
const CHARACTERS = '0123456789ABCDEFGHJKMNPQRS';

export function rowCases(open: OpenStore): void {
  it('tells the time of its clock', async () => {
    const { store, clock } = await openForTest(open);
    clock.advance(1234);
    expect(await store.now()).toBe(clock.now());
  });

  it('gives back what was inserted, under its kind and id only', async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'A', { due_at: clock.now() + 5 });
    expect(await get(store, 'thing', 'A')).toBe(null);
    expect(await commit(store, [insert(row)])).toBe(true);
    expect(await get(store, 'thing', 'A')).toEqual(row);
    expect(await get(store, 'thing', 'a'), 'ids tell upper from lower case').toBe(null);
    expect(await get(store, 'other', 'A')).toBe(null);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['false', false],
    ['an empty text', ''],
    ['a number', -0.125],
    ['a list', [1, [], {}, null]],
    ['text of every plane, and a NUL', { text: 'é \u0000 \u2028 日本 𝕏 \\" ' }],
    ['a key named like a prototype', JSON.parse('{"__proto__":{"a":1},"constructor":2}')],
    ['a long text', 'x'.repeat(100_000)],
  ])('keeps any JSON value: %s', async (_, value) => {
    const { store, clock } = await openForTest(open);
    await commit(store, [insert(newRow(clock, 'A', { value }))]);
    expect(JSON.stringify((await get(store, 'thing', 'A'))?.value)).toBe(JSON.stringify(value));
  });

  it('stores nothing where what makes the writes throws, and goes on', async () => {
    const { store, clock } = await openForTest(open);
    const failure = new Error('undecided');
    const thrown = store.commit(() => {
      throw failure;
    });
    await expect(thrown).rejects.toBe(failure);
    expect(await commit(store, [insert(newRow(clock, 'A'))])).toBe(true);
  });

  it('aliases nothing: what goes in or comes out is shared with no caller', async () => {
    const { store, clock } = await openForTest(open);
    const value = { list: [1] };
    const due = { due_at: clock.now(), value };
    await commit(store, [insert(newRow(clock, 'A', due))]);
    value.list.push(2);
    spoil(await get(store, 'thing', 'A'));
    spoil((await list<{ list: number[] }>(store, 'thing', 10))[0]);
    spoil((await store.claimDue<{ list: number[] }>('thing', { limit: 1, lease_ms: 0 }))[0]);
    expect((await get(store, 'thing', 'A'))?.value).toEqual({ list: [1] });
  });

  it('inserts only where no live row has the id', async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'A');
    await commit(store, [insert(row)]);
    expect(await commit(store, [insert({ ...row, value: 'second' })])).toBe(false);
    expect(await get(store, 'thing', 'A')).toEqual(row);
    expect(await commit(store, [insert(row, 'other')]), 'the same id of another kind is another row').toBe(true);
  });

  it('swaps only the version before, and all of the row', async () => {
    const { store, clock } = await openForTest(open);
    const first = newRow(clock, 'A');
    expect(await commit(store, [swap(successor(first))]), 'there is nothing to swap yet').toBe(false);
    await commit(store, [insert(first)]);
    const second = successor(first, { value: 2, due_at: clock.now() + 7, expires_at: first.expires_at + 1000 });
    expect(await commit(store, [swap(successor(second))]), 'a version may not be skipped').toBe(false);
    expect(await commit(store, [swap(second)])).toBe(true);
    expect(await get(store, 'thing', 'A')).toEqual(second);
    expect(await commit(store, [swap(second)]), 'the same swap twice is a lost race').toBe(false);
    expect(await commit(store, [swap(successor(second), 'other')])).toBe(false);
  });

  it('removes only the version named; a new life begins at 1', async () => {
    const { store, clock } = await openForTest(open);
    const first = newRow(clock, 'A');
    const second = successor(first);
    await commit(store, [insert(first)]);
    await commit(store, [swap(second)]);
    expect(await commit(store, [remove(first)])).toBe(false);
    expect(await get(store, 'thing', 'A')).toEqual(second);
    expect(await commit(store, [remove(second)])).toBe(true);
    expect(await get(store, 'thing', 'A')).toBe(null);
    expect(await commit(store, [remove(second)])).toBe(false);
    expect(await commit(store, [insert(first)])).toBe(true);
  });

  it('commits all or nothing, wherever the write that does not hold stands', async () => {
    const { store, clock } = await openForTest(open);
    const existing = newRow(clock, 'P.K');
    await commit(store, [insert(existing)]);
    const fitting = [insert(newRow(clock, 'P.A')), swap(successor(existing))] as const;
    const failing = [
      insert(existing, 'thing'),
      swap(successor(newRow(clock, 'P.X'))),
      remove(newRow(clock, 'P.X')),
    ] as const;
    for (const fails of failing) {
      const others = fitting.filter((write) => idOf(write) !== idOf(fails));
      expect(await commit(store, [fails, ...others])).toBe(false);
      expect(await commit(store, [others[0] ?? fails, fails, ...others.slice(1)])).toBe(false);
      expect(await get(store, 'thing', 'P.A'), `${fails.op} did not hold, so nothing may be stored`).toBe(null);
      expect(await get(store, 'thing', 'P.K')).toEqual(existing);
    }
    expect(await commit(store, [...fitting, insert(existing, 'other')])).toBe(true);
    expect(await get(store, 'thing', 'P.A')).not.toBe(null);
    expect((await get(store, 'thing', 'P.K'))?.version).toBe(2);
    expect(await get(store, 'other', 'P.K')).not.toBe(null);
  });

  it('a row is over at expires_at, however late the sweeper is', async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'A', { expires_at: clock.now() + 1000, due_at: clock.now() });
    await commit(store, [insert(row)]);
    clock.advance(999);
    expect(await get(store, 'thing', 'A'), 'it is there until the very ms').toEqual(row);
    clock.advance(1);
    expect(await get(store, 'thing', 'A')).toBe(null);
    expect(await list(store, 'thing', 10)).toEqual([]);
    expect(await store.claimDue('thing', { limit: 10, lease_ms: 1000 })).toEqual([]);
    const later = clock.now() + 1000;
    expect(await commit(store, [swap(successor(row, { expires_at: later }))]), 'nothing wakes it').toBe(false);
    expect(await commit(store, [remove(row)])).toBe(false);
    const again = newRow(clock, 'A', { value: 'new' });
    expect(await commit(store, [insert(again)]), 'an id that is over is free').toBe(true);
    expect(await get(store, 'thing', 'A')).toEqual(again);
  });

  it('a swap may prolong and shorten a row’s life', async () => {
    const { store, clock } = await openForTest(open);
    const first = newRow(clock, 'A', { expires_at: clock.now() + 1000 });
    const second = successor(first, { expires_at: clock.now() + 3000 });
    const third = successor(second, { expires_at: clock.now() + 2000 });
    await commit(store, [insert(first)]);
    await commit(store, [swap(second)]);
    clock.advance(1500);
    expect(await get(store, 'thing', 'A')).toEqual(second);
    await commit(store, [swap(third)]);
    clock.advance(500);
    expect(await get(store, 'thing', 'A')).toBe(null);
  });

  it('lists a kind in ascending order of id, at most so many', async () => {
    const { store, clock } = await openForTest(open);
    for (const id of ['B', 'C', 'a', 'A', '10', '9']) await commit(store, [insert(newRow(clock, id))]);
    await commit(store, [insert(newRow(clock, 'AA'), 'other')]);
    const ids = async (limit: number): Promise<readonly string[]> =>
      (await list(store, 'thing', limit)).map(({ id }) => id);
    expect(await ids(100)).toEqual(['10', '9', 'A', 'B', 'C', 'a']);
    expect(await ids(2)).toEqual(['10', '9']);
    expect(await ids(0)).toEqual([]);
    expect(await list(store, 'nothing', 100)).toEqual([]);
  });

  it('lists a page that comes after another one', async () => {
    const { store, clock } = await openForTest(open);
    for (const id of ['B', 'C', 'a', 'A', '10']) await commit(store, [insert(newRow(clock, id))]);
    await commit(store, [insert(newRow(clock, 'AA'), 'other')]);
    const after = async (id: string): Promise<readonly string[]> =>
      (await store.list('thing', 2, id)).rows.map((row) => row.id);
    expect(await after('')).toEqual(['10', 'A']);
    expect(await after('A')).toEqual(['B', 'C']);
    expect(await after('AA'), 'no row of the kind has this id').toEqual(['B', 'C']);
    expect(await after('C')).toEqual(['a']);
    expect(await after('a')).toEqual([]);
  });

  it('sweeps what is over, at most so many, and nothing that lives', async () => {
    const { store, clock } = await openForTest(open);
    for (let n = 0; n < 5; n += 1)
      await commit(store, [insert(newRow(clock, `OLD${n}`, { expires_at: clock.now() + 10 }))]);
    await commit(store, [insert(newRow(clock, 'LIVE'))]);
    await store.increment([{ key: 'key', window_ms: 10, by: 1 }]);
    expect(await store.sweep(100), 'nothing is over yet').toBe(0);
    clock.advance(10);
    expect(await store.sweep(4)).toBe(4);
    expect(await store.sweep(100), 'a row and the window of a count are left').toBe(2);
    expect(await store.sweep(100)).toBe(0);
    expect(await get(store, 'thing', 'LIVE')).not.toBe(null);
  });

  it('commits rows of one partition together, whatever way their ids name it', async () => {
    const { store, clock } = await openForTest(open);
    const hashed = `0A.${'x'.repeat(43)}`;
    const ids = [`0A${CHARACTERS}`, `0A${CHARACTERS.replace('0', '1')}`, hashed, `0A${CHARACTERS}.7`];
    expect(
      await commit(
        store,
        ids.map((id) => insert(newRow(clock, id))),
      ),
    ).toBe(true);
    expect((await list(store, 'thing', 10)).map(({ id }) => id)).toEqual(ids.toSorted());
  });

  it('makes the writes of a commit by its own time, and says it', async () => {
    const { store, clock } = await openForTest(open);
    clock.advance(77);
    const made = await store.commit((now) => [insert(newRow(clock, 'A', { expires_at: now + 5 }))]);
    expect(made).toEqual({ stored: true, now: clock.now() });
    expect((await get(store, 'thing', 'A'))?.expires_at).toBe(clock.now() + 5);
    clock.advance(1);
    expect(await store.commit((now) => [insert(newRow(clock, 'A', { expires_at: now + 5 }))])).toEqual({
      stored: false,
      now: clock.now(),
    });
    expect(await store.get('thing', 'A')).toMatchObject({ now: clock.now() });
    expect(await store.get('thing', 'NONE')).toEqual({ row: null, now: clock.now() });
    expect(await store.list('thing', 1)).toMatchObject({ now: clock.now() });
    expect(await store.find('thing', 'none', { limit: 1, after: null })).toEqual({
      rows: [],
      next: null,
      now: clock.now(),
    });
  });

  it('keeps the schema of each version of a row', async () => {
    const { store, clock } = await openForTest(open);
    const first = newRow(clock, 'A', { schema: 3 });
    await commit(store, [insert(first)]);
    expect((await get(store, 'thing', 'A'))?.schema).toBe(3);
    await commit(store, [swap(successor(first, { schema: 4 }))]);
    expect((await get(store, 'thing', 'A'))?.schema).toBe(4);
  });

  it('counts what is over and still there, and how much room all of it takes', async () => {
    const { store, clock } = await openForTest(open);
    const before = await store.usage();
    for (let n = 0; n < 5; n += 1)
      await commit(store, [
        insert(newRow(clock, `OLD${n}`, { expires_at: clock.now() + 10, value: 'x'.repeat(100_000) })),
      ]);
    expect(await store.usage()).toMatchObject({ over: 0 });
    expect((await store.usage()).bytes - before.bytes).toBeGreaterThanOrEqual(500_000);
    clock.advance(10);
    expect((await store.usage()).over).toBe(5);
    await store.sweep(100);
    expect((await store.usage()).over).toBe(0);
    const { bytes, reusable, disk } = await store.usage();
    expect(bytes - before.bytes).toBeLessThan(100_000);
    expect(reusable, 'bytes that more can be stored in').toBeGreaterThanOrEqual(0);
    expect(disk === null || (disk.free >= 0 && disk.free <= disk.total), 'bytes of the file system').toBe(true);
  });

  it('refuses a commit that no store could keep, whole', async () => {
    const { store, clock } = await openForTest(open);
    const row = newRow(clock, 'P.A');
    const wrong: readonly [string, readonly [Write, ...Write[]]][] = [
      ['a row named twice', [insert(row), swap(successor(row))]],
      ['an insert that is not version 1', [insert(successor(row))]],
      ['a swap to version 1', [swap(row)]],
      ['a version that is no whole number', [swap({ ...row, version: 2.5 })]],
      ['a time that is no whole number', [insert({ ...row, expires_at: Infinity })]],
      ['a due time that is no whole number', [insert({ ...row, due_at: 0.5 })]],
      ['a schema that is no whole number', [insert({ ...row, schema: 0.5 })]],
      ['a schema before the first', [insert({ ...row, schema: 0 })]],
      ['two partitions', [insert(row), insert(newRow(clock, 'Q.A'))]],
      ['two partitions, in kinds of their own', [insert(row), insert(newRow(clock, 'Q.A'), 'other')]],
      [
        'two partitions that their ids name',
        [insert(newRow(clock, `0A${CHARACTERS}`)), insert(newRow(clock, `0B${CHARACTERS}`))],
      ],
      ['no value', [insert({ ...row, value: undefined })]],
      ['a kind of other letters', [insert(row, 'a|b')]],
    ];
    for (const [what, writes] of wrong) {
      const outcome = await commit(store, [insert(newRow(clock, 'P.B')), ...writes]).catch((error: unknown) => error);
      expect([what, outcome]).toEqual([what, expect.any(TypeError)]);
      expect([what, await get(store, 'thing', 'P.B')]).toEqual([what, null]);
    }
  });
}

function spoil(row: Row<{ list: number[] }> | null | undefined): void {
  row?.value.list.push(3);
}

function idOf(write: Write): string {
  return write.op === 'remove' ? write.id : write.row.id;
}
