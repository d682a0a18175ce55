import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { type ConnectorContext, ConnectorError } from '../connector.ts';
import type { ResolvedDiditOptions } from './options.ts';
import { refused, unavailable } from './upstream-call.ts';

/** Didit's and ours may differ by this, in seconds. */
const CLOCK_TOLERANCE_S = 30;
/** It was made a moment ago, for this exchange; in seconds. */
const AGE_LIMIT_S = 600;
/** Asymmetric only: with HMAC a public key would verify what anybody signed (RFC 8725 §3.1). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];
const SUBJECT_LIMIT = 255;

/** Reads an id_token that came for a nonce. @throws ConnectorError `callback_refused`, `connector_unavailable` */
export type ReadIdToken = (token: string, nonce: string) => Promise<JWTPayload & { readonly sub: string }>;

export function createIdTokenReader(options: ResolvedDiditOptions, context: ConnectorContext): ReadIdToken {
  const keys =
    options.jwks_uri === null
      ? null
      : // jose caches the set, and fetches again (at most every 30 s) when a token names an unknown `kid`.
        createRemoteJWKSet(new URL(options.jwks_uri), { [customFetch]: context.fetch });

  return async (token, nonce) => {
    const expected = { issuer: options.issuer, audience: options.client_id };
    const payload =
      keys === null
        ? unsigned(token, expected, context.now() / 1000)
        : await jwtVerify(token, keys, {
            ...expected,
            algorithms: ALGORITHMS,
            requiredClaims: ['exp', 'iat', 'sub'],
            clockTolerance: CLOCK_TOLERANCE_S,
            maxTokenAge: AGE_LIMIT_S,
            currentDate: new Date(context.now()),
          }).then(
            (verified) => verified.payload,
            (cause: unknown) => {
              throw refusalOf(cause);
            },
          );
    const { sub, azp } = payload;
    if (payload['nonce'] !== nonce) throw refused('id_token: its nonce is not the one that was sent');
    // OpenID Connect Core §3.1.3.7, steps 4 and 5.
    if (Array.isArray(payload.aud) && payload.aud.length > 1 && azp === undefined)
      throw refused('id_token: its azp is missing');
    if (azp !== undefined && azp !== options.client_id) throw refused('id_token: its azp is another client');
    if (typeof sub !== 'string' || sub === '' || sub.length > SUBJECT_LIMIT)
      throw refused('id_token: it names no subject');
    return { ...payload, sub };
  };
}

/** The same claims, for a token whose signature TLS stands for (OpenID Connect Core §3.1.3.7, step 6). */
function unsigned(
  token: string,
  expected: { readonly issuer: string; readonly audience: string },
  now: number,
): JWTPayload {
  let payload: JWTPayload;
  let alg: unknown;
  try {
    payload = decodeJwt(token);
    ({ alg } = decodeProtectedHeader(token));
  } catch {
    throw refused('id_token: it is none');
  }
  const { iss, aud, exp, iat, nbf } = payload;
  const wrong = (claim: string): ConnectorError => refused(`id_token: its ${claim} is not the one expected`);
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) throw wrong('alg');
  if (iss !== expected.issuer) throw wrong('iss');
  if (![aud].flat().includes(expected.audience)) throw wrong('aud');
  if (typeof exp !== 'number' || exp <= now - CLOCK_TOLERANCE_S) throw refused('id_token: it has expired');
  if (typeof iat !== 'number' || iat > now + CLOCK_TOLERANCE_S || iat < now - AGE_LIMIT_S - CLOCK_TOLERANCE_S)
    throw wrong('iat');
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now + CLOCK_TOLERANCE_S)) throw wrong('nbf');
  return payload;
}

function refusalOf(cause: unknown): ConnectorError {
  if (cause instanceof errors.JWTExpired) return refused('id_token: it has expired');
  if (cause instanceof errors.JWTClaimValidationFailed)
    return refused(`id_token: its ${cause.claim} is not the one expected`);
  // jose's own names for: the set could not be had, or is none. Everything else is the token's fault.
  const ofTheKeys =
    !(cause instanceof errors.JOSEError) ||
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    cause.code === 'ERR_JOSE_GENERIC';
  if (ofTheKeys)
    return unavailable(`jwks: its keys could not be had (${cause instanceof Error ? cause.name : typeof cause})`);
  return refused('id_token: it does not verify with the keys of its issuer');
}
