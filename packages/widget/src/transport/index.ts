/**
 * How the client hears of its session. Owns one contract and its carriers: WebSocket, long poll,
 * and the choice between them. Depends on the wire contract. Leaves to others what a snapshot
 * means: it passes on what it hears, late or doubled as it may come.
 */
export { backoffMs, retryAfterMs } from './backoff.ts';
export { connect } from './choose.ts';
export { type Timer, type TransportEnvironment, browserTransportEnvironment } from './environment.ts';
export { fetchStatus } from './status.ts';
export { onWake } from './wake.ts';
export type { Connection, Credentials, Transport, TransportEvents, TransportState } from './transport.ts';
