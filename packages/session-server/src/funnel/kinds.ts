import { type KindOf, kindOf } from '../store/kinds.ts';

/** How far sign-ins come, in order, and how they end otherwise. */
export const FUNNEL_STEPS = [
  'shown',
  'scanned',
  'approved',
  'signed_in',
  'declined',
  'expired',
  'cancelled',
  'failed',
] as const;
export type FunnelStep = (typeof FUNNEL_STEPS)[number];

/** Upper bounds of how long a step took, in ms; what took longer is in one more. */
export const BOUNDS_MS: readonly number[] = [
  500, 1_000, 2_000, 3_000, 5_000, 8_000, 12_000, 20_000, 30_000, 60_000, 120_000, 300_000,
];

/** What one app's sign-ins did within an hour. */
export interface FunnelCounts {
  readonly steps: Readonly<Record<FunnelStep, number>>;
  /** How many took how long to be scanned, approved and redeemed, by `BOUNDS_MS`. */
  readonly times: Readonly<Record<'scanned' | 'approved' | 'signed_in', readonly number[]>>;
}

/** What one process counted within an hour. */
export interface FunnelRow {
  /** When the hour began, ms since the epoch. */
  readonly hour: number;
  /** By connector. */
  readonly connectors: Readonly<Record<string, FunnelCounts>>;
}

/** By process and hour. */
export const FUNNEL: KindOf<FunnelRow> = kindOf('funnel');
