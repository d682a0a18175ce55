/**
 * Counters, gauges and histograms of one server, on `prom-client`. This file adds what that leaves
 * to its users: a registry for each server, names that keep to one pattern, a bound on how many
 * series a metric may grow, and calls that never throw for what they are given.
 */
import type { MetricsJson } from './whole-metrics.ts';
import { Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry as Prom } from 'prom-client';

export type Labels<Name extends string> = Readonly<Record<Name, string>>;

export interface Counter<Name extends string = never> {
  /** `by` is 1 by default. What is negative or no finite number is not counted. */
  add(labels: Labels<Name>, by?: number): void;
}
export interface Histogram<Name extends string = never> {
  /** A value that is no finite number is not counted. */
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
  /** Read when scraped; a gauge has one series. `whole`: what it is of several processes of one server, by default the sum. */
  gauge(options: {
    readonly name: string;
    readonly help: string;
    readonly read: () => number;
    readonly whole?: 'sum' | 'max';
  }): void;
  /** `buckets`: upper bounds in growing order, without infinity. */
  histogram<Name extends string = never>(
    options: MetricOptions<Name> & { readonly buckets: readonly number[] },
  ): Histogram<Name>;
  /** Everything, to be served as `contentType`. Rejects with what a gauge's `read` threw. */
  expose(): Promise<string>;
  /** The same as data, for `exposeWhole`. */
  read(): Promise<MetricsJson>;
  /** Of the text format 0.0.4. */
  readonly contentType: string;
}

/** Most series of a metric that says no other bound. */
const SERIES = 200;
/** Most characters of a label's value. */
const LABEL_LIMIT = 128;

export function createRegistry(): Registry {
  // Its own: the library's default registry is one for the whole process.
  const registry = new Prom();
  const registers = [registry];

  function checkName(name: string): void {
    if (!/^beckon_[a-z0-9_]+$/.test(name)) throw new TypeError(`metric ${name}: not beckon_ and snake_case`);
    if (registry.getSingleMetric(name) !== undefined) throw new TypeError(`metric ${name}: registered twice`);
  }

  return {
    counter<Name extends string>({ name, help, labels = [], series = SERIES }: MetricOptions<Name>): Counter<Name> {
      checkName(name);
      if (!name.endsWith('_total')) throw new TypeError(`metric ${name}: a counter ends in _total`);
      const counter = new PromCounter<Name>({ name, help, labelNames: labels, registers });
      const bounded = boundLabels(labels, series);
      return {
        add(given, by = 1) {
          if (Number.isFinite(by) && by >= 0) counter.inc(bounded(given), by);
        },
      };
    },
    gauge({ name, help, read, whole = 'sum' }) {
      checkName(name);
      const gauge = new PromGauge({
        name,
        help,
        aggregator: whole,
        registers: [],
        collect() {
          this.set(read());
        },
      });
      registry.registerMetric(gauge);
    },
    histogram<Name extends string>(options: MetricOptions<Name> & { buckets: readonly number[] }): Histogram<Name> {
      const { name, help, labels = [], series = SERIES, buckets } = options;
      checkName(name);
      const histogram = new PromHistogram<Name>({ name, help, labelNames: labels, registers, buckets: [...buckets] });
      const bounded = boundLabels(labels, series);
      return {
        observe(given, value) {
          if (Number.isFinite(value)) histogram.observe(bounded(given), value);
        },
      };
    },
    expose: () => registry.metrics(),
    read: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  };
}

/**
 * Labels as they are counted: the named ones alone, their values cut, and all `other` once there are `most` series. Made
 * once for each series: a request adds to several.
 */
function boundLabels<Name extends string>(
  names: readonly Name[],
  most: number,
): (given: Labels<Name>) => Record<Name, string> {
  const series = new Map<string, Record<Name, string>>();
  const labelsOf = (of: (name: Name) => string): Record<Name, string> =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, string>;
  const keyOf = (of: (name: Name) => string): string => {
    let key = '';
    // With its length, no value can be taken for the end of another.
    for (const name of names) key += `${of(name).length}:${of(name)}`;
    return key;
  };
  const other = labelsOf(() => 'other');
  const otherKey = keyOf(() => 'other');
  return (given) => {
    const valueOf = (name: Name): string => given[name].slice(0, LABEL_LIMIT);
    const key = keyOf(valueOf);
    const known = series.get(key);
    if (known !== undefined) return known;
    // One place is kept for `other`, so that the bound holds with it.
    if (key !== otherKey && series.size >= most - (series.has(otherKey) ? 0 : 1)) {
      series.set(otherKey, other);
      return other;
    }
    const labels = labelsOf(valueOf);
    series.set(key, labels);
    return labels;
  };
}
