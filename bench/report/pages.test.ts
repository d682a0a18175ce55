import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Row, Spread } from '../bench.ts';
import { BENCHES } from '../benches.ts';
import { chart } from './chart.ts';
import { isBeatenBy, measured, ratio, verdict } from './figures.ts';
import { generated, partsOf } from './pages.ts';
import { readResults, withMeasured } from './results.ts';
import { interleave, quantile, spreadOf } from '../world/spread.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = 'docs/benchmarks.md';

it('the pages and charts have the figures of the results, and no others', () => {
  const stale = [...generated(readResults())].filter(
    ([path, content]) => readFileSync(join(ROOT, path), 'utf8') !== content,
  );
  expect(
    stale.map(([path]) => path),
    'run "pnpm bench --report"',
  ).toEqual([]);
});

it('every chart is one of the results', () => {
  const charts = globSync('bench/results/charts/*', { cwd: ROOT });
  expect(charts.filter((path) => !generated(readResults()).has(path))).toEqual([]);
});

it('the page has a part for every topic, and the results have no topic that is gone', () => {
  const names = BENCHES.map(({ name }) => name);
  expect(names.filter((name) => !partsOf(PAGE).includes(name))).toEqual([]);
  const gone = readResults().benches.filter(({ name }) => !names.includes(name));
  expect(gone.map(({ name }) => name)).toEqual([]);
});

it('no two rows have one id', () => {
  const ids = readResults().benches.flatMap(({ rows }) => rows.map(({ id }) => id));
  expect(ids.length).toBe(new Set(ids).size);
});

it('a topic that is measured again replaces itself alone, and figures of another machine do not stand beside it', () => {
  const before = readResults();
  const [first, ...others] = before.benches;
  if (first === undefined) throw new Error('there are no results');
  const again = { ...first, commit: 'abc1234', rows: [] };
  const names = before.benches.map(({ name }) => name);
  expect(withMeasured(before, { ...before, benches: [again] }, names).benches).toEqual([again, ...others]);
  const elsewhere = { machine: { ...before.machine, cpu: 'another' }, benches: [again] };
  expect(withMeasured(before, elsewhere, names)).toEqual(elsewhere);
  expect(withMeasured(before, { ...before, benches: [] }, []).benches, 'a topic that is gone').toEqual([]);
});

const spread = (low: number, median: number, high: number): Spread => ({ low, median, high, samples: 3 });
const row = (ours: Spread, more: Partial<Row> = {}): Row => ({
  id: 'a',
  title: 'a <sign-in> & more',
  unit: 'ms',
  ours,
  peers: [],
  must: null,
  aim: null,
  ...more,
});
const peer = (value: Spread): Row['peers'][number] => ({ name: 'other', version: '1.0', value });

it('a median has the least and the most of all rounds beside it', () => {
  expect(spreadOf([3, 1, 2, 10])).toEqual({ low: 1, median: 2.5, high: 10, samples: 4 });
  expect(() => spreadOf([])).toThrow(RangeError);
  expect(() => spreadOf([1, Number.NaN])).toThrow(RangeError);
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
  expect(measured(spread(0.951, 1.2, 1234), 'ms')).toBe('1.20 ms (0.95–1,234)');
  expect(measured(spread(5, 5, 5), 'kB'), 'what is counted has no range').toBe('5 kB');
});

it('a ratio within the noise is told from one that is not', () => {
  expect(ratio(row(spread(1, 2, 3)), peer(spread(2.5, 4, 5)))).toBe('≈ 0.50 ×');
  expect(ratio(row(spread(1, 2, 3)), peer(spread(3.5, 4, 5)))).toBe('0.50 ×');
  expect(isBeatenBy(row(spread(4, 5, 6)), peer(spread(3, 3.5, 4.1))), 'one round was better').toBe(false);
  expect(isBeatenBy(row(spread(4, 5, 6)), peer(spread(3, 3.5, 3.9)))).toBe(true);
  expect(isBeatenBy(row(spread(4, 5, 6), { better: 'more' }), peer(spread(7, 8, 9)))).toBe(true);
});

it('a bound is kept by the median, in the direction that is better', () => {
  const bound = (limit: number): Row['must'] => ({ text: 'a bound', limit });
  expect(verdict(row(spread(1, 2, 9)))).toBe(null);
  expect(verdict(row(spread(1, 2, 9), { must: bound(2), aim: bound(1.5) }))).toBe('must');
  expect(verdict(row(spread(1, 2, 9), { must: bound(2), aim: bound(2) }))).toBe('aim');
  expect(verdict(row(spread(1, 2, 9), { must: bound(1.9) }))).toBe('no');
  expect(verdict(row(spread(1, 2, 9), { must: bound(1.7), better: 'more' }))).toBe('must');
  expect(verdict(row(spread(1, 1.6, 9), { must: bound(1.7), better: 'more' }))).toBe('no');
  expect(verdict(row(spread(1, 1.6, 9), { must: { text: '≥ 1.7 ×', limit: 1.7 } }))).toBe('no');
});

it('a chart begins at zero, says all its figures in words, and escapes them', () => {
  const bars = { ...row(spread(9, 10, 11), { peers: [peer(spread(4, 5, 6))] }) };
  const svg = chart(
    { name: 'a', title: 'A', date: '2026-01-01', commit: 'abc1234', load_before: 0, rows: [bars] },
    'light',
  );
  const [ours = 0, theirs = 0] = [...svg.matchAll(/<rect x="16" [^>]*width="([\d.]+)"/g)].map(([, w]) => Number(w));
  expect(ours / theirs, 'bars are as long as what they stand for').toBeCloseTo(2, 1);
  expect(svg).toContain('<desc id="desc">a &lt;sign-in&gt; &amp; more: Beckon 10 ms (9–11), other 1.0 5 ms (4–6).');
  expect(svg.match(/font-size="([\d.]+)"/g)?.every((size) => Number(size.slice(11, -1)) >= 12)).toBe(true);
});

it('contestants take turns in both directions, and warming up is forgotten', async () => {
  const order: string[] = [];
  const contestant = (name: string): Parameters<typeof interleave<'took'>>[0][number] => ({
    name,
    round: () => {
      order.push(name);
      return Promise.resolve({ took: order.length });
    },
  });
  const [a, b] = await interleave([contestant('a'), contestant('b')], { rounds: 2, warmUp: 1, say: () => undefined });
  expect(order.join('')).toBe('baabba');
  expect(a?.took).toEqual({ low: 3, median: 4.5, high: 6, samples: 2 });
  expect(b?.took).toEqual({ low: 4, median: 4.5, high: 5, samples: 2 });
});
