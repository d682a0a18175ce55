import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { type FakeClock, createFakeClock, slowStore } from '../testing/index.ts';
import { type Collection, collectionOf, inserting } from './collection.ts';
import { kindOf } from './kinds.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

interface Counter {
  readonly n: number;
  readonly owner: string;
}
const COUNTER = kindOf<Counter>('counter', {
  upgrades: [(n: number) => ({ n }), (old: { n: number }) => ({ ...old, owner: 'none' })],
  tagsOf: ({ owner }) => [owner],
});

function world(): { store: Store; clock: FakeClock; counters: Collection<Counter> } {
  const secret = Buffer.alloc(32, 'a').toString('base64url');
  const sealer = createSecrets({ secret: [secret], subject_secret: secret, random: randomBytes });
  const clock = createFakeClock();
  const store = openSqliteStore({ path: ':memory:', sealer, now: clock.now, wait: () => Promise.resolve() });
  onTestFinished(() => store.close());
  return { store, clock, counters: collectionOf(store, COUNTER) };
}

describe('a collection', () => {
  it('changes a row as it was read, without reading it again, and only where that is the newest', async () => {
    const { clock, counters } = world();
    const next = (n: number) => ({ value: { n, owner: 'ada' }, expires_at: clock.now() + 10 });
    const { row } = await counters.insert('A', () => next(1));
    clock.advance(1);
    const changed = await counters.attempt(row!, ({ value }, now) => ({ ...next(value.n + 1), due_at: now }));
    expect(changed?.row).toMatchObject({ version: 2, due_at: clock.now(), value: { n: 2 } });
    expect((await counters.get('A')).row).toEqual(changed?.row);
    const late = await counters.attempt(row!, ({ value }) => next(value.n + 10));
    expect(late, 'another writer was faster').toBeNull();
    expect(await counters.attempt(changed!.row!, () => null), 'nothing is to change').toBeNull();
    const thrown = await counters.attempt(changed!.row!, () => {
      throw new Error('refused');
    });
    expect(thrown, 'a refusal of what may be old is none').toBeNull();
    expect((await counters.get('A')).row).toEqual(changed?.row);
  });

  it('leaves all as it was where a write beside an attempt does not hold', async () => {
    const { clock, counters } = world();
    const next = (n: number) => ({ value: { n, owner: 'ada' }, expires_at: clock.now() + 10 });
    const { row } = await counters.insert('A', () => next(1));
    const beside = inserting(COUNTER, 'A', next(1));
    const elsewhere = { ...beside, kind: 'other' };
    expect(await counters.attempt(row!, () => ({ ...next(2), also: [elsewhere] }))).toMatchObject({
      row: { version: 2 },
    });
    const now = (await counters.get('A')).row;
    expect(await counters.attempt(now!, () => ({ ...next(3), also: [elsewhere] }))).toBeNull();
    expect((await counters.get('A')).row).toEqual(now);
  });

  it('writes tags that stay with the row’s insert alone: its changes cost none', async () => {
    const { store, clock } = world();
    const kept = kindOf<Counter>('kept', { tagsOf: ({ owner }) => [owner], tagsStay: true });
    const tags: unknown[] = [];
    const seen: Store = {
      ...store,
      commit: (writes) =>
        store.commit((now) => {
          const [first, ...others] = typeof writes === 'function' ? writes(now) : writes;
          tags.push('tags' in first ? first.tags : 'none');
          return [first, ...others];
        }),
    };
    const rows = collectionOf(seen, kept);
    const next = (n: number) => ({ value: { n, owner: 'ada' }, expires_at: clock.now() + 10 });
    const { row } = await rows.insert('A', () => next(1));
    await rows.attempt(row!, () => next(2));
    await rows.update('A', () => next(3));
    expect(tags).toEqual([['ada'], 'none', 'none']);
    expect((await rows.find('ada', { limit: 1, after: null })).rows).toMatchObject([{ id: 'A', value: { n: 3 } }]);
  });

  it('inserts by the store’s time, and once', async () => {
    const { clock, counters } = world();
    const next = (now: number) => ({ value: { n: 1, owner: 'ada' }, expires_at: now + 10 });
    const { row, now } = await counters.insert('A', next);
    expect([row, now]).toEqual([
      { id: 'A', version: 1, schema: 3, due_at: null, expires_at: clock.now() + 10, value: { n: 1, owner: 'ada' } },
      clock.now(),
    ]);
    expect((await counters.insert('A', next)).row).toBeNull();
    expect((await counters.get('A')).row).toEqual(row);
  });

  it('loses no update, however many come at once on a slow store', async () => {
    const { store, counters } = world();
    const slow = collectionOf(slowStore(store), COUNTER);
    const add = () =>
      slow.update('A', (row, now) => ({
        value: { n: (row?.value.n ?? 0) + 1, owner: 'ada' },
        expires_at: now + 60_000,
      }));
    await Promise.all(Array.from({ length: 20 }, add));
    expect((await counters.get('A')).row).toMatchObject({ version: 20, value: { n: 20 } });
  });

  it('leaves a row as it is where the change says so, and throws what the change throws', async () => {
    const { counters } = world();
    const { row } = await counters.insert('A', (now) => ({ value: { n: 1, owner: 'ada' }, expires_at: now + 10 }));
    expect(await counters.update('A', () => null)).toMatchObject({ before: row, row });
    expect(await counters.update('NONE', () => null)).toMatchObject({ before: null, row: null });
    const thrown = new Error('not now');
    await expect(
      counters.update('A', () => {
        throw thrown;
      }),
    ).rejects.toBe(thrown);
    expect((await counters.get('A')).row).toEqual(row);
  });

  it('stores what is written beside a row with it, and tries no write that never holds for ever', async () => {
    const { counters } = world();
    const next = (n: number, id: string) => ({ value: { n, owner: 'ada' }, expires_at: 2 ** 50, also: [beside(id)] });
    const beside = (id: string) => inserting(COUNTER, id, { value: { n: 0, owner: 'bob' }, expires_at: 2 ** 50 });
    await counters.update('P.A', () => next(1, 'P.B'));
    expect((await counters.get('P.B')).row?.value.n).toBe(0);
    await expect(counters.update('P.A', () => next(2, 'P.B'))).rejects.toThrow('does not hold');
    expect((await counters.get('P.A')).row?.value.n).toBe(1);
  });

  it('finds rows by what they say now, and leaves out those whose tag is old', async () => {
    const { store, counters } = world();
    for (const id of ['A', 'B'])
      await counters.insert(id, () => ({ value: { n: 1, owner: 'ada' }, expires_at: 2 ** 50 }));
    await counters.update('A', () => ({ value: { n: 1, owner: 'bob' }, expires_at: 2 ** 50 }));
    const found = async (tag: string) => (await counters.find(tag, { limit: 9, after: null })).rows.map(({ id }) => id);
    expect([await found('ada'), await found('bob')]).toEqual([['B'], ['A']]);
    // An index that lags: the row says another owner than its tag.
    const row = { id: 'C', version: 1, schema: 3, expires_at: 2 ** 50, due_at: null, value: { n: 1, owner: 'bob' } };
    await store.commit([{ op: 'insert', kind: 'counter', row, tags: ['ada'] }]);
    expect(await found('ada')).toEqual(['B']);
  });

  it('removes a row unless it changed since', async () => {
    const { counters } = world();
    const next = { value: { n: 1, owner: 'ada' }, expires_at: 2 ** 50 };
    const { row } = await counters.insert('A', () => next);
    await counters.update('A', () => next);
    expect(await counters.remove(row!)).toBe(false);
    expect(await counters.remove((await counters.get('A')).row!)).toBe(true);
    expect((await counters.get('A')).row).toBeNull();
  });
});

