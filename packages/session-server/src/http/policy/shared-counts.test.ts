import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { type Counted, createSharedCounts, type Hits, type SharedCounts } from './shared-counts.ts';

const WINDOW_MS = 60_000;
const LIMIT = 600;

/** A store that counts, and processes that share their counts through it; `tick` is the second after which they do. */
interface Setting {
  readonly clock: FakeClock;
  readonly each: readonly SharedCounts[];
  /** What the store was told, write by write. */
  readonly told: readonly (readonly Hits[])[];
  readonly stored: ReadonlyMap<string, Counted>;
  readonly errors: readonly unknown[];
  readonly breakStore: (away: boolean) => void;
  readonly tick: () => Promise<void>;
}

function setting(processes: number): Setting {
  const clock = createFakeClock();
  const stored = new Map<string, { count: number; resets_at: number }>();
  const told: (readonly Hits[])[] = [];
  let broken = false;
  const pending = new Set<() => void>();
  const errors: unknown[] = [];
  const increment = async (hits: readonly Hits[]): Promise<readonly Counted[]> => {
    // Others go on meanwhile.
    await pause(0);
    if (broken) throw new Error('the store is away');
    told.push(hits);
    return hits.map(({ key, window_ms, by }) => {
      const known = stored.get(key);
      const isOver = known === undefined || known.resets_at <= clock.now();
      const next = isOver ? { count: by, resets_at: clock.now() + window_ms } : { ...known, count: known.count + by };
      stored.set(key, next);
      return next;
    });
  };
  const each = Array.from({ length: processes }, () =>
    createSharedCounts({
      increment,
      now: clock.now,
      after: (_ms, run) => {
        pending.add(run);
        return () => pending.delete(run);
      },
      failed: (error) => errors.push(error),
    }),
  );
  return {
    clock,
    each,
    told,
    stored,
    errors,
    breakStore: (away: boolean): void => {
      broken = away;
    },
    tick: async (): Promise<void> => {
      const runs = [...pending];
      pending.clear();
      for (const run of runs) run();
      await pause(20);
    },
  };
}

async function allowed(counts: SharedCounts, key = 'key', limit = LIMIT): Promise<boolean> {
  return (await counts.take(key, WINDOW_MS, limit)).count <= limit;
}

test('FT-E2: four processes together let at most 1.2 times a limit of volume pass', async () => {
  const { each } = setting(4);
  let passed = 0;
  // As fast as it goes: no second ever passes in which they would share their counts.
  for (let n = 0; n < LIMIT; n += 1) {
    const verdicts = await Promise.all(each.map((counts) => allowed(counts)));
    passed += verdicts.filter(Boolean).length;
  }
  expect(passed).toBeGreaterThanOrEqual(LIMIT);
  expect(passed).toBeLessThanOrEqual(1.2 * LIMIT);
});

test('FT-E2: the same when all requests of a process arrive at once', async () => {
  const { each } = setting(4);
  const verdicts = await Promise.all(each.flatMap((counts) => Array.from({ length: LIMIT }, () => allowed(counts))));
  const passed = verdicts.filter(Boolean).length;
  expect(passed).toBeGreaterThanOrEqual(LIMIT);
  expect(passed).toBeLessThanOrEqual(1.2 * LIMIT);
});

test('a limit so small that no part of it may be unshared is counted to the last request, in parallel too', async () => {
  const { each } = setting(2);
  const verdicts = await Promise.all(
    each.flatMap((counts) => Array.from({ length: 30 }, () => allowed(counts, 'key', 10))),
  );
  expect(verdicts.filter(Boolean)).toHaveLength(10);
});

test('most requests cost no write, and the store hears of all within a second', async () => {
  const { each, told, stored, tick } = setting(1);
  const [counts] = each;
  for (let n = 0; n < 100; n += 1) {
    await allowed(counts!, 'a');
    await allowed(counts!, 'b', 6_000);
  }
  expect(told.length, 'writes for 200 requests').toBeLessThanOrEqual(4);
  await tick();
  expect([stored.get('a')?.count, stored.get('b')?.count]).toEqual([100, 100]);
  const writes = told.length;
  await tick();
  expect(told.length, 'nothing is told twice, or when nothing happened').toBe(writes);
});

test('another process learns of it at its next request that is told', async () => {
  const { each, tick } = setting(2);
  const [one, other] = each;
  for (let n = 0; n < LIMIT; n += 1) await allowed(one!);
  await tick();
  await allowed(other!);
  await tick();
  expect(await allowed(other!)).toBe(false);
});

test('a window ends for all at once, and the next begins afresh', async () => {
  const { each, clock, tick } = setting(1);
  const [counts] = each;
  const first = await counts!.take('key', WINDOW_MS, LIMIT);
  await tick();
  clock.advance(first.resets_at - clock.now() - 1);
  expect((await counts!.take('key', WINDOW_MS, LIMIT)).count).toBe(2);
  clock.advance(1);
  expect((await counts!.take('key', WINDOW_MS, LIMIT)).count).toBe(1);
});

test('a window that ends while the store is told leaves nothing to the next', async () => {
  const { each, clock } = setting(1);
  const [counts] = each;
  for (let n = 0; n < LIMIT / 2; n += 1) await allowed(counts!);
  const { resets_at } = await counts!.take('key', WINDOW_MS, LIMIT);
  clock.advance(resets_at - clock.now() - 1);
  const late = Array.from({ length: 40 }, () => allowed(counts!));
  // The store answers for its next window.
  clock.advance(1);
  await Promise.all(late);
  // One more was not told before.
  expect((await counts!.take('key', WINDOW_MS, LIMIT)).count).toBeLessThanOrEqual(1 + late.length + 1);
});

test('a store that is away loses no count', async () => {
  const { each, stored, errors, breakStore, tick } = setting(1);
  const [counts] = each;
  await allowed(counts!);
  await allowed(counts!);
  breakStore(true);
  await tick();
  expect(errors).toHaveLength(1);
  breakStore(false);
  await tick();
  expect(stored.get('key')?.count).toBe(2);
});

test('more keys than are remembered push out the oldest, of which the store has heard', async () => {
  const { each, stored } = setting(1);
  const [counts] = each;
  await allowed(counts!, 'first');
  for (let n = 0; n < 20_000; n += 1) await counts!.take(`key ${n}`, WINDOW_MS, LIMIT);
  expect(stored.get('first')?.count).toBe(1);
  await counts!.close();
  expect(stored.size, 'closing tells the rest').toBe(20_001);
});
