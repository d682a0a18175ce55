import type { DerivedTokens } from '../secrets/index.ts';
import type { ClientDirectory } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { tokensEnd } from '../upstream-tokens/index.ts';
import { authenticateClient, type EndpointCall } from './client-authentication.ts';
import { isOver, revoked } from './grant-row.ts';
import { TOKEN_LIMIT } from './grants/grant.ts';
import { GRANT } from './kinds.ts';
import { OAuthError } from './oauth-error.ts';
import { type Telling, telling } from './telling.ts';
import { endedNews } from './webhook-news.ts';
import { required } from './params.ts';

/**
 * The revocation endpoint (RFC 7009). A refresh token ends with its grant and every token of that; an access token ends
 * alone, so that a page can throw away its own. A token that is unknown or over needs no revocation, and
 * `token_type_hint` is not needed: tokens say what they are.
 * @throws OAuthError also for another client's token (§2.1)
 */
export async function revoke(
  deps: Telling & { readonly clients: ClientDirectory; readonly store: Store; readonly tokens: DerivedTokens },
  call: EndpointCall,
): Promise<void> {
  const { clients, store, tokens } = deps;
  const client = await authenticateClient(call, clients);
  const text = required(call.params, 'token');
  if (text.length > TOKEN_LIMIT) return;
  const [refresh, access] = [tokens.read('rt', text), tokens.read('at', text)];
  const id = refresh?.id ?? access?.id;
  if (id === undefined) return;
  await collectionOf(store, GRANT).update(id, (row, now) => {
    if (row === null || isOver(row.value)) return null;
    if (row.value.client_id !== client.client_id) {
      throw new OAuthError('invalid_grant', 'token: was issued to another client');
    }
    const told = telling(
      deps,
      id,
      row.value,
      { type: 'token.revoked', data: { token: refresh === null ? 'access' : 'refresh' } },
      now,
    );
    if (refresh !== null)
      return revoked(row, now, [...told, ...endedNews(client, id, row.value, 'token_revoked', false, now)]);
    const { access_tokens } = row.value;
    const left = access_tokens.filter(({ n }) => n !== access?.n);
    if (left.length === access_tokens.length) return null;
    const { upstream, refresh: rest } = row.value;
    // With its last token a sign-in is as good as over: the provider's are of use to no one.
    const also = left.length === 0 && rest === null ? tokensEnd(upstream, row.version, now) : [];
    return { value: { ...row.value, access_tokens: left }, expires_at: row.expires_at, also: [...also, ...told] };
  });
}
