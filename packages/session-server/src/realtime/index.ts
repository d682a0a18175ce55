/**
 * Tells watchers what changed. Owns the hub (who watches which session), the `beckon.v1` socket and
 * the long poll, and their limits. Depends on the wire contract and on flow's `snapshot`,
 * `subscribe` and `clientOf`. Leaves the states of a session to `flow`, routes and long-poll
 * parameters to `http`, and real time to `server/`.
 */
export { createHub, type Hub, type HubLimits, type HubOptions, type Watcher } from './hub.ts';
export type { SocketLimits } from './limits.ts';
export { createNetworkShares } from './network-shares.ts';
export { createPolls, type PollLimits, type PollOptions, type PollRequest, type Polls } from './poll.ts';
export { createSchedule, type Schedule } from './schedule.ts';
export { createSockets, type SocketOptions, type Sockets } from './socket.ts';
