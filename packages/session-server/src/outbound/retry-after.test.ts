import { expect, it } from 'vitest';
import { retryAfterSeconds } from './retry-after.ts';

const NOW = Date.UTC(2026, 0, 1);

it.each<[string | null, number]>([
  ['7', 7],
  [' 7 ', 7],
  ['0', 1],
  ['999999999', 3600],
  ['Thu, 01 Jan 2026 00:00:20 GMT', 20],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 1],
  [null, 30],
  ['', 30],
  ['soon', 30],
  ['1e9', 30],
  ['<b>', 30],
])('Retry-After: %j is %i s', (header, seconds) => {
  expect(retryAfterSeconds(header, NOW)).toBe(seconds);
});
