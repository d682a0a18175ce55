import { type Secrets, hashSecret } from '../secrets/index.ts';
import { claimsOf, type ConfirmedSession } from '../session/index.ts';
import { collectionOf, inserting } from '../store/collection.ts';
import type { Store, Write } from '../store/store.ts';
import { GRANT, type Grant, SUBJECT_END } from './kinds.ts';

/** What a confirmed session grants. */
export function grantOf(session: ConfirmedSession, secrets: Pick<Secrets, 'subject'>): Grant {
  const { identity, scope, at } = session.confirmation;
  const { connector } = session.choice;
  return {
    client_id: session.request.client_id,
    sub: secrets.subject(connector, identity.subject),
    scope,
    claims: readable(identity.claims, scope, connector),
    access_token_n: 1,
    confirmed_at: at,
    revoked_at: null,
  };
}

/** The write that makes it hold, from `now` on, `lifetime_ms` long. */
export function insertGrant(id: string, value: Grant, now: number, lifetime_ms: number): Write {
  return inserting(GRANT, id, { value, expires_at: now + lifetime_ms });
}

export async function findGrant(store: Store, id: string): Promise<Grant | null> {
  const { row } = await collectionOf(store, GRANT).get(id);
  if (row === null || row.value.revoked_at !== null) return null;
  return (await isEnded(store, row.value)) ? null : row.value;
}

/** Whether the provider has said since then that the person's session or consent is gone. */
export async function isEnded(store: Store, { sub, confirmed_at }: Grant): Promise<boolean> {
  const { row } = await collectionOf(store, SUBJECT_END).get(hashSecret(sub));
  return row !== null && confirmed_at <= row.value.at;
}

/** A code is collected and redeemed this long after its person agreed, at most: longer than any `lifetimes.scannedSeconds`, in ms. */
const REDEEMED_WITHIN_MS = 3_600_000;

/** The provider's clock and ours may differ by this much: in doubt a sign-in ends, in ms. */
const CLOCKS_DIFFER_MS = 5_000;

/**
 * Ends every grant that a person agreed to until `at`, and those of codes that are under way: the provider
 * says that their session or consent was gone then. A notice that arrives late ends nothing newer.
 * @param options.at ms since the epoch by the provider's clock; null is now. Never later than now.
 * @param options.lifetime_ms a grant's
 */
export async function endGrantsOf(
  store: Store,
  sub: string,
  { at, lifetime_ms }: { readonly at: number | null; readonly lifetime_ms: number },
): Promise<void> {
  await collectionOf(store, SUBJECT_END).update(hashSecret(sub), (row, now) => {
    const until = at === null ? now : Math.min(now, at + CLOCKS_DIFFER_MS);
    return {
      // Notices may overtake each other.
      value: { at: Math.max(until, row?.value.at ?? 0) },
      expires_at: now + REDEEMED_WITHIN_MS + lifetime_ms,
    };
  });
}

/** Ends a grant and every token of it; one that is over or revoked already stays so. */
export async function revokeGrant(store: Store, id: string): Promise<void> {
  await collectionOf(store, GRANT).update(id, (row, now) =>
    row === null || row.value.revoked_at !== null ? null : { ...row, value: { ...row.value, revoked_at: now } },
  );
}

/** The claims that the scope covers. A claim without a value is left out (OpenID Connect Core §5.3.2). */
function readable(
  claims: Readonly<Record<string, unknown>>,
  scope: readonly string[],
  connector: string,
): Record<string, unknown> {
  const names = new Set(scope.flatMap((granted) => claimsOf(granted, connector)));
  // `sub` is ours, whatever a provider says.
  names.delete('sub');
  const has = (name: string): boolean => Object.hasOwn(claims, name) && claims[name] !== null && claims[name] !== '';
  return Object.fromEntries([...names].filter(has).map((name) => [name, claims[name]]));
}
