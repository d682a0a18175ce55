import { expect, test } from 'vitest';
import { wholePixels } from './show-frames.ts';

test.each([
  [1, '225px'],
  [1.25, '216px'],
  [1.5, '240px'],
  [2, '247.5px'],
  [3, '240px'],
])(
  'FT-C6i: with %d pixels of the screen for one, a module of a code of 45 has a whole number of them',
  (ratio, width) => {
    expect(wholePixels(248, 45, ratio)).toBe(width);
    const module = (Number.parseFloat(width) * ratio) / 45;
    expect(module).toBe(Math.round(module));
    expect(248 - Number.parseFloat(width), 'and the next larger one does not fit').toBeLessThan(45 / ratio);
  },
);

test('a place that is too small for whole pixels is filled', () => {
  expect(wholePixels(210, 45, 1)).toBe('');
});
