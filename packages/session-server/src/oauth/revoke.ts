import type { DerivedTokens } from '../secrets/index.ts';
import type { ClientDirectory } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { authenticateClient, type EndpointCall } from './client-authentication.ts';
import { changedGrant, isOver, revokeGrant } from './grant-row.ts';
import { TOKEN_LIMIT } from './grants/grant.ts';
import { GRANT } from './kinds.ts';
import { OAuthError } from './oauth-error.ts';
import { required } from './params.ts';

/**
 * The revocation endpoint (RFC 7009). A refresh token ends with its grant and every token of that; an access token ends
 * alone, so that a page can throw away its own. A token that is unknown or over needs no revocation, and
 * `token_type_hint` is not needed: tokens say what they are.
 * @throws OAuthError also for another client's token (§2.1)
 */
export async function revoke(
  {
    clients,
    store,
    tokens,
  }: { readonly clients: ClientDirectory; readonly store: Store; readonly tokens: DerivedTokens },
  call: EndpointCall,
): Promise<void> {
  const client = await authenticateClient(call, clients);
  const text = required(call.params, 'token');
  if (text.length > TOKEN_LIMIT) return;
  const [refresh, access] = [tokens.read('rt', text), tokens.read('at', text)];
  const id = refresh?.id ?? access?.id;
  if (id === undefined) return;
  const grants = collectionOf(store, GRANT);
  const { row } = await grants.get(id);
  if (row === null || isOver(row.value)) return;
  if (row.value.client_id !== client.client_id) {
    throw new OAuthError('invalid_grant', 'token: was issued to another client');
  }
  if (refresh !== null) return revokeGrant(store, id);
  await grants.update(id, (found) => {
    if (found === null) return null;
    const left = found.value.access_tokens.filter(({ n }) => n !== access?.n);
    return left.length === found.value.access_tokens.length
      ? null
      : { ...changedGrant({ ...found.value, access_tokens: left }), expires_at: found.expires_at };
  });
}
