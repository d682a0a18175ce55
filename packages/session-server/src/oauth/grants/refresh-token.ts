import type { Client } from '../../session/index.ts';
import { collectionOf } from '../../store/collection.ts';
import { changedGrant, isEnded, isOver, nextRefreshToken, revoked, withAccessToken } from '../grant-row.ts';
import { type AccessToken, GRANT, type Grant } from '../kinds.ts';
import { OAuthError } from '../oauth-error.ts';
import { type Params, required } from '../params.ts';
import { narrowed } from '../scope.ts';
import { telling } from '../telling.ts';
import { endedNews } from '../webhook-news.ts';
import { TOKEN_LIMIT, type GrantContext, type TokenResponse } from './grant.ts';
import { issueTokens } from './issue.ts';

/** A client whose answer got lost may ask again with the token that it has, this long, in ms. */
const RETRY_WITHIN_MS = 10_000;

/** What became of the refresh token that was presented. */
type Outcome =
  /** A new one took its place, in this call or a moment ago in another. */
  | { readonly kind: 'issued'; readonly grant: Grant; readonly access_token: AccessToken; readonly now: number }
  /** It had been replaced: it leaked, or its successor did. */
  | { readonly kind: 'replayed' }
  | { readonly kind: 'invalid' };

/**
 * `grant_type=refresh_token` (RFC 6749 §6). Each use replaces the token (RFC 9700 §4.14.2). Of any number of parallel
 * calls one rotates, and the others are given what that one made. A token that was replaced more than 10 s ago ends the
 * grant, and with it every token of it.
 * @throws OAuthError
 */
export async function refreshTokens(context: GrantContext, client: Client, params: Params): Promise<TokenResponse> {
  const { store, tokens } = context;
  const text = required(params, 'refresh_token');
  const token = text.length > TOKEN_LIMIT ? null : tokens.read('rt', text);
  if (token === null) throw invalidToken();
  const scope = params.values.get('scope') ?? null;

  let outcome: Outcome = { kind: 'invalid' };
  await collectionOf(store, GRANT).update(token.id, (row, now) => {
    outcome = { kind: 'invalid' };
    if (row === null || row.value.client_id !== client.client_id || isOver(row.value)) return null;
    const { refresh } = row.value;
    if (refresh === null || now >= refresh.idle_until || token.n > refresh.n) return null;
    const isRetry = token.n === refresh.n - 1 && now - (refresh.rotated_at ?? 0) <= RETRY_WITHIN_MS;
    if (token.n < refresh.n && !isRetry) {
      outcome = { kind: 'replayed' };
      return revoked(row, now, [
        ...telling(context, token.id, row.value, { type: 'token.replayed' }, now),
        ...endedNews(client, token.id, row.value, 'replayed', false, now),
      ]);
    }
    // Refused before anything changes: the token counts as before.
    const wanted = narrowed(scope, row.value, client);
    const newest = row.value.access_tokens.at(-1);
    if (isRetry && newest !== undefined && isSame(newest.scope, wanted)) {
      outcome = { kind: 'issued', grant: row.value, access_token: newest, now };
      return null;
    }
    const rotated = isRetry ? refresh : nextRefreshToken(refresh, client, now);
    const { grant, access_token } = withAccessToken({ ...row.value, refresh: rotated }, client, wanted, now);
    outcome = { kind: 'issued', grant, access_token, now };
    const data = { scope: wanted.join(' ') };
    const also = telling(context, token.id, grant, { type: 'token.refreshed', data }, now);
    return { ...changedGrant(grant), also };
  });
  // A closure wrote it, which the compiler does not follow.
  const became = outcome as Outcome;
  if (became.kind !== 'issued') throw invalidToken();
  // The provider has said meanwhile that the person's session or consent is gone.
  if (await isEnded(store, became.grant)) throw invalidToken();
  // The provider's tokens live on with ours. The answer waits for nothing of it.
  if (became.grant.upstream !== null) context.upstreamTokens.keepAlive(became.grant.upstream);
  return issueTokens(context, client, { ...became, id: token.id, nonce: null });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((token) => b.includes(token));
}

/** One text for every reason: the caller need not know which of them it was. */
function invalidToken(): OAuthError {
  return new OAuthError('invalid_grant', 'refresh_token: is unknown, over, revoked, or was used before');
}
