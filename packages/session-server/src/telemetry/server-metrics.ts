import type { Counter, Histogram, Registry } from './metrics.ts';

/** What is counted. Labels come from closed sets: never an id, an address or anything a person typed. */
export interface ServerMetrics {
  /** `from` is `none` at creation. */
  readonly transitions: Counter<'from' | 'to' | 'connector'>;
  /** `outcome`: how a sign-in ended; `reason` is `none` where it needs none. */
  readonly signIns: Counter<'connector' | 'outcome' | 'reason'>;
  /** `outcome`: `redeemed`, `replayed`, `invalid`. */
  readonly redemptions: Counter<'outcome'>;
  /** `route` is the pattern, or `none`. */
  readonly requests: Counter<'method' | 'route' | 'status'>;
  readonly requestSeconds: Histogram<'route'>;
  readonly socketsClosed: Counter<'code'>;
  readonly rateLimited: Counter<'limit'>;
  /** `reason`: `full` (no place for it), `stalled` (its client read nothing). */
  readonly connectionsCut: Counter<'reason'>;
  /** `limit`: `live_sessions` (the oldest session was ended), `sessions_in_all` (refused). */
  readonly requestLimits: Counter<'limit'>;
  /** Failures in work that no caller waits for: `realtime`, `due`, `sweep`. */
  readonly failures: Counter<'where'>;
}

/** What is read at each scrape. */
export interface ServerGauges {
  readonly sockets: () => number;
  readonly watchedSessions: () => number;
  readonly heldPolls: () => number;
  readonly overdueRows: () => number;
  readonly storeBytes: () => number;
  /** In s. */
  readonly auditLag: () => number;
}

const LATENCY_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export function createServerMetrics(registry: Registry, gauges: ServerGauges): ServerMetrics {
  registry.gauge({ name: 'beckon_sockets', help: 'Open WebSockets.', read: gauges.sockets });
  registry.gauge({ name: 'beckon_watched_sessions', help: 'Sessions being watched.', read: gauges.watchedSessions });
  registry.gauge({ name: 'beckon_held_polls', help: 'Long polls being held.', read: gauges.heldPolls });
  registry.gauge({
    name: 'beckon_store_overdue_rows',
    help: 'Rows whose time is over and that are not deleted yet, up to 100000.',
    read: gauges.overdueRows,
    // Each process reads the one store.
    whole: 'max',
  });
  registry.gauge({
    name: 'beckon_store_bytes',
    help: 'What the rows of the store take.',
    read: gauges.storeBytes,
    whole: 'max',
  });
  registry.gauge({
    name: 'beckon_audit_forward_lag_seconds',
    help: 'How old the oldest audit event is that the receiver has not taken; 0 where it has all.',
    read: gauges.auditLag,
    // One process at a time sends.
    whole: 'max',
  });
  return {
    transitions: registry.counter({
      name: 'beckon_session_transitions_total',
      help: 'Sessions that went from one status to another.',
      labels: ['from', 'to', 'connector'],
    }),
    signIns: registry.counter({
      name: 'beckon_sign_ins_total',
      help: 'Sign-ins that ended, by how and why.',
      labels: ['connector', 'outcome', 'reason'],
      series: 500,
    }),
    redemptions: registry.counter({
      name: 'beckon_redemptions_total',
      help: 'Authorization codes presented at the token endpoint.',
      labels: ['outcome'],
    }),
    requests: registry.counter({
      name: 'beckon_http_requests_total',
      help: 'HTTP requests answered.',
      labels: ['method', 'route', 'status'],
      series: 1_000,
    }),
    requestSeconds: registry.histogram({
      name: 'beckon_http_request_seconds',
      help: 'Time to answer an HTTP request; held polls are not counted.',
      labels: ['route'],
      buckets: LATENCY_S,
    }),
    socketsClosed: registry.counter({
      name: 'beckon_sockets_closed_total',
      help: 'WebSockets closed, by close code.',
      labels: ['code'],
    }),
    rateLimited: registry.counter({
      name: 'beckon_rate_limited_total',
      help: 'Requests refused by a rate limit.',
      labels: ['limit'],
    }),
    connectionsCut: registry.counter({
      name: 'beckon_connections_cut_total',
      help: 'Connections refused for want of a place, or cut because their client read nothing.',
      labels: ['reason'],
    }),
    requestLimits: registry.counter({
      name: 'beckon_request_uri_limits_total',
      help: 'Times that a request_uri was used more often than one page does.',
      labels: ['limit'],
    }),
    failures: registry.counter({
      name: 'beckon_background_failures_total',
      help: 'Failures in work that no request waits for.',
      labels: ['where'],
    }),
  };
}
