import { createHash } from 'node:crypto';
import { customRandom } from 'nanoid';
import type { Citizen } from './citizens.ts';

/** An authorization request that was pushed and whose signature is good. */
export interface PushedRequest {
  readonly redirectUri: string;
  readonly scope: readonly string[];
  readonly state: string;
  readonly nonce: string;
  readonly challenge: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

export interface Grant {
  readonly citizen: Citizen;
  readonly scope: readonly string[];
}
export interface Code extends Grant {
  readonly request: PushedRequest;
  /** Unix seconds. */
  readonly authTime: number;
}
export interface RefreshToken extends Grant {
  readonly authTime: number;
}

/** A pushed request is good for this long, in s. */
export const REQUEST_LIFETIME_S = 300;
/** Access tokens, in s. */
export const TOKEN_LIFETIME_S = 3600;
/** KRDPASS does not say how long codes live; ours live a minute, in ms. */
const CODE_LIFETIME_MS = 60_000;
/** Nor how long refresh tokens do; ours live a day, in ms. */
const REFRESH_LIFETIME_MS = 86_400_000;
/** At most this many of each are kept; the oldest go first. */
const LIMIT = 1000;

/** Things that are found by an unguessable name until their time is over. */
export interface Expiring<T> {
  add(value: T): string;
  get(key: string): T | null;
  /** As `get`, once only. */
  take(key: string): T | null;
  remove(key: string): void;
}

export interface Records {
  readonly requests: Expiring<PushedRequest>;
  readonly codes: Expiring<Code>;
  readonly accessTokens: Expiring<Grant>;
  readonly refreshTokens: Expiring<RefreshToken>;
  /** Whether a request object's `jti` is new. */
  firstUse(jti: string): boolean;
}

export function createRecords(now: () => number, random: (bytes: number) => Uint8Array): Records {
  // 32 letters to the power of 26 are 130 bit.
  const secret = customRandom('abcdefghijklmnopqrstuvwxyz234567', 26, random);

  function expiring<T>(lifetime_ms: number): Expiring<T> {
    const all = new Map<string, { readonly value: T; readonly until: number }>();
    const get = (key: string): T | null => {
      const found = all.get(key);
      return found === undefined || found.until <= now() ? null : found.value;
    };
    return {
      add(value) {
        const key = secret();
        all.set(key, { value, until: now() + lifetime_ms });
        const [oldest] = all.keys();
        if (all.size > LIMIT && oldest !== undefined) all.delete(oldest);
        return key;
      },
      get,
      take(key) {
        const found = get(key);
        all.delete(key);
        return found;
      },
      remove: (key) => void all.delete(key),
    };
  }

  const seen = new Set<string>();
  return {
    requests: expiring(REQUEST_LIFETIME_S * 1000),
    codes: expiring(CODE_LIFETIME_MS),
    accessTokens: expiring(TOKEN_LIFETIME_S * 1000),
    refreshTokens: expiring(REFRESH_LIFETIME_MS),
    firstUse(jti) {
      const known = seen.has(jti);
      seen.add(jti);
      const [oldest] = seen;
      if (seen.size > LIMIT && oldest !== undefined) seen.delete(oldest);
      return !known;
    },
  };
}

/** RFC 7636 §4.6. */
export function isVerifier(verifier: string, challenge: string): boolean {
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
