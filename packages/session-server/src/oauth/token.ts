import type { ClientDirectory } from '../session/index.ts';
import { authenticateClient, type EndpointCall } from './client-authentication.ts';
import { redeemCode } from './grants/authorization-code.ts';
import type { GrantContext, GrantHandler, TokenResponse } from './grants/grant.ts';
import { refreshTokens } from './grants/refresh-token.ts';
import { OAuthError } from './oauth-error.ts';

const GRANTS: ReadonlyMap<string, GrantHandler> = new Map([
  ['authorization_code', redeemCode],
  ['refresh_token', refreshTokens],
]);
export const GRANT_TYPES: readonly string[] = [...GRANTS.keys()];

/** The token endpoint (RFC 6749 §3.2). @throws OAuthError */
export async function token(
  context: GrantContext & { readonly clients: ClientDirectory },
  call: EndpointCall,
): Promise<TokenResponse> {
  const client = await authenticateClient(call, context.clients);
  const type = call.params.values.get('grant_type');
  if (type === undefined) throw new OAuthError('invalid_request', 'grant_type: is missing');
  const grant = GRANTS.get(type);
  if (grant === undefined) {
    throw new OAuthError('unsupported_grant_type', `grant_type: must be of ${GRANT_TYPES.join(', ')}`);
  }
  return grant(context, client, call.params);
}
