import type { DerivedTokens } from '../secrets/index.ts';
import type { ClientDirectory } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import type { UpstreamTokensPort } from '../upstream-tokens/index.ts';
import { type BearerCall, insufficientScope, invalidToken, presentedToken } from './bearer.ts';
import { changedGrant, findAccessToken, findGrant } from './grant-row.ts';
import { OAuthError } from './oauth-error.ts';

/** The provider's access token, in the words of RFC 6749 §5.1. Its refresh token stays here. */
export interface UpstreamTokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds; left out where the provider did not say. */
  readonly expires_in?: number;
  /** Space-separated; left out where the provider did not say. */
  readonly scope?: string;
  /** Whose token it is. */
  readonly connector: string;
}

interface Dependencies {
  readonly clients: ClientDirectory;
  readonly store: Store;
  readonly tokens: DerivedTokens;
  readonly upstreamTokens: Pick<UpstreamTokensPort, 'read'>;
}

/**
 * The provider's access token of a sign-in, for the client that it is of: by an access token of that very sign-in, with
 * all of its scope, so that one that was narrowed to be handed on does not read it.
 * @throws OAuthError by RFC 6750 §3.1; `upstream_token_not_found` where there is none; `invalid_grant` where the provider
 *   gives none any more. ConnectorError where it cannot be had right now
 */
export async function upstreamToken(deps: Dependencies, call: BearerCall): Promise<UpstreamTokenResponse> {
  const { clients, store, upstreamTokens } = deps;
  const found = await findAccessToken(deps, presentedToken(call));
  if (found === null) throw invalidToken();
  const { id, grant, access_token } = found;
  const client = await clients.find(grant.client_id);
  if (client === null) throw invalidToken();
  await call.admit(client);
  if (!client.upstream_tokens) throw insufficientScope('this client is not registered with upstream_tokens');
  if (!grant.scope.every((each) => access_token.scope.includes(each))) {
    const description = 'the access token was narrowed: use one with the whole scope of the sign-in';
    throw insufficientScope(description, grant.scope.join(' '));
  }
  const read = grant.upstream === null ? ({ type: 'none' } as const) : await upstreamTokens.read(grant.upstream);
  // The sign-in may have ended while the provider was asked.
  if ((await findGrant(store, id)) === null) throw invalidToken();
  if (read.type === 'none') {
    throw new OAuthError('upstream_token_not_found', 'the identity provider issued no token with this sign-in');
  }
  if (read.type === 'over') {
    throw new OAuthError(
      'invalid_grant',
      'the identity provider gives no more tokens for this sign-in: the person must sign in again',
    );
  }
  const { tokens, connector, now } = read;
  return {
    access_token: tokens.access_token,
    token_type: tokens.token_type,
    ...(tokens.expires_at === null ? {} : { expires_in: Math.max(0, Math.floor((tokens.expires_at - now) / 1000)) }),
    ...(tokens.scope === null ? {} : { scope: tokens.scope }),
    connector,
  };
}

/** Until when a sign-in's provider's tokens are wanted, ms since the epoch; 0 where it is over, or they are another's. */
export async function upstreamTokensWantedUntil(
  { store, clients }: Pick<Dependencies, 'store' | 'clients'>,
  session_id: string,
  tokens_id: string,
): Promise<number> {
  const found = await findGrant(store, session_id);
  if (found === null || found.grant.upstream !== tokens_id) return 0;
  const client = await clients.registered(found.grant.client_id);
  // A registration may have lost the right since.
  return client?.upstream_tokens === true ? changedGrant(found.grant).expires_at : 0;
}
