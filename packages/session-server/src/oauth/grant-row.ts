import { isDeepStrictEqual } from 'node:util';
import { type DerivedTokens, personOf, type Secrets } from '../secrets/index.ts';
import { agreedClaims, type AskedClaim, claimsOf, type Client, type ConfirmedSession } from '../session/index.ts';
import { type Next, collectionOf, inserting } from '../store/collection.ts';
import type { At, Row, Store, Write } from '../store/store.ts';
import { TOKEN_LIMIT } from './grants/grant.ts';
import { tokensEnd } from '../upstream-tokens/index.ts';
import { sectorOf } from './sectors.ts';
import { type AccessToken, GRANT, type Grant, type RefreshToken, SUBJECT_END } from './kinds.ts';

/** How many access tokens of a grant count at a time: one more, and the oldest ends. */
const ACCESS_TOKENS = 10;

/** What a confirmed session grants, from `now` on. */
export function grantOf(
  session: ConfirmedSession,
  client: Client,
  secrets: Pick<Secrets, 'subject'>,
  now: number,
): Grant {
  const { request, choice, confirmation } = session;
  const { identity, scope, at } = confirmation;
  const { acr, amr, auth_time } = identity;
  const { connector } = choice;
  const common = secrets.subject(connector, identity.subject);
  return {
    client_id: request.client_id,
    sub: client.subject_type === 'pairwise' ? secrets.subject(connector, identity.subject, sectorOf(client)) : common,
    person: personOf(common),
    scope,
    asked: request.asked_scope ?? request.scope,
    ...givenClaims(session),
    authentication: { acr, amr, auth_time },
    access_tokens: [accessToken(1, client, scope, now)],
    provider_session:
      confirmation.provider_session === undefined ? null : { connector, ...confirmation.provider_session },
    // Its registration may have lost the right since the sign-in began.
    upstream: client.upstream_tokens ? (confirmation.tokens_id ?? null) : null,
    refresh: scope.includes('offline_access') ? firstRefreshToken(client, now) : null,
    confirmed_at: at,
    revoked_at: null,
  };
}

function accessToken(n: number, client: Client, scope: readonly string[], now: number): AccessToken {
  return { n, scope, issued_at: now, expires_at: now + client.access_token_lifetime * 1000 };
}

function firstRefreshToken(client: Client, now: number): RefreshToken {
  const until = now + client.refresh_token_lifetime * 1000;
  return { n: 1, rotated_at: null, idle_until: idleUntil(client, until, now), until };
}

/** The one that takes the place of `before`. */
export function nextRefreshToken({ n, until }: RefreshToken, client: Client, now: number): RefreshToken {
  return { n: n + 1, rotated_at: now, idle_until: idleUntil(client, until, now), until };
}

function idleUntil(client: Client, until: number, now: number): number {
  return Math.min(until, now + client.refresh_token_idle_lifetime * 1000);
}

/** One more access token. Those that are over are forgotten. */
export function withAccessToken(
  grant: Grant,
  client: Client,
  scope: readonly string[],
  now: number,
): { readonly grant: Grant; readonly access_token: AccessToken } {
  const { access_tokens } = grant;
  const access_token = accessToken((access_tokens.at(-1)?.n ?? 0) + 1, client, scope, now);
  const others = access_tokens.filter((each) => isAlive(each, now)).slice(1 - ACCESS_TOKENS);
  return { grant: { ...grant, access_tokens: [...others, access_token] }, access_token };
}

/** The write that makes it hold. */
export function insertGrant(id: string, value: Grant): Write {
  return inserting(GRANT, id, changedGrant(value));
}

/** What its row is to be: it is over when the last of its tokens is. */
export function changedGrant(value: Grant): Next<Grant> {
  const ends = value.access_tokens.map(({ expires_at }) => expires_at ?? 0);
  return { value, expires_at: Math.max(value.refresh?.idle_until ?? 0, ...ends) };
}

/** The access token that `text` is; null where it is none, over or revoked. */
export async function findAccessToken(
  { store, tokens }: { readonly store: Store; readonly tokens: DerivedTokens },
  text: string,
): Promise<{ readonly id: string; readonly grant: Grant; readonly access_token: AccessToken } | null> {
  const token = text.length > TOKEN_LIMIT ? null : tokens.read('at', text);
  const found = token === null ? null : await findGrant(store, token.id);
  if (token === null || found === null) return null;
  const { grant, now } = found;
  const access_token = grant.access_tokens.find((each) => each.n === token.n && isAlive(each, now));
  return access_token === undefined ? null : { id: token.id, grant, access_token };
}

/** The grant, and when it was read; null where there is none, or it is revoked or ended. */
export async function findGrant(store: Store, id: string): Promise<(At & { readonly grant: Grant }) | null> {
  const { row, now } = await collectionOf(store, GRANT).get(id);
  if (row === null || isOver(row.value) || (await isEnded(store, row.value))) return null;
  return { grant: row.value, now };
}

