import type { Settings } from '../config/index.ts';
import { isInMemory, openOperator, type OperatorActs, OperatorError } from '../server/index.ts';
import { timeText } from '../operator/index.ts';
import { UsageError } from './command.ts';

/** Who acts by a command: a person who may read the secrets. The audit trail cannot know more. */
const BY = { name: 'command line', via: 'command' } as const;

/** Does what an operator does, beside the server. @throws UsageError where that cannot be, StoreError */
export async function asOperator(
  settings: Settings,
  act: (as: { readonly operator: OperatorActs; readonly by: typeof BY; readonly now: number }) => Promise<void>,
): Promise<void> {
  if (isInMemory(settings)) throw new UsageError('the store is in memory, where no other process sees it');
  const { operator, now, close } = await openOperator(settings);
  try {
    await act({ operator, by: BY, now: now() });
  } catch (cause) {
    throw cause instanceof OperatorError ? new UsageError(wordsOf(cause)) : cause;
  } finally {
    await close();
  }
}

function wordsOf({ message, issues }: OperatorError): string {
  return [message, ...issues.map((issue) => `  ${issue.path}: ${issue.message}`)].join('\n');
}

type Person = { readonly sub: string } | { readonly connector: string; readonly subject: string };

/** Who is meant by `--sub`, or by `--connector` and `--subject`; undefined where neither is given. @throws UsageError */
export function personOf({
  sub,
  connector,
  subject,
}: {
  readonly sub?: string;
  readonly connector?: string;
  readonly subject?: string;
}): Person | undefined {
  if (sub !== undefined && subject !== undefined)
    throw new UsageError('--sub and --subject name a person each: give one');
  if (sub !== undefined) return { sub };
  if (subject === undefined) return undefined;
  if (connector === undefined) throw new UsageError('--subject needs --connector: at which identity app');
  return { connector, subject };
}

export function progressLine(
  { sessions, grants }: { readonly sessions: number; readonly grants: number },
  what: string,
): string {
  return `${what}: ${grants} ${grants === 1 ? 'grant' : 'grants'}, and ${sessions} ${sessions === 1 ? 'sign-in' : 'sign-ins'} under way`;
}

/** A whole number that a flag gives. @throws UsageError */
export function limitFlag(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new UsageError(`--limit must be a number from 1 to 999999, not "${value}"`);
  return Number(value);
}

/** A time as `2026-12-01`, `2026-12-01T10:00Z` or Unix seconds; Unix seconds. @throws UsageError */
export function timeFlag(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{9,11}$/.test(value) ? Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(ms)) throw new UsageError(`--${name} must be a time such as 2026-12-01T10:00Z, not "${value}"`);
  return Math.floor(ms / 1000);
}

/** For people. */
export function dateOf(seconds: number): string {
  return timeText(seconds * 1000);
}

/** All of a list, page by page, up to `limit`. */
export async function upTo<T>(
  limit: number,
  page: (options: {
    readonly limit: number;
    readonly cursor: string | null;
  }) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>,
): Promise<{ readonly items: readonly T[]; readonly more: boolean }> {
  const items: T[] = [];
  for (let cursor: string | null = null; ;) {
    const read: Awaited<ReturnType<typeof page>> = await page({ limit: limit - items.length, cursor });
    items.push(...read.items);
    if (read.next === null || items.length >= limit) return { items, more: read.next !== null };
    cursor = read.next;
  }
}
