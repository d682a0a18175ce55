import { decodeJwt, errors, jwtVerify } from 'jose';
import { ConnectorError, isConnectorError } from '../connector.ts';
import type { WalletIssuer } from './issuers.ts';
import type { Verified } from './verified-tokens.ts';

/** The scope that lets a wallet approve sign-ins. */
const APPROVE_SCOPE = 'beckon:approve';
/** A wallet access token is at most this long, in characters. */
const TOKEN_LIMIT = 8192;
/** How far issuer's and our clocks may differ, in seconds. */
const CLOCK_TOLERANCE_S = 30;
/** Asymmetric only: with HMAC an issuer's public key would verify what anybody signed (RFC 8725 §3.1). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];

/**
 * Accepts only an access token (RFC 9068 `at+jwt`) that a configured issuer made for this server,
 * for approving, by one of its own wallet apps. An id_token, a third party's token and Beckon's own
 * all fail one of these.
 */
export async function authenticate(
  accessToken: string,
  issuers: ReadonlyMap<string, WalletIssuer>,
  audience: string,
  now: () => number,
): Promise<Verified> {
  const issuer = issuers.get(issuerOf(accessToken) ?? '');
  if (issuer === undefined) throw notTrusted('its issuer is not configured');
  const { payload } = await jwtVerify(accessToken, issuer.keys, {
    issuer: issuer.issuer,
    audience,
    typ: 'at+jwt',
    algorithms: ALGORITHMS,
    requiredClaims: ['exp', 'sub', 'client_id', 'scope'],
    clockTolerance: CLOCK_TOLERANCE_S,
    currentDate: new Date(now()),
  }).catch((cause: unknown) => {
    throw refusalOf(cause, issuer.issuer);
  });
  const { sub, scope, client_id: clientId, exp = 0 } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw notTrusted('it names no subject');
  if (typeof scope !== 'string' || !scope.split(' ').includes(APPROVE_SCOPE))
    throw notTrusted(`its scope lacks ${APPROVE_SCOPE}`);
  if (typeof clientId !== 'string' || !issuer.client_ids.includes(clientId))
    throw notTrusted('its client_id is not one of the wallet apps');
  return { holder: { issuer: issuer.issuer, subject: sub }, expires_at: exp * 1000 };
}

function issuerOf(accessToken: string): string | null {
  if (accessToken.length > TOKEN_LIMIT) return null;
  try {
    return decodeJwt(accessToken).iss ?? null;
  } catch {
    return null;
  }
}

function refusalOf(cause: unknown, issuer: string): ConnectorError {
  // The keys could not be had.
  if (isConnectorError(cause)) return cause;
  if (cause instanceof errors.JWTExpired) return notTrusted('it has expired');
  if (cause instanceof errors.JWTClaimValidationFailed) return notTrusted(`its ${cause.claim} is not the one expected`);
  if (cause instanceof errors.JOSEError) return notTrusted('it does not verify with the keys of its issuer');
  const name = cause instanceof Error ? cause.name : typeof cause;
  return new ConnectorError(
    'connector_unavailable',
    'the wallet issuer cannot be reached right now',
    `${issuer}: its keys are of no use (${name})`,
  );
}

function notTrusted(why: string): ConnectorError {
  return new ConnectorError('wallet_not_trusted', `the wallet access token is not accepted: ${why}`);
}
