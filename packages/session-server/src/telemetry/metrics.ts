/**
 * A small Prometheus registry (text format 0.0.4). Small enough to be ours: counters, gauges and
 * histograms with fixed label names, and a bound on how many series one metric may grow.
 */
export type Labels<Name extends string> = Readonly<Record<Name, string>>;

export interface Counter<Name extends string = never> {
  /** `by` is 1 by default, never negative. */
  add(labels: Labels<Name>, by?: number): void;
}
export interface Histogram<Name extends string = never> {
  observe(labels: Labels<Name>, value: number): void;
}

interface MetricOptions<Name extends string> {
  /** `beckon_` and the rest in snake_case, with its unit, and `_total` for a counter. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Name[];
  /** Series of this metric at most; whatever comes later is counted with every label `other`. Default 200. */
  readonly series?: number;
}

export interface Registry {
  counter<Name extends string = never>(options: MetricOptions<Name>): Counter<Name>;
  /** Read when scraped; a gauge has one series. */
  gauge(options: { readonly name: string; readonly help: string; readonly read: () => number }): void;
  /** `buckets`: upper bounds in growing order, without infinity. */
  histogram<Name extends string = never>(
    options: MetricOptions<Name> & { readonly buckets: readonly number[] },
  ): Histogram<Name>;
  /** Everything, to be served as `METRICS_CONTENT_TYPE`. */
  expose(): string;
}

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const SERIES = 200;

export function createRegistry(): Registry {
  const metrics = new Map<string, () => readonly string[]>();

  function register(name: string, help: string, type: string, lines: () => readonly string[]): void {
    if (!/^beckon_[a-z0-9_]+$/.test(name)) throw new TypeError(`metric ${name}: not beckon_ and snake_case`);
    if (metrics.has(name)) throw new TypeError(`metric ${name}: registered twice`);
    const head = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
    metrics.set(name, () => [...head, ...lines()]);
  }

  return {
    counter<Name extends string>({ name, help, labels = [], series = SERIES }: MetricOptions<Name>): Counter<Name> {
      if (!name.endsWith('_total')) throw new TypeError(`metric ${name}: a counter ends in _total`);
      const values = createSeries(labels, series, () => ({ sum: 0 }));
      register(name, help, 'counter', () => values.all().map(([text, { sum }]) => `${name}${braces(text)} ${sum}`));
      return {
        add(given, by = 1) {
          if (by >= 0) values.of(given).sum += by;
        },
      };
    },
    gauge({ name, help, read }) {
      register(name, help, 'gauge', () => [`${name} ${number(read())}`]);
    },
    histogram<Name extends string>(options: MetricOptions<Name> & { buckets: readonly number[] }): Histogram<Name> {
      const { name, help, labels = [], series = SERIES, buckets } = options;
      const values = createSeries(labels, series, () => ({ sum: 0, count: 0, counts: buckets.map(() => 0) }));
      register(name, help, 'histogram', () =>
        values.all().flatMap(([text, { sum, count, counts }]) => {
          const bucket = (le: string, n: number): string =>
            `${name}_bucket${braces(text === '' ? `le="${le}"` : `${text},le="${le}"`)} ${n}`;
          let below = 0;
          const upTo = buckets.map((le, index) => bucket(number(le), (below += counts[index] ?? 0)));
          return [
            ...upTo,
            bucket('+Inf', count),
            `${name}_sum${braces(text)} ${number(sum)}`,
            `${name}_count${braces(text)} ${count}`,
          ];
        }),
      );
      return {
        observe(given, value) {
          const one = values.of(given);
          one.sum += value;
          one.count += 1;
          const index = buckets.findIndex((le) => value <= le);
          if (index >= 0) one.counts[index] = (one.counts[index] ?? 0) + 1;
        },
      };
    },
    expose: () => `${[...metrics.values()].flatMap((lines) => lines()).join('\n')}\n`,
  };
}

interface Series<Name extends string, Value> {
  of(labels: Labels<Name>): Value;
  /** Each with its label text, `a="1",b="2"`. */
  all(): readonly (readonly [string, Value])[];
}

/** A metric without labels has its one series from the start, so that it reads 0 and not nothing. */
function createSeries<Name extends string, Value>(
  names: readonly Name[],
  most: number,
  fresh: () => Value,
): Series<Name, Value> {
  const values = new Map<string, Value>();
  const textOf = (of: (name: Name) => string): string =>
    names.map((name) => `${name}="${escapeLabel(of(name))}"`).join(',');
  const other = textOf(() => 'other');
  if (names.length === 0) values.set('', fresh());

  const at = (text: string): Value => {
    const known = values.get(text);
    if (known !== undefined) return known;
    // One place is kept for `other`, so that the bound holds with it.
    if (text !== other && values.size >= most - (values.has(other) ? 0 : 1)) return at(other);
    const value = fresh();
    values.set(text, value);
    return value;
  };
  return { of: (labels) => at(textOf((name) => labels[name])), all: () => [...values] };
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text.slice(0, 128)).replaceAll('"', '\\"');
}
