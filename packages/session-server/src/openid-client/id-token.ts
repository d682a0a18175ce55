import { base64url, compactVerify, decodeProtectedHeader, errors, type JWTVerifyGetKey } from 'jose';
import type { IDToken } from 'oauth4webapi';
import { type ConnectorError, isConnectorError } from '../connectors/connector.ts';
import { asConnectorError } from './call-provider.ts';
import { type OpenIdClient, SKEW_S } from './client.ts';
import { refused } from './failures.ts';

/** Asymmetric only: with HMAC a provider's public key would verify what anybody signed (RFC 8725 §3.1). */
export const ID_TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
export type IdTokenAlgorithm = (typeof ID_TOKEN_ALGORITHMS)[number];

export interface IdToken {
  readonly subject: string;
  readonly acr: string | null;
  readonly amr: readonly string[];
  /** Unix seconds. */
  readonly auth_time: number | null;
  /** Everything that it says. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * What the library leaves of an id_token's validation (OpenID Connect Core §3.1.3.7): the subject's form, `iat` and
 * `auth_time` in the future, an `azp` that is not needed, `at_hash`, and the signature. Everything else about its
 * claims is the library's, before this is called.
 * @param claims as the library validated them
 * @param access_token that came with it
 * @param now ms since the epoch
 * @throws ConnectorError `callback_refused` unless everything is right; `connector_unavailable` or
 *   `rate_limited` when the keys cannot be had
 */
export async function assertIdToken(
  { name, authentication, keys }: OpenIdClient,
  { id_token, claims, access_token }: { id_token: string; claims: IDToken; access_token: string },
  now: number,
): Promise<IdToken> {
  const fail = (why: string): ConnectorError => refused(`${name}: id_token: ${why}`);
  const { sub, iat, azp, auth_time = null, at_hash } = claims;
  if (sub === '' || sub.length > 255) throw fail('names no subject');
  if (iat > now / 1000 + SKEW_S) throw fail('was issued in the future');
  if (azp !== undefined && azp !== authentication.client_id) throw fail('was issued for another client (azp)');
  if (auth_time !== null && auth_time > now / 1000 + SKEW_S) throw fail('auth_time is in the future');
  const { alg = '' } = decodeProtectedHeader(id_token);
  if (keys !== null)
    await verifySignature(id_token, keys, alg).catch((cause: unknown) => {
      const failed = asConnectorError(cause);
      throw isConnectorError(failed) ? failed : fail('does not verify with the keys of the provider');
    });
  if (at_hash !== undefined) {
    const hash = await leftHalfHash(alg, access_token);
    if (hash !== null && at_hash !== hash) throw fail('belongs to another access token (at_hash)');
  }
  return {
    subject: sub,
    acr: typeof claims['acr'] === 'string' ? claims['acr'].slice(0, 256) : null,
    amr: Array.isArray(claims['amr']) ? claims['amr'].filter((each) => typeof each === 'string').slice(0, 16) : [],
    auth_time,
    claims,
  };
}

/** With jose and our key set: the library keeps keys by the system's clock, and knows one key for each algorithm. */
async function verifySignature(idToken: string, keys: JWTVerifyGetKey, algorithm: string): Promise<void> {
  const options = { algorithms: [algorithm] };
  try {
    await compactVerify(idToken, keys, options);
  } catch (cause) {
    if (!(cause instanceof errors.JWKSMultipleMatchingKeys)) throw cause;
    // No `kid`, and several keys that could have signed it: any of them will do.
    for await (const key of cause) {
      try {
        await compactVerify(idToken, key, options);
        return;
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** OpenID Connect Core §3.1.3.6; null where the algorithm does not name its hash. */
async function leftHalfHash(algorithm: string, text: string): Promise<string | null> {
  const bits = /^[REP]S(256|384|512)$/.exec(algorithm)?.[1];
  if (bits === undefined) return null;
  const hash = new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(text)));
  return base64url.encode(hash.subarray(0, hash.length / 2));
}
