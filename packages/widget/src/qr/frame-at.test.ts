import { describe, expect, it } from 'vitest';
import { frameAt } from './frame-at.ts';

describe('timed frames', () => {
  const frames = [0, 1, 2].map((i) => ({ text: `f${i}`, from_ms: 1_000 + i * 2_000, until_ms: 3_000 + i * 2_000 }));
  const qr = { order: 'timed', frames } as const;
  it.each([
    [1_000, 'f0', 2_000, 'at the first ms of its window'],
    [2_999, 'f0', 1, 'at the last ms of its window'],
    [3_000, 'f1', 2_000, 'the next takes over exactly then'],
    [5_500, 'f2', null, 'the last has none after it'],
    [99_000, 'f2', null, 'the latest, when no newer ones came in time'],
    [400, 'f0', 600, 'the first, when this clock is a little behind'],
  ])('at %i ms it is %s, and %s ms are left: %s', (now, text, nextInMs, _why) => {
    expect(frameAt(qr, now, 0)).toEqual({ text, nextInMs });
  });

  it('with none at all there is nothing to show', () => {
    expect(frameAt({ order: 'timed', frames: [] }, 0, 0)).toBeNull();
  });
});

describe('shuffled frames', () => {
  const frames = ['a', 'b', 'c', 'd', 'e'].map((text) => ({ text }));
  const qr = { order: 'shuffle', interval_ms: 500, frames } as const;
  const round = (n: number, seed: number) =>
    frames.map((_, i) => frameAt(qr, (n * frames.length + i) * 500, seed)?.text ?? '').join('');

  it('shows each once in a round', () => {
    for (let n = 0; n < 50; n += 1) expect(round(n, 0.3).split('').toSorted().join('')).toBe('abcde');
  });

  it('has many orders, by round and by seed', () => {
    expect(new Set(Array.from({ length: 50 }, (_, n) => round(n, 0.3))).size).toBeGreaterThan(20);
    expect(new Set(Array.from({ length: 50 }, (_, n) => round(0, n / 50))).size).toBeGreaterThan(20);
  });

  it('never shows the same twice in a row', () => {
    const shown = Array.from({ length: 400 }, (_, n) => round(n, 0.7)).join('');
    expect(shown).not.toMatch(/(.)\1/);
  });

  it('stands still within an interval, and says when it is over', () => {
    const [begin, end] = [frameAt(qr, 10_000, 0.5), frameAt(qr, 10_499, 0.5)];
    expect(begin?.text).toBe(end?.text);
    expect([begin?.nextInMs, end?.nextInMs]).toEqual([500, 1]);
  });

  it('does not change a single one', () => {
    const single = { order: 'shuffle', interval_ms: 500, frames: [{ text: 'a' }] } as const;
    expect(frameAt(single, 10_000, 0.5)).toEqual({ text: 'a', nextInMs: null });
  });
});
