import * as oauth from 'oauth4webapi';
import { type ConnectorError, unavailable } from '../connectors/connector.ts';
import type { OutboundContext } from '../outbound/index.ts';
import { libraryCall } from './client.ts';
import { readAs } from './failures.ts';

/** Userinfo is at most this long, in bytes: there is room for a photograph in base64, which some send. */
const USERINFO_LIMIT_BYTES = 262_144;

/**
 * A provider's claims about the person that the access token stands for (OpenID Connect Core §5.3).
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
  // Of both the library uses no more, for an answer that is JSON.
  const server = { issuer: url, userinfo_endpoint: url };
  const client = { client_id: provider };
  const call = libraryCall(context, {
    what,
    repeat: 'reads',
    limit_bytes: USERINFO_LIMIT_BYTES,
    accept: ({ status }) => {
      if (status === 401 && refused !== null) throw refused();
      return status === 200;
    },
  });
  return readAs(unavailable(`${what} answered about another person than the id_token`), async () => {
    const sent = await oauth.userInfoRequest(server, client, accessToken, call);
    if (subject === null) return (await sent.json()) as Readonly<Record<string, unknown>>;
    return oauth.processUserInfoResponse(server, client, subject, sent);
  });
}
