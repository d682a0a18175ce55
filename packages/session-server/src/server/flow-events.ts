/** What the log and the metrics hear of sign-ins. */
import type { FlowDependencies } from '../flow/index.ts';
import { networkReasonOf } from '../outbound/index.ts';
import type { Logger, RequestTrace, ServerMetrics } from '../telemetry/index.ts';

export interface FlowEventsDependencies {
  readonly logger: Logger;
  /** Logs a failure, unless the store's own line says it already. */
  readonly tell: Logger['error'];
  readonly metrics: ServerMetrics;
  readonly trace: RequestTrace;
}

export type FlowEvents = Pick<
  FlowDependencies,
  'trace' | 'onStatus' | 'onEnd' | 'onFailure' | 'onRequestLimit' | 'onRedemption'
>;

export function flowEvents({ logger, tell, metrics, trace }: FlowEventsDependencies): FlowEvents {
  return {
    trace: {
      met: ({ id, request, choice }, how) =>
        trace.met({
          session: id,
          client_id: request.client_id,
          connector: choice?.connector ?? null,
          begun: how === 'begun',
        }),
      requestOf: (session_id) => trace.requestOf(session_id),
    },
    onStatus: (from, to, connector) =>
      metrics.transitions.add({ from: from ?? 'none', to, connector: connector ?? 'none' }),
    onEnd({ session_id, client_id, outcome, reason, connector, mode, spent }) {
      metrics.signIns.add({ connector: connector ?? 'none', outcome, reason: reason ?? 'none' });
      logger.info('sign-in ended', {
        request_id: trace.requestOf(session_id) ?? undefined,
        session: session_id,
        client_id,
        connector: connector ?? undefined,
        mode: mode ?? undefined,
        outcome,
        reason: reason ?? undefined,
        initialized_ms: spent?.initialized,
        retrieved_ms: spent?.retrieved,
        confirmed_ms: spent?.confirmed,
      });
    },
    onFailure(session, connector, error) {
      const request_id = trace.requestOf(session) ?? undefined;
      const reason = networkReasonOf(error) ?? undefined;
      tell('provider failed', { request_id, session, connector, reason }, error);
    },
    onRequestLimit(limit, client_id) {
      metrics.requestLimits.add({ limit });
      logger.warn('request_uri used more often than one page does', { client_id, name: limit });
    },
    onRedemption: (outcome) => metrics.redemptions.add({ outcome }),
  };
}
