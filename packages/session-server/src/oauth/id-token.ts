import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Authentication } from './kinds.ts';

/**
 * An id_token's claims (OpenID Connect Core §2): who signed in, when and how, and to which client.
 * Claims about the person stay with userinfo, as §5.4 has it for the code flow, unless the client wants
 * them here as well: some libraries read no userinfo by default.
 */
export function idTokenClaims(options: {
  readonly issuer: string;
  readonly client_id: string;
  /** The grant's id, by which the client ends this sign-in, or hears of its end. */
  readonly sid: string;
  readonly authentication: Authentication;
  /** Null where the request had none, or this is no answer to it. */
  readonly nonce: string | null;
  readonly sub: string;
  /** About the person, as userinfo gives them; those of the protocol win. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly access_token: string;
  /** Ms since the epoch. */
  readonly now: number;
  readonly lifetime_s: number;
}): JWTPayload {
  const { issuer, client_id, sid, authentication, nonce, sub, claims, access_token, now, lifetime_s } = options;
  const { acr, amr, auth_time } = authentication;
  const iat = Math.floor(now / 1000);
  return {
    ...claims,
    iss: issuer,
    sub,
    aud: client_id,
    exp: iat + lifetime_s,
    iat,
    sid,
    at_hash: leftHalfHash(access_token),
    // Only the provider knows: when the person approved is not when they proved who they are.
    ...(auth_time === null ? {} : { auth_time }),
    ...(nonce === null ? {} : { nonce }),
    ...(acr === null ? {} : { acr }),
    ...(amr.length === 0 ? {} : { amr: [...amr] }),
  };
}

/** Core §3.1.3.6: the left half of the hash of the signature's size; both our algorithms use SHA-256. */
function leftHalfHash(text: string): string {
  return createHash('sha256').update(text, 'ascii').digest().subarray(0, 16).toString('base64url');
}
