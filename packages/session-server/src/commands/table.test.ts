import { describe, expect, it } from 'vitest';
import { printTable } from './table.ts';

function printed(columns: number | undefined, rows: readonly (readonly string[])[]): readonly string[] {
  const lines: string[] = [];
  printTable({ out: (line) => lines.push(line), columns }, ['id', 'client', 'when'], rows);
  return lines;
}

const ROWS = [
  ['A', 'shop', '2026-12-01 00:00:00'],
  ['0F1E2D3C4B5A69788796A5B4C3D2E1F0', 'a-website-with-a-long-name', 'now'],
];

describe('a table', () => {
  it('is whole where no terminal reads it', () => {
    expect(printed(undefined, ROWS)).toEqual([
      'id                                client                      when',
      'A                                 shop                        2026-12-01 00:00:00',
      '0F1E2D3C4B5A69788796A5B4C3D2E1F0  a-website-with-a-long-name  now',
    ]);
  });

  it('is as wide as the terminal where it would be wider, and its longest cells are cut', () => {
    const lines = printed(60, ROWS);
    expect(lines.every((line) => Array.from(line).length <= 60)).toBe(true);
    expect(lines[1]).toContain('2026-12-01 00:00:00');
    expect(lines[2]).toMatch(/^0F1E2D3C4B5A6978\w*…  a-website\S*…  now$/);
  });

  it('ends although the terminal is too narrow for it', () => {
    expect(printed(4, ROWS)).toHaveLength(3);
  });

  it('has no character that steers a terminal', () => {
    expect(printed(undefined, [['\u001B[2J', 'a\u202Eb', '\u2028']])[1]).toBe('?[2J  a?b     ?');
  });
});
