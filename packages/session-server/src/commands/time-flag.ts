import { UsageError } from './command.ts';

/** In ms. */
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `12h`, `14d` from now, or a time in ISO 8601; in ms since the epoch. @throws UsageError */
export function timeFrom(flag: string, value: string, now: number): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(value) ?? [];
  if (unit !== '') return now + Number(count) * (UNITS[unit] ?? 0);
  const time = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError(`--${flag} must be like 30m, 12h, 14d or 2026-12-31T18:00:00Z`);
  return time;
}
