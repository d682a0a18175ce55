import { expect, it } from 'vitest';
import { isHopeless, pauseAfter, quickEnds } from './crashes.ts';

it('a worker that served for a while is replaced at once, one that ends at its start after growing pauses', () => {
  expect(pauseAfter(quickEnds(3, 10_000))).toBe(0);
  const pauses: number[] = [];
  for (let ends = 0; ends < 9;) {
    ends = quickEnds(ends, ends === 0 ? 9_999 : null);
    pauses.push(pauseAfter(ends));
  }
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

it('the server goes on while one worker serves, and ends when none can be kept up', () => {
  const dead = { serves: false, ends: 5 };
  expect(isHopeless([dead, { serves: true, ends: 9 }])).toBe(false);
  expect(isHopeless([dead, { serves: false, ends: 4 }])).toBe(false);
  expect(isHopeless([dead, dead])).toBe(true);
});
