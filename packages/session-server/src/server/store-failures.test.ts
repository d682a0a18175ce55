import { beforeEach, expect, it } from 'vitest';
import { StoreError, type StoreReason } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { tellingFailures } from './store-failures.ts';

const clock = createFakeClock();
/** Why the next calls fail; null where they do not. */
let reason: StoreReason | null;
let said: unknown[];
let store: Store;
beforeEach(() => {
  reason = null;
  said = [];
  const answer = (): Promise<unknown> =>
    reason === null
      ? Promise.resolve({ stored: true, now: 0 })
      : Promise.reject(new StoreError('unavailable', 'no', undefined, reason));
  store = tellingFailures({ commit: answer, get: answer, increment: answer } as unknown as Store, {
    elapsed: clock.now,
    onFailure: (error, count) => said.push([error.reason, count]),
    onRecovered: () => said.push('works'),
  });
});

const write = (): Promise<unknown> =>
  store.commit([{ op: 'remove', kind: 'a', id: 'A', version: 1 }]).catch(() => undefined);

it('FT-C5d: ten thousand failures are one line, and one more a minute that counts them', async () => {
  reason = 'disk_full';
  for (let n = 0; n < 10_000; n += 1) await write();
  expect(said).toEqual([['disk_full', 1]]);
  clock.advance(60_000);
  await write();
  expect(said.slice(1)).toEqual([['disk_full', 10_000]]);
});

it('FT-C5d: another reason is told at once', async () => {
  reason = 'disk_full';
  await write();
  reason = 'io_error';
  await write();
  expect(said).toEqual([
    ['disk_full', 1],
    ['io_error', 1],
  ]);
});

it('FT-C5e: it works again when nothing failed for 10 s, and not between two failures', async () => {
  for (let n = 0; n < 100; n += 1) {
    reason = n % 2 === 0 ? 'disk_full' : null;
    await write();
    clock.advance(100);
  }
  expect(said, 'some writes go through on a full disk').toEqual([['disk_full', 1]]);
  reason = null;
  clock.advance(10_000);
  await store.get('a', 'A');
  expect(said, 'reading shows nothing').toHaveLength(1);
  await write();
  await write();
  expect(said.slice(1)).toEqual(['works']);
});

it('what is wrong with one row, or with the caller, is no failure of the store', async () => {
  const broken = tellingFailures(
    { get: () => Promise.reject(new StoreError('wrong_secret', 'a row')) } as unknown as Store,
    { elapsed: clock.now, onFailure: () => said.push('failed'), onRecovered: () => said.push('works') },
  );
  await expect(broken.get('a', 'A')).rejects.toThrow('a row');
  expect(said).toEqual([]);
});
