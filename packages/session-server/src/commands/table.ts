import type { CommandIo } from './command.ts';

/** Between two columns. */
const GAP = '  ';
/** What stands for the rest of a cell that was cut. */
const CUT = '…';
/** A cell is cut no shorter than this, in characters. */
const SHORTEST = 8;

/**
 * Prints rows as a table for people: a head, and each column as wide as its longest cell. Only on a terminal are cells cut
 * to its width, the longest column first: what a script reads is whole. Nothing in a cell can steer the terminal.
 */
export function printTable(
  io: Pick<CommandIo, 'out' | 'columns'>,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const cells = [columns, ...rows.map((row) => columns.map((_, at) => printable(row[at] ?? '')))];
  const widths = fitted(
    columns.map((_, at) => Math.max(...cells.map((row) => lengthOf(row[at] ?? '')))),
    io.columns,
  );
  for (const row of cells) {
    const line = row.map((cell, at) => padded(cut(cell, widths[at] ?? 0), widths[at] ?? 0)).join(GAP);
    io.out(line.trimEnd());
  }
}

/** Text of a stranger's, so that it cannot steer a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '?');
}

/** The same widths, or narrower ones that fit into `width` characters as far as cells can be cut. */
function fitted(widths: readonly number[], width: number | undefined): readonly number[] {
  if (width === undefined) return widths;
  const fit = [...widths];
  const room = width - GAP.length * (fit.length - 1);
  for (;;) {
    const over = fit.reduce((sum, each) => sum + each, 0) - room;
    const longest = Math.max(...fit);
    if (over <= 0 || longest <= SHORTEST) return fit;
    const second = Math.max(SHORTEST, ...fit.filter((each) => each < longest));
    fit[fit.indexOf(longest)] = Math.max(second === longest ? longest - 1 : second, longest - over, SHORTEST);
  }
}

function cut(cell: string, width: number): string {
  return lengthOf(cell) <= width
    ? cell
    : `${Array.from(cell)
        .slice(0, width - 1)
        .join('')}${CUT}`;
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - lengthOf(cell)));
}

function lengthOf(cell: string): number {
  return Array.from(cell).length;
}
