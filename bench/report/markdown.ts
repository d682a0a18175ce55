/** Results as Markdown: a table for each topic, and what of the bounds is kept. */
import type { Row } from '../bench.ts';
import { figure, isBeatenBy, measured, ratio, verdict } from './figures.ts';
import type { Measured, Results } from './results.ts';

const MET = { aim: 'aim', must: 'yes', no: '**no**' } as const;

/** One row for each work. What has to be known to read a figure stands beneath. */
export function topicTable({ rows }: Measured): string {
  const cells = rows.map((row) => {
    const met = verdict(row);
    return [
      row.title,
      measured(row.ours, row.unit),
      lines(row.peers.map((peer) => `${peer.name} ${peer.version}: ${measured(peer.value, row.unit)}`)),
      lines(row.peers.map((peer) => ratio(row, peer))),
      row.must?.text ?? '–',
      row.aim?.text ?? '–',
      met === null ? '–' : MET[met],
    ];
  });
  const notes = rows.flatMap(({ title, note }) =>
    note === undefined ? [] : [`- ${sentence(title)}: ${note.replace(/(?<![.!])$/, '.')}`],
  );
  const table = tableOf(['work', 'Beckon', 'peers', 'ratio', 'must', 'aim', 'met'], cells);
  return notes.length === 0 ? table : `${table}\n\n${notes.join('\n')}`;
}

/** Where and when it was measured. */
function whereMeasured({ machine, benches }: Results): string {
  const each = (of: (measured: Measured) => string): string => [...new Set(benches.map(of))].join(', ');
  const loads = benches.map(({ load_before }) => load_before);
  return (
    `Measured on ${each(({ date }) => date)} at ${each(({ commit }) => `\`${commit}\``)}. ` +
    `The machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memory_gib} GiB of memory, ${machine.kernel}, ` +
    `Node ${machine.node}. Its load before a topic was ${Math.min(...loads)} to ${Math.max(...loads)}.`
  );
}

/** How many bounds are kept, and where Beckon is worse, in so many words. */
export function summary(results: Results): string {
  const rows = results.benches.flatMap((bench) => bench.rows);
  const bound = rows.filter((row) => verdict(row) !== null);
  const missed = bound.filter((row) => verdict(row) === 'no');
  const aims = rows.filter(({ aim }) => aim !== null);
  const reached = aims.filter((row) => verdict(row) === 'aim');
  return [
    whereMeasured(results),
    `${bound.length - missed.length} of ${bound.length} rows with a bound are within it; ` +
      `${reached.length} of ${aims.length} aims are reached.`,
    ...(missed.length === 0 ? [] : ['**Not met:**', list(missed.map(howMissed))]),
    ...costlier(rows),
  ].join('\n\n');
}

function costlier(rows: readonly Row[]): readonly string[] {
  const beaten = rows.flatMap((row) =>
    row.peers
      .filter((peer) => isBeatenBy(row, peer))
      .map((peer) => `${row.title}: ${figure(row.ours.median / peer.value.median)} × ${peer.name}`),
  );
  return beaten.length === 0 ? [] : ['**Where Beckon costs more than a peer in every round:**', list(beaten)];
}

function howMissed({ title, ours, unit, must }: Row): string {
  return `${title}: ${`${figure(ours.median)} ${unit}`.trimEnd()}, and must be ${must?.text ?? ''}`;
}

/** All topics, for those who read the folder of results. */
export function resultsPage(results: Results): string {
  const topics = results.benches.map((bench) => `## ${bench.title}\n\n${topicTable(bench)}`);
  return (
    [
      '# Results of `pnpm bench`',
      'A run writes this page. [docs/benchmarks.md](../../docs/benchmarks.md) says how to read it, and has the charts.',
      summary(results),
      ...topics,
    ].join('\n\n') + '\n'
  );
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // As the formatter aligns it, so that it leaves a generated table alone.
  const all = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, n) => Math.max(3, ...all.map((cells) => cells[n]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => cell + ' '.repeat((widths[n] ?? 0) - cell.length)).join(' | ')} |`;
  const [first = [], ...others] = all;
  return [line(first), line(widths.map((of) => '-'.repeat(of))), ...others.map(line)].join('\n');
}

function lines(texts: readonly string[]): string {
  return texts.length === 0 ? '–' : texts.join('<br>');
}
function list(items: readonly string[]): string {
  return items.map((item) => `- ${sentence(item)}.`).join('\n');
}
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
