import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Client } from '../session/index.ts';
import type { Authentication } from './kinds.ts';

/**
 * An id_token's claims (OpenID Connect Core §2): who signed in, when and how, and to which client.
 * Claims about the person stay with userinfo, as §5.4 has it for the code flow, unless the client wants
 * them here as well: some libraries read no userinfo by default.
 */
export function idTokenClaims(options: {
  readonly issuer: string;
  readonly client: Client;
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
}): JWTPayload {
  const { issuer, client, sid, authentication, nonce, sub, claims, access_token, now } = options;
  const { acr, amr, auth_time } = authentication;
  const iat = Math.floor(now / 1000);
  return {
    ...claims,
    iss: issuer,
    sub,
    aud: client.client_id,
    exp: iat + client.id_token_lifetime,
    iat,
    sid,
    at_hash: leftHalfHash(access_token, client.id_token_signed_response_alg),
    // Only the provider knows: when the person approved is not when they proved who they are.
    ...(auth_time === null ? {} : { auth_time }),
    ...(nonce === null ? {} : { nonce }),
    ...(acr === null ? {} : { acr }),
    ...(amr.length === 0 ? {} : { amr: [...amr] }),
  };
}

/** Core §3.1.3.6: the left half of the hash that the signature is made with; Ed25519's is SHA-512 (RFC 8032 §5.1). */
function leftHalfHash(text: string, alg: Client['id_token_signed_response_alg']): string {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(text, 'ascii')
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
