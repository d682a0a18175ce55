import type { ConnectorContext } from '../connector.ts';
import { callJson, unavailable } from './call-json.ts';
import { refusalOf } from './token-endpoint.ts';

/**
 * A provider's claims about whoever the access token stands for (OpenID Connect Core §5.3).
 * @param subject the id_token's: an answer about anybody else is refused (§5.3.2); null where there was none
 * @throws ConnectorError `connector_unavailable`, `rate_limited`
 */
export async function readUserinfo(
  context: Pick<ConnectorContext, 'fetch' | 'now'>,
  provider: string,
  url: string,
  accessToken: string,
  subject: string | null,
): Promise<Readonly<Record<string, unknown>>> {
  const what = `${provider}: userinfo`;
  const answer = await callJson(context, what, url, { headers: { authorization: `Bearer ${accessToken}` } });
  if (answer.status !== 200) throw unavailable(refusalOf(what, answer));
  if (answer.body === null) throw unavailable(`${what} answered no JSON object`);
  if (subject !== null && answer.body['sub'] !== subject)
    throw unavailable(`${what} answered about somebody else than the id_token`);
  return answer.body;
}
