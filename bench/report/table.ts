/** Rows as a terminal shows them. */
import type { Row } from '../bench.ts';
import { measured, ratio, verdict } from './figures.ts';

const SAID = { aim: 'aim met', must: 'met', no: 'NOT MET' } as const;

export function tableOf(rows: readonly Row[]): string {
  const cells = rows.flatMap((row) => {
    const met = verdict(row);
    return [
      [
        row.title,
        measured(row.ours, row.unit),
        row.must === null ? '' : `must ${row.must.text}`,
        row.aim === null ? '' : `aim ${row.aim.text}`,
        met === null ? '' : SAID[met],
      ],
      ...row.peers.map((peer) => [
        `  ${peer.name} ${peer.version}`,
        measured(peer.value, row.unit),
        ratio(row, peer),
        '',
        '',
      ]),
    ];
  });
  const widths = [0, 1, 2, 3, 4].map((n) => Math.max(...cells.map((line) => line[n]?.length ?? 0)));
  const padded = (line: readonly string[]): string => line.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ');
  return cells.map((line) => padded(line).trimEnd()).join('\n');
}
