import { expect, test } from 'vitest';
import { requestId } from './request-id.ts';

const make = (): string => 'made';

test.each(['a', 'trace-1.2_3', 'x'.repeat(64)])("the caller's own %s is kept", (header) => {
  expect(requestId(header, make)).toBe(header);
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['a long one', 'x'.repeat(65)],
  ['one with a space', 'a b'],
  ['one with a line break', 'a\nb'],
  ['one that ends in a line break', 'a\n'],
  ['one with markup', '<b>'],
  ['several', ['a', 'b']],
])('%s is replaced', (_, header) => {
  expect(requestId(header, make)).toBe('made');
});
