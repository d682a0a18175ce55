/** All that is made of the results: a page and charts beside them, and the marked parts of `README.md` and `docs/`. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ROOT } from '../world/root.ts';
import { type Theme, chart, inWords, shown } from './chart.ts';
import { resultsPage, summary, topicTable } from './markdown.ts';
import { type Measured, RESULTS, type Results } from './results.ts';

const CHARTS = 'bench/results/charts';
const PAGES = ['README.md', 'docs/benchmarks.md'] as const;
/** The chart that the README shows. */
const HEADLINE = 'sign-in';
const THEMES: readonly Theme[] = ['light', 'dark'];

/** `<!-- bench: NAME -->` … `<!-- bench end -->`; what is between is written by a run. */
const PART = /(<!-- bench: ([a-z-]+) -->\n).*?(<!-- bench end -->)/gs;

/** Every generated file by its path, as it must be. Pages are what they are, but for their marked parts. */
export function generated(results: Results): ReadonlyMap<string, string> {
  const files = new Map([
    [RESULTS, `${JSON.stringify(results, null, 2)}\n`],
    ['bench/results/results.md', resultsPage(results)],
  ]);
  for (const bench of results.benches.filter((each) => shown(each).length > 0)) {
    for (const theme of THEMES) files.set(fileOf(bench, theme), chart(bench, theme));
  }
  for (const page of PAGES) {
    const before = readFileSync(join(ROOT, page), 'utf8');
    files.set(
      page,
      before.replace(PART, (_, open: string, name: string, close: string) => {
        return `${open}\n${partOf(page, name, results)}\n\n${close}`;
      }),
    );
  }
  return files;
}

/** The topics that a page has a part for. */
export function partsOf(page: string): readonly string[] {
  return [...readFileSync(join(ROOT, page), 'utf8').matchAll(PART)].map(([, , name = '']) => name);
}

/** Writes them, and removes charts that there are no longer. */
export function writeGenerated(results: Results): void {
  const files = generated(results);
  for (const chartFile of globSync(`${CHARTS}/*.svg`, { cwd: ROOT })) {
    if (!files.has(chartFile)) rmSync(join(ROOT, chartFile));
  }
  for (const [path, content] of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), content);
  }
}

function fileOf({ name }: Measured, theme: Theme): string {
  return `${CHARTS}/${name}-${theme}.svg`;
}

function partOf(page: string, name: string, results: Results): string {
  if (name === 'summary') return summary(results);
  if (name === 'headline') return headline(page, results);
  const bench = results.benches.find((each) => each.name === name);
  if (bench === undefined) return 'Not measured on this machine.';
  return [...(shown(bench).length > 0 ? [picture(page, bench)] : []), topicTable(bench)].join('\n\n');
}

function headline(page: string, results: Results): string {
  const bench = results.benches.find(({ name }) => name === HEADLINE);
  return bench === undefined ? summary(results) : picture(page, bench);
}

function picture(page: string, bench: Measured): string {
  const [light, dark] = THEMES.map((theme) => posix.relative(posix.dirname(page), fileOf(bench, theme)));
  const alt = `${bench.title}. ${inWords(bench)}`.replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${dark}">
  <img src="${light}" width="420" alt="${alt}">
</picture>`;
}