describe('a row of another release', () => {
  const row = (schema: number, value: unknown) => ({
    id: 'A',
    version: 1,
    schema,
    expires_at: 2 ** 50,
    due_at: null,
    value,
  });

  it.each([
    ['the first schema', row(1, 7), { n: 7, owner: 'none' }],
    ['the second schema', row(2, { n: 8 }), { n: 8, owner: 'none' }],
  ])('is read through its upgrades, and written as this one writes it: %s', async (_what, old, value) => {
    const { store, counters } = world();
    await store.commit([{ op: 'insert', kind: 'counter', row: old }]);
    expect((await counters.get('A')).row).toMatchObject({ schema: 3, value });
    expect((await counters.list(1)).rows).toMatchObject([{ schema: 3, value }]);
    await counters.update('A', (found) => (found === null ? null : { ...found, value: found.value }));
    expect((await store.get('counter', 'A')).row).toMatchObject({ version: 2, schema: 3, value });
  });

  it('is a clear error where a newer release wrote it', async () => {
    const { store, counters } = world();
    await store.commit([{ op: 'insert', kind: 'counter', row: row(4, {}) }]);
    await expect(counters.get('A')).rejects.toMatchObject({
      code: 'newer_schema',
      message: expect.stringContaining('counter|A has schema 4, this software knows 3') as string,
    });
  });
});
