import { beforeEach, describe, expect, it } from 'vitest';
import type { NotReady } from '../http/routes/operation-routes.ts';
import { STORE_REASONS, StoreError, type StoreReason } from '../store/store-error.ts';
import { type ManualTimers, createManualTimers } from '../test-support/manual-timers.ts';
import { createReadiness } from './readiness.ts';

let timers: ManualTimers;
let commits: number;
let changes: (NotReady | null)[];
/** What the store answers a write with. */
let commit: () => Promise<unknown>;
let load: () => Promise<void>;
beforeEach(() => {
  timers = createManualTimers();
  commits = 0;
  changes = [];
  commit = () => Promise.resolve();
  load = () => Promise.resolve();
});

function create() {
  return createReadiness({
    store: {
      commit: async () => {
        commits += 1;
        await commit();
        return { stored: true, now: 0 };
      },
    },
    keys: { load: () => load() },
    newId: () => 'ID',
    after: timers.after,
    elapsed: timers.elapsed,
    onChange: (failed) => changes.push(failed),
  });
}

const PATH = '/srv/beckon/beckon.db';
const failing = (reason: StoreReason | null) => () =>
  Promise.reject(new StoreError('unavailable', `The store ${PATH} cannot be used`, undefined, reason));

it('FT-C5a: a thousand probes at once share one write, and the next 10 s share it too', async () => {
  const ready = create();
  expect(new Set(await Promise.all(Array.from({ length: 1000 }, () => ready())))).toEqual(new Set([null]));
  timers.advance(9_999);
  await ready();
  expect(commits).toBe(1);
  timers.advance(1);
  await Promise.all([ready(), ready()]);
  expect(commits).toBe(2);
});

describe('FT-C5b: what fails is said in a code and in words', () => {
  it.each(Object.entries(STORE_REASONS) as [StoreReason, string][])('FT-C5b: %s: %s', async (reason, words) => {
    commit = failing(reason);
    const failed = await create()();
    expect(failed).toEqual({ part: 'store', reason, words });
    expect(JSON.stringify(failed), 'a path').not.toContain('/');
  });

  it.each<[string, () => void, NotReady]>([
    [
      'a store that does not say why',
      () => (commit = failing(null)),
      { part: 'store', reason: 'unavailable', words: 'the store cannot be written' },
    ],
    [
      'an error of no known kind, whose message may say anything',
      () => (commit = () => Promise.reject(new Error(`${PATH}: secret`))),
      { part: 'store', reason: 'unavailable', words: 'the store cannot be written' },
    ],
    [
      'a store that was closed',
      () => (commit = () => Promise.reject(new StoreError('closed', 'closed'))),
      { part: 'store', reason: 'closed', words: 'the server is closing' },
    ],
    [
      'keys that cannot be read, with a store that works',
      () => (load = () => Promise.reject(new StoreError('wrong_secret', PATH))),
      { part: 'keys', reason: 'keys_not_loaded', words: 'keys not loaded' },
    ],
  ])('FT-C5b: %s', async (_what, given, expected) => {
    given();
    expect(await create()()).toEqual(expected);
  });

  it('FT-C5b: a store that does not answer', async () => {
    commit = () => new Promise(() => {});
    const asked = create()();
    timers.advance(2_000);
    expect(await asked).toEqual({ part: 'store', reason: 'timeout', words: 'the store does not answer in time' });
  });
});

it('FT-C5c: the log hears of a change alone, and readiness comes back by itself', async () => {
  const ready = create();
  const probe = async (): Promise<void> => {
    await ready();
    timers.advance(10_000);
  };
  await probe();
  commit = failing('disk_full');
  for (let n = 0; n < 5; n += 1) await probe();
  commit = failing('read_only');
  await probe();
  commit = () => Promise.resolve();
  await probe();
  await probe();
  expect(changes.map((failed) => failed?.reason)).toEqual(['disk_full', 'read_only', undefined]);
  expect(timers.pending, 'a timer is left').toBe(0);
});
