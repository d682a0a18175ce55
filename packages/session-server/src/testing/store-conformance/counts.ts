import { expect, it } from 'vitest';
import type { Counted, Store } from '../../store/store.ts';
import { type OpenStore, openForTest } from './store-under-test.ts';

const WINDOW_MS = 1000;

export function incrementCases(open: OpenStore): void {
  it('counts in a window that starts with the first call and is not prolonged by others', async () => {
    const { store, clock } = await openForTest(open);
    const resets_at = clock.now() + WINDOW_MS;
    expect(await count(store, 'key')).toEqual({ count: 1, resets_at });
    clock.advance(WINDOW_MS - 1);
    expect(await count(store, 'key')).toEqual({ count: 2, resets_at });
    clock.advance(1);
    expect(await count(store, 'key'), 'at resets_at the next window starts').toEqual({
      count: 1,
      resets_at: resets_at + WINDOW_MS,
    });
  });

  it('counts each key for itself', async () => {
    const { store } = await openForTest(open);
    await count(store, 'key');
    expect((await count(store, 'KEY'))?.count).toBe(1);
    expect((await count(store, ''))?.count).toBe(1);
    expect((await count(store, 'key'))?.count).toBe(2);
  });

  it('counts parallel hits one by one', async () => {
    const { store } = await openForTest(open);
    const hits = await Promise.all(Array.from({ length: 50 }, () => count(store, 'key')));
    const counts = hits.map((hit) => hit?.count ?? 0).toSorted((a, b) => a - b);
    expect(counts, 'a limit of n lets exactly n through').toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  it('counts several at once on several keys, each in its own window, and answers in their order', async () => {
    const { store, clock } = await openForTest(open);
    const first = await store.increment([
      { key: 'b', window_ms: WINDOW_MS, by: 3 },
      { key: 'a', window_ms: 2 * WINDOW_MS, by: 1 },
    ]);
    const begun = clock.now();
    expect(first).toEqual([
      { count: 3, resets_at: begun + WINDOW_MS },
      { count: 1, resets_at: begun + 2 * WINDOW_MS },
    ]);
    clock.advance(WINDOW_MS);
    const second = await store.increment([
      { key: 'a', window_ms: WINDOW_MS, by: 2 },
      { key: 'b', window_ms: WINDOW_MS, by: 5 },
    ]);
    expect(second, 'one window goes on, the other began anew').toEqual([
      { count: 3, resets_at: begun + 2 * WINDOW_MS },
      { count: 5, resets_at: begun + 2 * WINDOW_MS },
    ]);
    expect(await store.increment([])).toEqual([]);
  });

  it('counts parallel batches one by one', async () => {
    const { store } = await openForTest(open);
    const batches = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.increment([
          { key: 'a', window_ms: WINDOW_MS, by: 2 },
          { key: 'b', window_ms: WINDOW_MS, by: 1 },
        ]),
      ),
    );
    const counts = batches
      .map((answers) => answers.map(({ count: sofar }) => sofar))
      .toSorted(([a = 0], [b = 0]) => a - b);
    expect(counts).toEqual(Array.from({ length: 20 }, (_, n) => [2 * n + 2, n + 1]));
  });
}

/** One more on a key. */
async function count(store: Store, key: string): Promise<Counted | undefined> {
  const [counted] = await store.increment([{ key, window_ms: WINDOW_MS, by: 1 }]);
  return counted;
}
