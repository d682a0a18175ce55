import type { Client } from '../../session/index.ts';
import { encryptedFor } from '../encrypt.ts';
import { idTokenClaims } from '../id-token.ts';
import type { AccessToken, Grant } from '../kinds.ts';
import type { GrantContext, TokenResponse } from './grant.ts';

/** What of a grant is given now. */
export interface Issue {
  /** The grant's id. */
  readonly id: string;
  readonly grant: Grant;
  readonly access_token: AccessToken;
  /** Of the authorization request; null where an id_token is refreshed (OpenID Connect Core §12.2). */
  readonly nonce: string | null;
  /** Ms since the epoch, by the store's clock. */
  readonly now: number;
}

/** The tokens themselves (RFC 6749 §5.1): made anew from what the grant's row says, so the same ones can be given again. */
export async function issueTokens(
  { tokens, keys, issuer }: Pick<GrantContext, 'tokens' | 'keys' | 'issuer'>,
  client: Client,
  { id, grant, access_token: { n, scope, expires_at }, nonce, now }: Issue,
): Promise<TokenResponse> {
  const access_token = tokens.make('at', { id, n });
  const response = {
    access_token,
    token_type: 'Bearer',
    expires_in: expires_at === null ? client.access_token_lifetime : Math.ceil((expires_at - now) / 1000),
    scope: scope.join(' '),
    ...(grant.refresh === null ? {} : { refresh_token: tokens.make('rt', { id, n: grant.refresh.n }) }),
  } as const;
  if (!scope.includes('openid')) return response;
  const claims = idTokenClaims({
    issuer,
    client,
    sub: grant.sub,
    sid: id,
    authentication: grant.authentication,
    nonce,
    claims: { ...(client.id_token_claims ? grant.claims : {}), ...grant.id_token_claims },
    access_token,
    now,
  });
  const id_token = await keys.sign(client.id_token_signed_response_alg, claims);
  return { ...response, id_token: await encryptedFor(client.id_token_encrypted_response, id_token) };
}
