/** Rows as a terminal shows them. */
import { type Row, type Spread, isMet } from './bench.ts';

/** Three digits that count, no more than are known. */
export function figure(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** The median, and from where to where the rounds went. */
export function spread({ low, median, high, samples }: Spread, unit: string): string {
  const range = samples === 1 || low === high ? '' : ` (${figure(low)}–${figure(high)})`;
  return `${figure(median)}${range}${unit === '' ? '' : ` ${unit}`}`;
}

function verdict(row: Row): string {
  const { must, aim } = row;
  if (must !== null && !isMet(row, must)) return 'not met';
  if (aim !== null) return isMet(row, aim) ? 'aim met' : must === null ? 'aim not met' : 'met';
  return must === null ? '' : 'met';
}

export function tableOf(rows: readonly Row[]): string {
  const cells = rows.flatMap((row) => [
    [
      row.title,
      spread(row.ours, row.unit),
      row.must === null ? '' : `must ${row.must.text}`,
      row.aim === null ? '' : `aim ${row.aim.text}`,
      verdict(row),
    ],
    ...row.peers.map(({ name, version, value }) => [
      `  ${name} ${version}`,
      spread(value, row.unit),
      `${figure(row.ours.median / value.median)} ×`,
      '',
      '',
    ]),
  ]);
  const widths = [0, 1, 2, 3, 4].map((n) => Math.max(...cells.map((line) => line[n]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
