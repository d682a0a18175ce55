import { create } from 'qrcode/lib/core/qrcode.js';
import { describe, expect, it } from 'vitest';
import { QUIET_ZONE, qrMatrix, qrPath } from './path.ts';

const OURS = 'HTTP://127.0.0.1:4400/Q/5CK7M2PQRSTUVWXYZ23456789ABC.17.ABCDEFGHJKLMNPQRSTUVWXYZ23';
const TEXTS = [OURS, 'A', 'https://verify.example/session/aB3-_x?y=1', 'Grüße, 世界', 'x'.repeat(800)];

/** Fills what the path encloses, as a renderer would, from nothing but its commands. */
function paint(path: string, size: number): string[] {
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => '.'));
  let [x, y] = [0, 0];
  const runs = [...path.matchAll(/([Mm])(-?\d+) (-?\d+)h(\d+)v1h-(\d+)z/g)];
  expect(runs.map(([text]) => text).join(''), 'the path is made of such runs and nothing else').toBe(path);
  for (const [, , dx, dy, run, back] of runs) {
    x += Number(dx);
    y += Number(dy);
    expect(back, 'each run comes back to where it began').toBe(run);
    for (let i = 0; i < Number(run); i += 1) {
      expect(rows[y]?.[x + i], 'no module is painted twice').toBe('.');
      rows[y]![x + i] = '#';
    }
  }
  return rows.map((row) => row.join(''));
}

describe.each(TEXTS.map((text) => [text.slice(0, 30), text] as const))('the path of %s', (_, text) => {
  const { size, path } = qrPath(text);
  const matrix = qrMatrix(text);

  it('paints exactly the dark modules, with four light ones all around', () => {
    const painted = paint(path, size);
    expect(size).toBe(matrix.size + 2 * QUIET_ZONE);
    for (let y = 0; y < size; y += 1) {
      const row = Array.from({ length: size }, (_unused, x) => {
        const [column, line] = [x - QUIET_ZONE, y - QUIET_ZONE];
        const inside = Math.min(column, line) >= 0 && Math.max(column, line) < matrix.size;
        return inside && matrix.data[line * matrix.size + column] !== 0 ? '#' : '.';
      }).join('');
      expect(painted[y]).toBe(row);
    }
  });
});

it('has its finder patterns at the left and top, so it is neither mirrored nor inverted', () => {
  const { size, path } = qrPath(OURS);
  const painted = paint(path, size).map((row) => row.slice(QUIET_ZONE, -QUIET_ZONE));
  const first = painted[QUIET_ZONE]!;
  const last = painted.at(-QUIET_ZONE - 1)!;
  expect([first.slice(0, 8), first.slice(-8)]).toEqual(['#######.', '.#######']);
  expect(last.slice(0, 8)).toBe('#######.');
  expect(last.slice(-8)).not.toBe('.#######');
});

it('takes alphanumeric mode for what we encode, which keeps the code small', () => {
  expect(qrMatrix(OURS).size, 'version 4').toBe(33);
  expect(qrMatrix(OURS.toLowerCase()).size).toBeGreaterThan(33);
});

it('encodes as the whole package does, which looks for the best mix of modes', () => {
  const searched = create(OURS as never, { errorCorrectionLevel: 'M' }).modules;
  expect(qrMatrix(OURS)).toEqual({ size: searched.size, data: searched.data });
});

it('refuses what no QR code can hold', () => {
  expect(() => qrPath('x'.repeat(3_000))).toThrow(/too big/);
});
