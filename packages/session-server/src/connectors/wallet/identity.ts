import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Identity } from '../../session/index.ts';
import { ConnectorError, type ConnectorContext, type WalletHolder } from '../connector.ts';
import type { WalletIssuer } from './issuers.ts';

const claimsSchema = z.record(z.string().max(128), z.unknown());
/** The token's own members, which say nothing of the person. */
const TOKEN_CLAIMS = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'azp',
  'client_id',
  'scope',
  'nonce',
  'at_hash',
  'acr',
  'amr',
  'auth_time',
  'cnf',
]);

/** The person's claims: from the issuer's userinfo (OpenID Connect Core §5.3), or from its signed token. */
export async function identityOf(
  accessToken: string,
  holder: WalletHolder,
  issuers: ReadonlyMap<string, WalletIssuer>,
  context: ConnectorContext,
): Promise<Identity> {
  const token: Record<string, unknown> = decodeJwt(accessToken);
  const endpoint = (await issuers.get(holder.issuer)?.userinfoEndpoint()) ?? null;
  const claims = endpoint === null ? token : await userinfo(endpoint, accessToken, holder, context);
  return {
    // Two issuers behind one connector may use the same `sub`.
    subject: JSON.stringify([holder.issuer, holder.subject]),
    claims: Object.fromEntries(Object.entries(claims).filter(([name]) => !TOKEN_CLAIMS.has(name))),
    acr: typeof token['acr'] === 'string' ? token['acr'] : null,
    amr: Array.isArray(token['amr']) ? token['amr'].filter((method) => typeof method === 'string') : [],
    auth_time: typeof token['auth_time'] === 'number' ? token['auth_time'] : null,
  };
}

async function userinfo(
  endpoint: string,
  accessToken: string,
  holder: WalletHolder,
  context: ConnectorContext,
): Promise<Record<string, unknown>> {
  const unavailable = (detail: string): ConnectorError =>
    new ConnectorError(
      'connector_unavailable',
      'the wallet issuer cannot be reached right now',
      `${holder.issuer}: userinfo ${detail}`,
    );
  try {
    const response = await context.fetch(endpoint, {
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    });
    if (response.status === 401)
      throw new ConnectorError('wallet_not_trusted', 'the wallet access token is not accepted: its issuer refuses it');
    if (!response.ok) throw unavailable(`answered ${response.status}`);
    const claims = claimsSchema.parse(await response.json());
    // Core §5.3.2: an answer about somebody else must not be used.
    if (claims['sub'] !== holder.subject) throw unavailable('is about another subject');
    return claims;
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    throw unavailable(`failed (${cause instanceof Error ? cause.name : typeof cause})`);
  }
}
