import { expect, it } from 'vitest';
import { drawWords } from './words.ts';

/** What `drawWords` can draw: every word, by its place. */
function words(): readonly string[] {
  let size = 0;
  drawWords((below) => (size = below) - 1);
  return Array.from({ length: size }, (_, place) => drawWords(() => place).split(' ')[0] ?? '');
}

it('FT-A3f: draws of at least 256 short plain words, all different', () => {
  const all = words();
  expect(all.length).toBeGreaterThanOrEqual(256);
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((word) => !/^[a-z]{3,8}$/.test(word))).toEqual([]);
});

it('draws each word for itself', () => {
  const places = [0, 1];
  expect(drawWords(() => places.shift() ?? 0)).toBe(words().slice(0, 2).join(' '));
});
