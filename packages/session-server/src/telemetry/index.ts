/**
 * What operators see. Owns the logger with its closed set of fields, request ids, what each request is about, and the
 * metrics, which `prom-client` counts and writes. Depends on no other room; anyone may import it. Leaves serving the
 * metrics to `http` and where lines go to `server/`.
 */
export type { LogField, LogFields } from './fields.ts';
export { createLineWriter, type LineWriter, type LineWriterOptions } from './line-writer.ts';
export {
  createLogger,
  LOG_LEVELS,
  SESSION_HASH_LENGTH,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type LogTarget,
} from './logger.ts';
export { createRegistry, type Counter, type Histogram, type Labels, type Registry } from './metrics.ts';
export { addPast, exposeWhole, type MetricsJson } from './whole-metrics.ts';
export { createServerMetrics, type ServerGauges, type ServerMetrics } from './server-metrics.ts';
export { createRequestTrace, factsOf, type Met, type RequestFacts, type RequestTrace } from './request-facts.ts';
export { REQUEST_ID_HEADER, requestId } from './request-id.ts';
