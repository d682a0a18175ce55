import { type Secrets, hashSecret } from '../secrets/index.ts';
import { claimsOf, type ConfirmedSession } from '../session/index.ts';
import type { Row, Store, Write } from '../store/store.ts';

/**
 * What a sign-in granted: the row behind its access token. Its id is the session's, so that whatever
 * comes of one code is found, and revoked, in one place. It is over when the token is.
 */
export interface Grant {
  readonly client_id: string;
  readonly sub: string;
  readonly scope: readonly string[];
  /** Only what the scope lets the client read. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The counter of the one access token that counts. */
  readonly access_token_n: number;
  /** When the person agreed, and not when the code was redeemed: what ended in between is over. Ms since the epoch. */
  readonly confirmed_at: number;
  /** Ms since the epoch; null while it holds. */
  readonly revoked_at: number | null;
}

const KIND = 'grant';

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
  const row = { id, version: 1, expires_at: now + lifetime_ms, due_at: null, value };
  return { op: 'insert', kind: KIND, row };
}

export async function findGrant(store: Store, id: string): Promise<Grant | null> {
  const row = await store.get<Grant>(KIND, id);
  if (row === null || row.value.revoked_at !== null) return null;
  return (await isEnded(store, row.value)) ? null : row.value;
}

/** Whether the provider has said since then that the person's session or consent is gone. */
export async function isEnded(store: Store, { sub, confirmed_at }: Grant): Promise<boolean> {
  const ended = await store.get<SubjectEnd>(SUBJECT_END, hashSecret(sub));
  return ended !== null && confirmed_at <= ended.value.at;
}

/** Until when whatever a person agreed to is over; what they agree to later holds. */
interface SubjectEnd {
  readonly at: number;
}
const SUBJECT_END = 'subject_end';

/** A code is collected and redeemed this long after its person agreed, at most: longer than any `lifetimes.scanned_s`, in ms. */
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
  const id = hashSecret(sub);
  for (;;) {
    const row = await store.get<SubjectEnd>(SUBJECT_END, id);
    const now = await store.now();
    const until = at === null ? now : Math.min(now, at + CLOCKS_DIFFER_MS);
    const next = {
      id,
      version: (row?.version ?? 0) + 1,
      expires_at: now + REDEEMED_WITHIN_MS + lifetime_ms,
      due_at: null,
      // Notices may overtake each other.
      value: { at: Math.max(until, row?.value.at ?? 0) },
    };
    if (await store.commit([{ op: row === null ? 'insert' : 'swap', kind: SUBJECT_END, row: next }])) return;
  }
}

/** Ends a grant and every token of it; one that is over or revoked already stays so. */
export async function revokeGrant(store: Store, id: string): Promise<void> {
  for (;;) {
    const row = await store.get<Grant>(KIND, id);
    if (row === null || row.value.revoked_at !== null) return;
    const revoked: Row<Grant> = {
      ...row,
      version: row.version + 1,
      value: { ...row.value, revoked_at: await store.now() },
    };
    if (await store.commit([{ op: 'swap', kind: KIND, row: revoked }])) return;
    // Somebody else changed it first: look again, it must end all the same.
  }
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
