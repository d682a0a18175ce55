import { customRandom } from 'nanoid';
import type { Person } from '../people.ts';

/** A request to the authorize endpoint that was found good. */
export interface Authorization {
  readonly redirectUri: string;
  readonly scope: readonly string[];
  readonly state: string | null;
  readonly nonce: string | null;
  readonly challenge: string;
  readonly loginHint: string | null;
}

/** What one approval leads to: ended as a whole when a code or a refresh token is used twice. */
export interface Grant {
  readonly id: string;
  readonly authorization: Authorization;
  readonly person: Person;
  /** Ms since the epoch. */
  readonly authenticatedAt: number;
  revoked: boolean;
}

export const ACCESS_LIFETIME_S = 900;
const CODE_LIFETIME_MS = 60_000;
const TRANSACTION_LIFETIME_MS = 5 * 60_000;
const REFRESH_LIFETIME_MS = 86_400_000;
/** At most this many of each are kept; the oldest go first. */
const LIMIT = 1000;

interface Kept<T> {
  readonly value: T;
  readonly until: number;
  used: boolean;
}

export interface Records {
  begin(authorization: Authorization): string;
  /** Null when unknown or over. */
  transaction(id: string): Authorization | null;
  /** Ends a transaction; true for the first only. */
  end(id: string): boolean;
  code(authorization: Authorization, person: Person): string;
  /** Null when unknown, too old or used before; then whatever came of it ends too. */
  redeem(code: string): Grant | null;
  accessToken(grant: Grant): string;
  refreshToken(grant: Grant): string;
  bearer(accessToken: string): Grant | null;
  /** A refresh token is good once: a second use ends everything of its grant. */
  refresh(refreshToken: string): Grant | null;
  /** Either kind of token; a refresh token takes its grant along. */
  revoke(token: string): void;
  /** The person takes the consent back, everywhere. */
  revokeAll(person: Person): void;
  signIn(person: Person): string;
  signedIn(session: string): Person | null;
  signOut(session: string): void;
}

export function createRecords(
  now: () => number,
  random: (bytes: number) => Uint8Array,
  prefixes: { readonly code: string; readonly access: string; readonly refresh: string },
): Records {
  // 32 letters to the power of 26 are 130 bit.
  const secret = customRandom('abcdefghijklmnopqrstuvwxyz234567', 26, random);
  const transactions = new Map<string, Kept<Authorization>>();
  const codes = new Map<string, Kept<Grant>>();
  const accessTokens = new Map<string, Kept<Grant>>();
  const refreshTokens = new Map<string, Kept<Grant>>();
  const sessions = new Map<string, Kept<Person>>();
  const grants = new Map<string, Grant>();

  const keep = <T>(all: Map<string, Kept<T>>, key: string, value: T, lifetime: number): string => {
    all.set(key, { value, until: now() + lifetime, used: false });
    const [oldest] = all.keys();
    if (all.size > LIMIT && oldest !== undefined) all.delete(oldest);
    return key;
  };
  const living = <T>(all: Map<string, Kept<T>>, key: string): Kept<T> | null => {
    const found = all.get(key);
    return found === undefined || found.until <= now() ? null : found;
  };
  const once = (all: Map<string, Kept<Grant>>, key: string): Grant | null => {
    const found = living(all, key);
    if (found === null || found.value.revoked) return null;
    if (found.used) found.value.revoked = true;
    else {
      found.used = true;
      return found.value;
    }
    return null;
  };

  return {
    begin: (authorization) => keep(transactions, secret(), authorization, TRANSACTION_LIFETIME_MS),
    transaction(id) {
      const found = living(transactions, id);
      return found === null || found.used ? null : found.value;
    },
    end(id) {
      const found = living(transactions, id);
      if (found === null || found.used) return false;
      found.used = true;
      return true;
    },
    code(authorization, person) {
      const grant = { id: secret(), authorization, person, authenticatedAt: now(), revoked: false };
      grants.set(grant.id, grant);
      const [oldest] = grants.keys();
      if (grants.size > LIMIT && oldest !== undefined) grants.delete(oldest);
      return keep(codes, prefixes.code + secret(), grant, CODE_LIFETIME_MS);
    },
    redeem: (code) => once(codes, code),
    accessToken: (grant) => keep(accessTokens, prefixes.access + secret(), grant, ACCESS_LIFETIME_S * 1000),
    refreshToken: (grant) => keep(refreshTokens, prefixes.refresh + secret(), grant, REFRESH_LIFETIME_MS),
    bearer(token) {
      const found = living(accessTokens, token);
      return found === null || found.value.revoked ? null : found.value;
    },
    refresh: (token) => once(refreshTokens, token),
    revoke(token) {
      const family = refreshTokens.get(token);
      if (family !== undefined) family.value.revoked = true;
      accessTokens.delete(token);
    },
    revokeAll(person) {
      for (const grant of grants.values()) if (grant.person.id === person.id) grant.revoked = true;
    },
    signIn: (person) => keep(sessions, secret(), person, REFRESH_LIFETIME_MS),
    signedIn: (session) => living(sessions, session)?.value ?? null,
    signOut: (session) => void sessions.delete(session),
  };
}