/** The grant of the refresh token that `text` is; null where it is none, replaced, over or revoked. */
export async function findRefreshToken(
  { store, tokens }: { readonly store: Store; readonly tokens: DerivedTokens },
  text: string,
): Promise<(Grant & { readonly refresh: RefreshToken }) | null> {
  const token = text.length > TOKEN_LIMIT ? null : tokens.read('rt', text);
  const found = token === null ? null : await findGrant(store, token.id);
  const refresh = found?.grant.refresh ?? null;
  if (found === null || refresh === null || refresh.n !== token?.n || found.now >= refresh.idle_until) return null;
  return { ...found.grant, refresh };
}

function isAlive({ expires_at }: AccessToken, now: number): boolean {
  return expires_at === null || now < expires_at;
}

export function isOver({ revoked_at }: Grant): boolean {
  return revoked_at !== null;
}

/** Whether the provider has said since then that the person's session or consent is gone. */
export async function isEnded(store: Store, { person, confirmed_at }: Grant): Promise<boolean> {
  const { row } = await collectionOf(store, SUBJECT_END).get(person);
  return row !== null && confirmed_at <= row.value.at;
}

/** A code is collected and redeemed this long after its person agreed, at most: longer than any `lifetimes.scannedSeconds`, in ms. */
const REDEEMED_WITHIN_MS = 3_600_000;
/** No grant lasts longer: the most that `refresh_token_lifetime` can be, in ms. */
const LONGEST_GRANT_MS = 400 * 86_400_000;

/** The provider's clock and ours may differ by this much: in doubt a sign-in ends, in ms. */
const CLOCKS_DIFFER_MS = 5_000;

/**
 * Ends every grant that a person agreed to until `at`, and those of codes that are under way: the provider
 * says that their session or consent was gone then. A notice that arrives late ends nothing newer.
 * @param at ms since the epoch by the provider's clock; null is now. Never later than now.
 * @param beside what is stored in the same commit; in the partition of `person`
 * @returns when, by the store's clock
 */
export async function endGrantsOf(
  store: Store,
  person: string,
  at: number | null,
  beside: (now: number) => readonly Write[] = () => [],
): Promise<number> {
  const ended = await collectionOf(store, SUBJECT_END).update(person, (row, now) => {
    const until = at === null ? now : Math.min(now, at + CLOCKS_DIFFER_MS);
    return {
      // Notices may overtake each other.
      value: { at: Math.max(until, row?.value.at ?? 0) },
      expires_at: now + REDEEMED_WITHIN_MS + LONGEST_GRANT_MS,
      also: beside(now),
    };
  });
  return ended.now;
}

/** What its row is to be once the grant and every token of it have ended, and what is owed to the provider then. */
export function revoked(
  { value, version, expires_at }: Row<Grant>,
  now: number,
  /** What else is stored in the same commit. */
  beside: readonly Write[] = [],
): Next<Grant> & { also: readonly Write[] } {
  const also = [...tokensEnd(value.upstream, version, now), ...beside];
  return { value: { ...value, revoked_at: now }, expires_at, also };
}

/** Ends a grant and every token of it; one that is over or revoked already stays so. */
export async function revokeGrant(
  store: Store,
  id: string,
  beside: (grant: Grant, now: number) => readonly Write[],
): Promise<void> {
  await collectionOf(store, GRANT).update(id, (row, now) =>
    row === null || isOver(row.value) ? null : revoked(row, now, beside(row.value, now)),
  );
}

/** The claims for each of the two places. One without a value is left out (OpenID Connect Core §5.3.2). */
function givenClaims({ request, choice, confirmation }: ConfirmedSession): Pick<Grant, 'claims' | 'id_token_claims'> {
  const { identity, scope, claims_scope = [] } = confirmation;
  const { connector } = choice;
  const byScope = readable(identity.claims, new Set(scope.flatMap((granted) => claimsOf(granted, connector))));
  if (request.claims === undefined) return { claims: byScope };
  const { acr, amr, auth_time } = identity;
  const agreed = readable(identity.claims, agreedClaims(request, scope, claims_scope, connector));
  const known = { ...agreed, acr, auth_time, ...(amr.length === 0 ? {} : { amr }) };
  const id_token_claims = asAsked(agreed, request.claims.id_token);
  return {
    claims: { ...byScope, ...asAsked(known, request.claims.userinfo) },
    ...(Object.keys(id_token_claims).length === 0 ? {} : { id_token_claims }),
  };
}

/** What is known of the claims that were asked for; with another value than was asked for it is left out (§5.5.1). */
function asAsked(claims: Readonly<Record<string, unknown>>, asked: readonly AskedClaim[]): Record<string, unknown> {
  const isRight = ({ name, values }: AskedClaim): boolean =>
    hasValue(claims, name) && (values === null || values.some((value) => isDeepStrictEqual(value, claims[name])));
  return Object.fromEntries(asked.filter(isRight).map(({ name }) => [name, claims[name]]));
}

function readable(claims: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> {
  // `sub` is ours, whatever a provider says.
  const kept = [...names].filter((name) => name !== 'sub' && hasValue(claims, name));
  return Object.fromEntries(kept.map((name) => [name, claims[name]]));
}

function hasValue(claims: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(claims, name) && claims[name] !== null && claims[name] !== '';
}
