import { hash } from 'node:crypto';
import { sameText } from '../../secrets/index.ts';
import type { AuthorizationRequest, Client, ConfirmedSession } from '../../session/index.ts';
import { grantOf, insertGrant, isEnded, revokeGrant } from '../grant-row.ts';
import type { Grant } from '../kinds.ts';
import { OAuthError } from '../oauth-error.ts';
import { type Params, required } from '../params.ts';
import { telling } from '../telling.ts';
import { endedNews, signedInNews } from '../webhook-news.ts';
import { TOKEN_LIMIT, type GrantContext, type TokenResponse } from './grant.ts';
import { issueTokens } from './issue.ts';

/**
 * `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5). The code, the session and the grant
 * change in one commit, so of any number of parallel calls one gets tokens. A second call by the same
 * client means that the code leaked: everything issued from it ends (§4.1.2, RFC 9700 §4.5.3), the
 * tokens of a winner still on their way included.
 * @throws OAuthError
 */
export async function redeemCode(context: GrantContext, client: Client, params: Params): Promise<TokenResponse> {
  const { flow, store, secrets } = context;
  const code = required(params, 'code');
  if (code.length > TOKEN_LIMIT) throw invalidCode();
  const verifier = params.values.get('code_verifier') ?? null;
  if (verifier !== null && !/^[\w.~-]{43,128}$/.test(verifier)) {
    throw new OAuthError('invalid_request', 'code_verifier: must be 43 to 128 of A-Z, a-z, 0-9, -, ., _ and ~');
  }
  const redirectUri = params.values.get('redirect_uri') ?? null;

  let issued = null as { readonly session: ConfirmedSession; readonly grant: Grant } | null;
  const redemption = await flow.redeem(
    code,
    (request) => {
      // Another client's code is no code: nothing is said about it, and nothing happens to it.
      if (request.client_id !== client.client_id) throw invalidCode();
      checkRedirectUri(request, redirectUri);
      checkVerifier(request, verifier);
    },
    (session, now) => {
      issued = { session, grant: grantOf(session, client, secrets, now) };
      const { choice, confirmation } = session;
      return [
        insertGrant(session.id, issued.grant),
        ...telling(
          context,
          session.id,
          issued.grant,
          {
            type: 'token.issued',
            connector: choice.connector,
            data: { scope: confirmation.scope.join(' '), refreshable: issued.grant.refresh !== null },
          },
          now,
        ),
        ...signedInNews(client, session.id, issued.grant, choice.connector, now),
      ];
    },
  );

  if (redemption.outcome === 'replayed') {
    const { id } = redemption.session;
    await revokeGrant(store, id, (grant, now) => [
      ...telling(context, id, grant, { type: 'code.replayed' }, now),
      ...endedNews(client, id, grant, 'replayed', false, now),
    ]);
  }
  if (redemption.outcome !== 'redeemed' || issued === null) throw invalidCode();

  const { session, grant } = issued;
  // A person whose provider has revoked the sign-in meanwhile is not signed in.
  if (await isEnded(store, grant)) throw invalidCode();
  const [access_token] = grant.access_tokens;
  if (access_token === undefined) throw new Error('a new grant has an access token');
  const { nonce } = session.request;
  return issueTokens(context, client, { id: session.id, grant, access_token, nonce, now: redemption.now });
}

/**
 * RFC 6749 §4.1.3 asks for the redirect URI again; OAuth 2.1 §10.2 drops that where PKCE binds the
 * code. So: what is sent must be equal, and only a request with PKCE may leave it out.
 */
function checkRedirectUri(request: AuthorizationRequest, sent: string | null): void {
  if (sent === null && request.code_challenge !== null) return;
  if (sent === null) throw new OAuthError('invalid_request', 'redirect_uri: is missing, and the request had no PKCE');
  if (sent !== request.redirect_uri) {
    throw new OAuthError('invalid_grant', 'redirect_uri: differs from the one of the authorization request');
  }
}

/** RFC 7636 §4.6. A verifier without a challenge is a downgrade (RFC 9700 §4.8.2). */
function checkVerifier({ code_challenge }: AuthorizationRequest, verifier: string | null): void {
  if (code_challenge === null) {
    if (verifier === null) return;
    throw new OAuthError('invalid_grant', 'code_verifier: the authorization request had no code_challenge');
  }
  if (verifier === null) throw new OAuthError('invalid_grant', 'code_verifier: is missing');
  const made = hash('sha256', verifier, 'base64url');
  if (!sameText(made, code_challenge)) {
    throw new OAuthError('invalid_grant', 'code_verifier: does not match the code_challenge');
  }
}

/** One text for every reason: the caller need not know which of them it was. */
function invalidCode(): OAuthError {
  return new OAuthError('invalid_grant', 'code: is unknown, over, or was used before');
}
