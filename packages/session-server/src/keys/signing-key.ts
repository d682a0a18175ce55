import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../session/index.ts';

/**
 * RS256 and PS256: RSA with 2048 bits. ES256: P-256 (RFC 7518 §3.1). EdDSA: Ed25519 (RFC 8037 §3.1). id_tokens are never
 * signed symmetrically.
 */
export const ALGORITHMS: typeof SIGNING_ALGORITHMS = SIGNING_ALGORITHMS;
export type Algorithm = SigningAlgorithm;

/** What is known of a key, besides its numbers. */
export interface KeyFacts {
  readonly alg: Algorithm;
  /** RFC 7638 thumbprint (SHA-256, base64url). */
  readonly kid: string;
  /** 1 for an algorithm's first key; each new one adds one. */
  readonly generation: number;
  /** Ms since the epoch. */
  readonly created_at: number;
  /** From when on it signs, or signs again; ms since the epoch. Of two the one that began later signs. */
  readonly signs_from: number;
  /** When it signs no more, which may be still to come; ms since the epoch. Null where no other key takes its place. */
  readonly retired_at: number | null;
}

/** What rests; the store seals it. */
export interface SigningKey extends KeyFacts {
  readonly private_jwk: JWK;
}

/** The public half, in a row of its own: what everybody may read is read without opening a private key. */
export interface PublicKey extends KeyFacts {
  readonly public_jwk: JWK;
}

/** What may be shown of a key. Times are ms since the epoch. */
export interface SigningKeyInfo {
  readonly alg: Algorithm;
  readonly kid: string;
  /** `next`: it is published, and signs later. `retired`: it only verifies. */
  readonly state: 'signs' | 'next' | 'retired';
  readonly created_at: number;
  readonly signs_from: number;
  /** When another key takes its place, or did; null where none does. */
  readonly retired_at: number | null;
  /** When it stops being published; null where nothing takes its place. */
  readonly removed_at: number | null;
}

export async function generateSigningKey(
  alg: Algorithm,
  { generation, now, signs_from }: { readonly generation: number; readonly now: number; readonly signs_from: number },
): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { modulusLength: 2048, extractable: true });
  const private_jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(private_jwk, 'sha256');
  return { alg, kid, generation, private_jwk, created_at: now, signs_from, retired_at: null };
}

/** The public half as the JWKS shows it (RFC 7517 §4). Members are named one by one: a private one cannot slip through. */
export function publicKeyOf({ private_jwk: { kty, n, e, crv, x, y }, ...facts }: SigningKey): PublicKey {
  const common = { kty, kid: facts.kid, alg: facts.alg, use: 'sig' };
  const numbers = kty === 'RSA' ? { n, e } : kty === 'OKP' ? { crv, x } : { crv, x, y };
  return { ...facts, public_jwk: { ...common, ...numbers } as JWK };
}
