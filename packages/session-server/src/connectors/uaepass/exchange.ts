import { ConnectorError, type ConnectorContext, type RedirectCallback } from '../connector.ts';
import { callJson, unavailable } from '../shared/call-json.ts';
import type { UaePassUserinfo } from './claims.ts';
import type { ResolvedUaePassOptions } from './options.ts';

/**
 * Redeems a code for an access token. UAE PASS's codes live 10 s: it is the first thing to do, and
 * never done twice.
 * @throws ConnectorError `callback_refused` for a code that is not good (any more), `connector_unavailable`
 */
export async function redeemCode(
  options: ResolvedUaePassOptions,
  context: ConnectorContext,
  code: string,
  { callback_uri, code_verifier }: Pick<RedirectCallback, 'callback_uri' | 'code_verifier'>,
): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: callback_uri });
  if (options.pkce) form.set('code_verifier', code_verifier);
  const { status, body } = await callJson(context, 'UAE PASS: token', options.token_endpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${options.client_id}:${options.client_secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
  });
  if (body?.['error'] === 'invalid_grant')
    throw new ConnectorError(
      'callback_refused',
      'the sign-in took too long or was used before',
      'UAE PASS: token refused the code (invalid_grant): older than 10 s, used before, or for another redirect URI',
    );
  if (body?.['error'] === 'invalid_client') throw unavailable('UAE PASS: token refused the client_id or client_secret');
  if (status !== 200) throw unavailable(`UAE PASS: token answered ${status}`);
  const token = body?.['access_token'];
  const type = body?.['token_type'];
  if (
    typeof token !== 'string' ||
    !/^[\x21-\x7e]{1,8192}$/.test(token) ||
    typeof type !== 'string' ||
    type.toLowerCase() !== 'bearer'
  )
    throw unavailable('UAE PASS: token answered without an access token of type Bearer');
  return token;
}

/** The person's attributes. @throws ConnectorError `connector_unavailable` */
export async function readUserinfo(
  options: ResolvedUaePassOptions,
  context: ConnectorContext,
  accessToken: string,
): Promise<UaePassUserinfo> {
  const { status, body } = await callJson(context, 'UAE PASS: userinfo', options.userinfo_endpoint, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  if (status !== 200) throw unavailable(`UAE PASS: userinfo answered ${status}`);
  if (body === null) throw unavailable('UAE PASS: userinfo answered no JSON object');
  return body;
}
