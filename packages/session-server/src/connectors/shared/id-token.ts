import { base64url, errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyResult } from 'jose';
import { sameText } from '../../secrets/index.ts';
import { ConnectorError, isConnectorError } from '../connector.ts';
import { asConnectorError } from './call-provider.ts';

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

/** What an id_token must say. */
export interface ExpectedIdToken {
  readonly issuer: string;
  readonly client_id: string;
  /** Pins how it is signed. */
  readonly algorithms: readonly IdTokenAlgorithm[];
  /** The one that was sent; null for a refreshed id_token, which need not have one. */
  readonly nonce: string | null;
  /** Seconds, as it was sent; null when it was not. Then `auth_time` must be there and recent enough. */
  readonly max_age: number | null;
  /** The access token that came with it, for `at_hash` where there is one. */
  readonly access_token: string | null;
}

export interface IdToken {
  readonly subject: string;
  readonly acr: string | null;
  readonly amr: readonly string[];
  /** Unix seconds. */
  readonly auth_time: number | null;
  /** Everything that it says. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** How far the provider's and our clocks may differ, in s. */
const SKEW_S = 30;

/**
 * Verifies an id_token (OpenID Connect Core §3.1.3.7): signature, pinned algorithm, `iss`, `aud`,
 * `azp`, `exp`, `nbf`, `iat`, `nonce`, `auth_time`, `at_hash`.
 * @param provider its name, for the operator's log
 * @param now ms since the epoch
 * @throws ConnectorError `callback_refused` unless everything is right; `connector_unavailable` or
 *   `rate_limited` when the keys cannot be had
 */
export async function verifyIdToken(
  provider: string,
  idToken: string | null,
  keys: JWTVerifyGetKey,
  expected: ExpectedIdToken,
  now: number,
): Promise<IdToken> {
  const refused = (why: string): ConnectorError =>
    new ConnectorError(
      'callback_refused',
      'the answer of the identity provider was not accepted',
      `${provider}: id_token: ${why}`,
    );
  if (idToken === null) throw refused('is missing');
  const { payload, protectedHeader } = await verifySignature(idToken, keys, expected, now).catch((cause: unknown) => {
    const failed = asConnectorError(cause);
    throw isConnectorError(failed) ? failed : refused(reasonOf(failed));
  });
  const { sub, iat, aud, azp, nonce, auth_time, at_hash } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw refused('names no subject');
  if (iat === undefined || iat > now / 1000 + SKEW_S) throw refused('was issued in the future');
  if (Array.isArray(aud) && aud.length > 1 && azp === undefined) throw refused('has several audiences and no azp');
  if (azp !== undefined && azp !== expected.client_id) throw refused('was issued for another client (azp)');
  if (expected.nonce !== null && (typeof nonce !== 'string' || !sameText(nonce, expected.nonce)))
    throw refused('has not the nonce that was sent');
  const authenticated = typeof auth_time === 'number' && Number.isFinite(auth_time) ? auth_time : null;
  if (authenticated !== null && authenticated > now / 1000 + SKEW_S) throw refused('auth_time is in the future');
  if (expected.max_age !== null && (authenticated === null || authenticated + expected.max_age + SKEW_S < now / 1000))
    throw refused('the person signed in there too long ago (auth_time)');
  if (at_hash !== undefined && expected.access_token !== null) {
    const hash = await leftHalfHash(protectedHeader.alg, expected.access_token);
    if (hash !== null && at_hash !== hash) throw refused('belongs to another access token (at_hash)');
  }
  return {
    subject: sub,
    acr: typeof payload['acr'] === 'string' ? payload['acr'].slice(0, 256) : null,
    amr: Array.isArray(payload['amr']) ? payload['amr'].filter((each) => typeof each === 'string').slice(0, 16) : [],
    auth_time: authenticated,
    claims: payload,
  };
}

async function verifySignature(
  idToken: string,
  keys: JWTVerifyGetKey,
  expected: ExpectedIdToken,
  now: number,
): Promise<JWTVerifyResult> {
  const options = {
    issuer: expected.issuer,
    audience: expected.client_id,
    algorithms: [...expected.algorithms],
    requiredClaims: ['iss', 'aud', 'sub', 'exp', 'iat'],
    clockTolerance: SKEW_S,
    currentDate: new Date(now),
  };
  try {
    return await jwtVerify(idToken, keys, options);
  } catch (cause) {
    if (!(cause instanceof errors.JWKSMultipleMatchingKeys)) throw cause;
    // No `kid`, and several keys that could have signed it: any of them will do.
    for await (const key of cause) {
      try {
        return await jwtVerify(idToken, key, options);
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof errors.JWTExpired) return 'has expired';
  if (cause instanceof errors.JWTClaimValidationFailed) return `its ${cause.claim} is not the one expected`;
  if (cause instanceof errors.JOSEAlgNotAllowed) return 'is signed with another algorithm';
  if (cause instanceof errors.JWKSNoMatchingKey) return 'is signed with no key of the provider';
  return 'does not verify with the keys of the provider';
}

/** OpenID Connect Core §3.1.3.6; null where the algorithm does not name its hash. */
async function leftHalfHash(algorithm: string, text: string): Promise<string | null> {
  const bits = /^[REP]S(256|384|512)$/.exec(algorithm)?.[1];
  if (bits === undefined) return null;
  const hash = new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(text)));
  return base64url.encode(hash.subarray(0, hash.length / 2));
}
