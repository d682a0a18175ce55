import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { BOUNDS_MS, FUNNEL, FUNNEL_STEPS, type FunnelCounts, type FunnelStep } from './kinds.ts';

/** Rows that are summed: eight days of 50 processes. */
const MOST_ROWS = 10_000;
const HOUR_MS = 3_600_000;

/** One app's sign-ins over the time that was asked for. */
export interface FunnelSums {
  readonly connector: string;
  readonly steps: Readonly<Record<FunnelStep, number>>;
  /** The median time to the step from the one before, in ms: the upper bound of the class that it lies in. Null for none. */
  readonly median_ms: Readonly<Record<'scanned' | 'approved' | 'signed_in', number | null>>;
}

/** All apps' sign-ins within an hour. */
export interface FunnelHour {
  /** When it began, ms since the epoch. */
  readonly hour: number;
  readonly steps: Readonly<Record<FunnelStep, number>>;
}

export interface FunnelReport {
  /** Those that were shown most, first. */
  readonly connectors: readonly FunnelSums[];
  /** Every hour of the time that was asked for, the oldest first. */
  readonly hours: readonly FunnelHour[];
  readonly now: number;
}

/** The last `hours` hours, the one that runs included. What processes counted in the last seconds may be missing. */
export async function readFunnel(store: Store, hours: number): Promise<FunnelReport> {
  const { rows, now } = await collectionOf(store, FUNNEL).list(MOST_ROWS);
  const newest = now - (now % HOUR_MS);
  const asked = Array.from({ length: hours }, (_, n) => newest - (hours - 1 - n) * HOUR_MS);
  const within = rows.map(({ value }) => value).filter(({ hour }) => asked.includes(hour));
  const ids = [...new Set(within.flatMap(({ connectors }) => Object.keys(connectors)))];
  const sums = ids.map((connector) =>
    sumOf(
      connector,
      within.flatMap(({ connectors }) => connectors[connector] ?? []),
    ),
  );
  return {
    connectors: sums.toSorted((a, b) => b.steps.shown - a.steps.shown || a.connector.localeCompare(b.connector)),
    hours: asked.map((hour) => ({
      hour,
      steps: stepsOf(within.filter((row) => row.hour === hour).flatMap(({ connectors }) => Object.values(connectors))),
    })),
    now,
  };
}

function sumOf(connector: string, counts: readonly FunnelCounts[]): FunnelSums {
  const median = (step: 'scanned' | 'approved' | 'signed_in'): number | null =>
    medianOf(CLASSES.map((n) => counts.reduce((sum, { times }) => sum + (times[step][n] ?? 0), 0)));
  return {
    connector,
    steps: stepsOf(counts),
    median_ms: { scanned: median('scanned'), approved: median('approved'), signed_in: median('signed_in') },
  };
}

function stepsOf(counts: readonly FunnelCounts[]): Record<FunnelStep, number> {
  return Object.fromEntries(
    FUNNEL_STEPS.map((step) => [step, counts.reduce((sum, { steps }) => sum + steps[step], 0)]),
  ) as Record<FunnelStep, number>;
}

/** One for each bound, and one for what took longer. */
const CLASSES: readonly number[] = [...BOUNDS_MS.keys(), BOUNDS_MS.length];

/** @param counts how many are in each of the classes */
function medianOf(counts: readonly number[]): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  const middle = counts.findIndex((count) => (seen += count) * 2 >= total);
  // Longer than the last bound: no session lives longer than that says.
  return total === 0 ? null : (BOUNDS_MS[middle] ?? 2 * (BOUNDS_MS.at(-1) ?? 0));
}
