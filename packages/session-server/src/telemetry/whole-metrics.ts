import { AggregatorRegistry, type Registry } from 'prom-client';

/** The metrics of one process, as data. */
export type MetricsJson = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The metrics of several processes of one server as one, in the text format. Counts are added up; a gauge says itself what it is of them. */
export function exposeWhole(processes: readonly MetricsJson[]): Promise<string> {
  return AggregatorRegistry.aggregate([...processes]).metrics();
}

/** What processes that are gone have counted, with one more of them. Their gauges are gone with them. */
export function addPast(past: MetricsJson, gone: MetricsJson): MetricsJson {
  const counted = gone.filter(({ type }) => String(type) !== 'gauge');
  // Aggregated metrics have their values beside what the types say.
  const added = AggregatorRegistry.aggregate([past, counted]).getMetricsAsArray() as unknown as MetricsJson;
  return added.map(({ name, help, type, aggregator, values }) => ({
    name,
    help,
    type,
    aggregator,
    values,
  })) as MetricsJson;
}
