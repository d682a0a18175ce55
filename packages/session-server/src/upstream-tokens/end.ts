import { inserting } from '../store/collection.ts';
import type { Write } from '../store/store.ts';
import { UPSTREAM_TOKENS_END } from './kinds.ts';

/** An order that no process takes up is given up after this long, in ms; the tokens themselves look again within a day. */
const ORDER_RETENTION_MS = 86_400_000;

/**
 * What is stored with a sign-in's end: its tokens are over too. Nothing waits for the provider.
 * @param tokens_id null: the sign-in has none
 * @param order of the order's own: an end that is written twice is two orders
 */
export function tokensEnd(tokens_id: string | null, order: number, now: number): readonly Write[] {
  if (tokens_id === null) return [];
  const next = { value: { tokens_id }, expires_at: now + ORDER_RETENTION_MS, due_at: now };
  return [inserting(UPSTREAM_TOKENS_END, `${tokens_id}.${order}`, next)];
}
