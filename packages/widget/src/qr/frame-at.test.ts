import { describe, expect, it } from 'vitest';
import { frameAt } from './frame-at.ts';

describe('timed frames', () => {
  const qr = {
    order: 'timed',
    prefix: 'Q/ID.',
    step: 7,
    from_ms: 1_000,
    interval_ms: 2_000,
    macs: ['A', 'B', 'C'],
  } as const;
  it.each([
    [1_000, 'Q/ID.7.A', 2_000, 'at the first ms of its window'],
    [2_999, 'Q/ID.7.A', 1, 'at the last ms of its window'],
    [3_000, 'Q/ID.8.B', 2_000, 'the next takes over exactly then'],
    [5_500, 'Q/ID.9.C', 1_500, 'the last, which has none after it'],
    [7_000, 'Q/ID.9.C', null, 'the last, which is over'],
    [99_000, 'Q/ID.9.C', null, 'the last, when all are over'],
    [400, 'Q/ID.7.A', 2_600, 'the first, when this clock is a little behind'],
  ])('FT-E3a: at %i ms it is %s, and %s ms are left: %s', (now, text, nextInMs, _why) => {
    expect(frameAt(qr, now, 0)).toEqual({ text, nextInMs });
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
