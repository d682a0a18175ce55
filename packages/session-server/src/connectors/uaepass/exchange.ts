import { callProvider, refusalOf } from '../../openid-client/index.ts';
import {
  ConnectorError,
  type ConnectorContext,
  type RedirectCallback,
  unavailable,
  type UpstreamTokens,
} from '../connector.ts';
import type { ResolvedUaePassOptions } from './options.ts';

/** No token lives longer than this, in s. */
const LIFETIME_LIMIT_S = 1e9;

/**
 * Redeems a code for an access token. UAE PASS's codes live 10 s, so it is the first thing to do. It
 * is repeated only where UAE PASS surely never got the request, or turned it away with 429.
 * @throws ConnectorError `callback_refused` for a code that is not good (any more), `connector_unavailable`
 */
export async function redeemCode(
  options: ResolvedUaePassOptions,
  context: ConnectorContext,
  code: string,
  { callback_uri, code_verifier }: Pick<RedirectCallback, 'callback_uri' | 'code_verifier'>,
): Promise<UpstreamTokens> {
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: callback_uri });
  if (options.pkce) form.set('code_verifier', code_verifier);
  const what = 'UAE PASS: token';
  const answer = await callProvider(context, what, options.tokenEndpoint, {
    method: 'POST',
    repeat: 'unsent',
    headers: {
      // As its documents say: what RFC 6749 §2.3.1 would encode first goes as it is.
      authorization: `Basic ${Buffer.from(`${options.clientId}:${options.clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
  });
  const { status, body } = answer;
  if (body?.['error'] === 'invalid_grant')
    throw new ConnectorError(
      'callback_refused',
      'the sign-in took too long or was used before',
      'UAE PASS: token refused the code (invalid_grant): older than 10 s, used before, or for another redirect URI',
    );
  if (status !== 200) throw unavailable(refusalOf(what, answer), 'http_status');
  const token = body?.['access_token'];
  const type = body?.['token_type'];
  if (
    typeof token !== 'string' ||
    !/^[\x21-\x7e]{1,8192}$/.test(token) ||
    typeof type !== 'string' ||
    type.toLowerCase() !== 'bearer'
  )
    throw unavailable('UAE PASS: token answered without an access token of type Bearer');
  const lifetime_s = Number(body?.['expires_in']);
  const scope = body?.['scope'];
  return {
    access_token: token,
    token_type: 'Bearer',
    // It issues none, and no id_token.
    refresh_token: null,
    expires_at: lifetime_s > 0 && lifetime_s <= LIFETIME_LIMIT_S ? context.now() + lifetime_s * 1000 : null,
    scope: typeof scope === 'string' && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(scope) ? scope : null,
    id_token: null,
  };
}
