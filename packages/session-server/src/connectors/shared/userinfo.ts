import type { OutboundContext } from '../../outbound/index.ts';
import { type ConnectorError, unavailable } from '../connector.ts';
import { callProvider } from './call-provider.ts';
import { refusalOf } from './token-endpoint.ts';

/** Userinfo is at most this long, in bytes: there is room for a photograph in base64, which some send. */
export const USERINFO_LIMIT_BYTES = 262_144;

/**
 * A provider's claims about whoever the access token stands for (OpenID Connect Core §5.3).
 * @param subject the id_token's: an answer about anybody else is refused (§5.3.2); null where there was none
 * @param refused what a 401 means; default: that the provider cannot be had
 * @throws ConnectorError `connector_unavailable`, `rate_limited`
 */
export async function readUserinfo(
  context: OutboundContext,
  provider: string,
  url: string,
  accessToken: string,
  subject: string | null,
  refused: (() => ConnectorError) | null = null,
): Promise<Readonly<Record<string, unknown>>> {
  const what = `${provider}: userinfo`;
  const answer = await callProvider(context, what, url, {
    headers: { authorization: `Bearer ${accessToken}` },
    repeat: 'reads',
    limit_bytes: USERINFO_LIMIT_BYTES,
  });
  if (answer.status === 401 && refused !== null) throw refused();
  if (answer.status !== 200) throw unavailable(refusalOf(what, answer));
  if (answer.body === null) throw unavailable(`${what} answered no JSON object`);
  if (subject !== null && answer.body['sub'] !== subject)
    throw unavailable(`${what} answered about somebody else than the id_token`);
  return answer.body;
}
