import { decodeJwt } from 'jose';
import { readUserinfo } from '../../openid-client/index.ts';
import type { Identity } from '../../session/index.ts';
import { ConnectorError, type ConnectorContext, type WalletHolder } from '../connector.ts';
import { fittingClaims } from '../shared/fitting-claims.ts';
import { asIssuers, type WalletIssuer } from './issuers.ts';

/** The token's own members, which say nothing of the person. */
const TOKEN_CLAIMS = new Set(
  'iss sub aud exp nbf iat jti azp client_id scope nonce at_hash acr amr auth_time cnf'.split(' '),
);

/** The person's claims: from the issuer's userinfo (OpenID Connect Core §5.3), or from its signed token. */
export async function identityOf(
  accessToken: string,
  holder: WalletHolder,
  issuers: ReadonlyMap<string, WalletIssuer>,
  context: ConnectorContext,
  id: string,
): Promise<Identity> {
  const token: Record<string, unknown> = decodeJwt(accessToken);
  const endpoint = (await issuers.get(holder.issuer)?.userinfoEndpoint()) ?? null;
  const told =
    endpoint === null
      ? token
      : await asIssuers(() => readUserinfo(context, holder.issuer, endpoint, accessToken, holder.subject, refused));
  const claims = Object.fromEntries(Object.entries(told).filter(([name]) => !TOKEN_CLAIMS.has(name)));
  return {
    // Two issuers behind one connector may use the same `sub`.
    subject: JSON.stringify([holder.issuer, holder.subject]),
    claims: fittingClaims(claims, { own: id, provider: holder.issuer, log: context.log }),
    acr: typeof token['acr'] === 'string' ? token['acr'].slice(0, 256) : null,
    amr: Array.isArray(token['amr']) ? token['amr'].filter((method) => typeof method === 'string').slice(0, 16) : [],
    auth_time: typeof token['auth_time'] === 'number' ? token['auth_time'] : null,
  };
}

/** The issuer no longer stands by a token that it signed. */
function refused(): ConnectorError {
  return new ConnectorError('wallet_not_trusted', 'the wallet access token is not accepted: its issuer refuses it');
}
