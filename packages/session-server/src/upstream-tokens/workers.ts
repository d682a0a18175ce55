import { RETRIES_MS, type Worker } from '../jobs/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Row } from '../store/store.ts';
import { type KeptTokens, RETENTION_MS, UPSTREAM_TOKENS, UPSTREAM_TOKENS_END } from './kinds.ts';
import type { UpstreamTokensDependencies } from './upstream-tokens.ts';

/** Whether tokens are still wanted is asked this often at least, in ms: a client may have lost the right to them. */
const LOOK_AGAIN_MS = 86_400_000;
/** A process that dies over a row gives it back after this long, in ms, … */
const LEASE_MS = 15_000;
/** … and renews its lease this often: a provider may take its time. */
const RENEW_MS = 5_000;

/** Until when the sign-in that tokens came with lasts, ms since the epoch; 0 where it is over, or they are not its own. */
export type WantedUntil = (session_id: string, tokens_id: string) => Promise<number>;

/**
 * Looks whether a sign-in still lasts, and revokes what is left of one that does not (RFC 7009): under a lease, tried
 * again for a day, and never while the tokens are renewed, so that what is revoked is the newest.
 */
export function upstreamTokenWorkers(
  deps: Pick<UpstreamTokensDependencies, 'store' | 'connectors' | 'onUnrevoked'>,
  wantedUntil: WantedUntil,
): readonly Worker[] {
  const { store, connectors } = deps;
  const kept = collectionOf(store, UPSTREAM_TOKENS);
  const ends = collectionOf(store, UPSTREAM_TOKENS_END);

  const put = async (row: Row<KeptTokens>, changes: { value?: KeptTokens; due_at: number; expires_at?: number }) => {
    // Unless it was changed meanwhile: then it is looked at again when its lease is over.
    await store.commit([kept.swapping(row, { ...row, ...changes })]);
  };

  const revoke = async (row: Row<KeptTokens>, now: number): Promise<void> => {
    const { tokens, connector, session_id, attempts } = row.value;
    const capability = connectors.get(connector)?.tokens?.revoke ?? null;
    if (tokens !== null && capability !== null) {
      try {
        await capability(tokens);
      } catch (cause) {
        deps.onUnrevoked(session_id, connector, cause);
        const wait = RETRIES_MS[attempts];
        if (wait !== undefined) {
          await put(row, { value: { ...row.value, attempts: attempts + 1 }, due_at: now + wait });
          return;
        }
      }
    }
    await kept.remove(row);
  };

  return [
    {
      kind: UPSTREAM_TOKENS.name,
      concurrency: 100,
      lease_ms: LEASE_MS,
      renew_ms: RENEW_MS,
      async handle({ id }) {
        const { row, now } = await kept.get(id);
        if (row === null) return;
        const until = await wantedUntil(row.value.session_id, id);
        if (until > now) {
          await put(row, { due_at: Math.min(until, now + LOOK_AGAIN_MS), expires_at: until + RETENTION_MS });
        } else if (row.value.renewing_until > now) {
          await put(row, { due_at: row.value.renewing_until });
        } else {
          await revoke(row, now);
        }
      },
    },
    {
      kind: UPSTREAM_TOKENS_END.name,
      concurrency: 100,
      lease_ms: LEASE_MS,
      renew_ms: null,
      async handle({ id }) {
        const { row: order } = await ends.get(id);
        if (order === null) return;
        await kept.update(order.value.tokens_id, (row, now) => row && { ...row, due_at: now });
        await ends.remove(order);
      },
    },
  ];
}
