import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import { createKeySet } from '../../outbound/index.ts';
import { sameText } from '../../secrets/index.ts';
import type { ConnectorContext } from '../connector.ts';
import { type ExpectedIdToken, ID_TOKEN_ALGORITHMS, type IdToken, verifyIdToken } from '../shared/id-token.ts';
import type { ResolvedDiditOptions } from './options.ts';
import { refused } from './refused.ts';

/** Didit's clock and ours may differ by this, in seconds. */
const SKEW_S = 30;

/** @throws ConnectorError `callback_refused`; `connector_unavailable`, `rate_limited` when the keys cannot be had */
export type ReadIdToken = (token: string, nonce: string, access_token: string) => Promise<IdToken>;

export function createIdTokenReader(options: ResolvedDiditOptions, context: ConnectorContext): ReadIdToken {
  const uri = options.jwks_uri;
  const keys = uri === null ? null : createKeySet(context, 'Didit', () => Promise.resolve(uri));
  return async (token, nonce, access_token) => {
    const expected = {
      issuer: options.issuer,
      client_id: options.client.client_id,
      algorithms: ID_TOKEN_ALGORITHMS,
      nonce,
      max_age: null,
      access_token,
    };
    if (keys === null) return readUnsigned(token, expected, context.now() / 1000);
    return verifyIdToken('Didit', token, keys, expected, context.now());
  };
}

/**
 * For an id_token that came straight from the token endpoint, and keys that nobody has named: TLS
 * stands for the signature (OpenID Connect Core §3.1.3.7, step 6), and its claims are checked all the same.
 */
function readUnsigned(token: string, expected: ExpectedIdToken, now: number): IdToken {
  let payload: JWTPayload;
  let alg: unknown;
  try {
    payload = decodeJwt(token);
    ({ alg } = decodeProtectedHeader(token));
  } catch {
    throw refused('Didit: id_token: is none');
  }
  const { iss, aud, azp, exp, iat, nbf, nonce, sub, auth_time } = payload;
  const wrong: readonly (readonly [boolean, string])[] = [
    [!expected.algorithms.some((known) => known === alg), 'is not signed with a public key'],
    [iss !== expected.issuer, 'its iss is not the one expected'],
    [![aud].flat().includes(expected.client_id), 'its aud is not the one expected'],
    [azp !== undefined && azp !== expected.client_id, 'was issued for another client (azp)'],
    [typeof exp !== 'number' || exp <= now - SKEW_S, 'has expired'],
    [typeof iat !== 'number' || iat > now + SKEW_S, 'was issued in the future'],
    [nbf !== undefined && (typeof nbf !== 'number' || nbf > now + SKEW_S), 'is not valid yet'],
    [typeof nonce !== 'string' || !sameText(nonce, expected.nonce ?? ''), 'has not the nonce that was sent'],
    [typeof sub !== 'string' || sub === '' || sub.length > 255, 'names no subject'],
  ];
  const why = wrong.find(([is]) => is)?.[1];
  if (why !== undefined) throw refused(`Didit: id_token: ${why}`);
  return {
    subject: sub ?? '',
    acr: typeof payload['acr'] === 'string' ? payload['acr'].slice(0, 256) : null,
    amr: Array.isArray(payload['amr']) ? payload['amr'].filter((each) => typeof each === 'string').slice(0, 16) : [],
    auth_time: typeof auth_time === 'number' && Number.isFinite(auth_time) ? auth_time : null,
    claims: payload,
  };
}
