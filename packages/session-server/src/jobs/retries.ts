/**
 * From each failure of a call to another server to the next attempt, in ms: within a minute for a restart, within a day
 * for an outage. What has failed once more than this is long is given up.
 */
export const RETRIES_MS: readonly number[] = [
  5_000,
  30_000,
  120_000,
  600_000,
  3_600_000,
  3_600_000 * 6,
  3_600_000 * 16,
];
