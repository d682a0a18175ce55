/**
 * How many sign-ins come how far, by app and by hour, for the operator. Owns the counts of this process, their rows, and
 * the sums over all processes. Depends on the store's contract and on what a session is. Leaves drawing them to `admin`.
 */
export { type Funnel, type FunnelOptions, createFunnel } from './funnel.ts';
export { type FunnelHour, type FunnelReport, type FunnelSums, readFunnel } from './read-funnel.ts';
export type { FunnelStep } from './kinds.ts';
