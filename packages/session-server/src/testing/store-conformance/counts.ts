import { expect, it } from 'vitest';
import { type OpenStore, openForTest } from './store-under-test.ts';

const WINDOW_MS = 1000;

export function incrementCases(open: OpenStore): void {
  it('counts in a window that starts with the first call and is not prolonged by others', async () => {
    const { store, clock } = await openForTest(open);
    const resets_at = clock.now() + WINDOW_MS;
    expect(await store.increment('key', WINDOW_MS)).toEqual({ count: 1, resets_at });
    clock.advance(WINDOW_MS - 1);
    expect(await store.increment('key', WINDOW_MS)).toEqual({ count: 2, resets_at });
    clock.advance(1);
    expect(await store.increment('key', WINDOW_MS), 'at resets_at the next window starts').toEqual({
      count: 1,
      resets_at: resets_at + WINDOW_MS,
    });
  });

  it('counts each key for itself', async () => {
    const { store } = await openForTest(open);
    await store.increment('key', WINDOW_MS);
    expect((await store.increment('KEY', WINDOW_MS)).count).toBe(1);
    expect((await store.increment('', WINDOW_MS)).count).toBe(1);
    expect((await store.increment('key', WINDOW_MS)).count).toBe(2);
  });

  it('counts parallel hits one by one', async () => {
    const { store } = await openForTest(open);
    const hits = await Promise.all(Array.from({ length: 50 }, () => store.increment('key', WINDOW_MS)));
    const counts = hits.map(({ count }) => count).toSorted((a, b) => a - b);
    expect(counts, 'a limit of n lets exactly n through').toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });
}
