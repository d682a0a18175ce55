import { expect, it } from 'vitest';
import { backoffMs, retryAfterMs } from './backoff.ts';

it('doubles from half a second up to 15 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 60].map((failures) => backoffMs(failures, () => 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ]);
});

it('has full jitter: anything from nothing to the whole of it', () => {
  expect([0, 0.25, 0.5].map((dice) => backoffMs(4, () => dice))).toEqual([0, 1_000, 2_000]);
});

it.each([
  [null, 0],
  ['3', 3_000],
  [' 3 ', 3_000],
  ['-3', 0],
  ['soon', 0],
  ['864000', 86_400_000],
  ['Thu, 01 Jan 1970 00:00:09 GMT', 4_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
])('reads Retry-After: %s', (header, ms) => {
  expect(retryAfterMs(header, 5_000)).toBe(ms);
});
