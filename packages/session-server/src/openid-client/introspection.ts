import * as oauth from 'oauth4webapi';
import type { OutboundContext } from '../outbound/index.ts';
import { libraryAuthentication, libraryCall, libraryClient, type OpenIdClient } from './client.ts';
import { readAs, refused } from './failures.ts';

/**
 * What an access token stands for (RFC 7662).
 * @throws ConnectorError `callback_refused` where it does not count, or is another client's;
 *   `connector_unavailable`, `rate_limited`
 */
export async function introspectToken(
  context: OutboundContext,
  { name, server, authentication }: OpenIdClient,
  access_token: string,
): Promise<Readonly<Record<string, unknown>>> {
  const what = `${name}: introspection`;
  const client = libraryClient(context, authentication.client_id);
  // It only reads, though by POST.
  const call = libraryCall(context, { what, repeat: 'reads' });
  const prove = libraryAuthentication(authentication);
  const answer = await readAs(refused(`${what}: the access token does not count`), async () => {
    const sent = await oauth.introspectionRequest(server, client, prove, access_token, call);
    return oauth.processIntrospectionResponse(server, client, sent);
  });
  if (!answer.active) throw refused(`${what}: the access token does not count`);
  if (answer.client_id !== undefined && answer.client_id !== authentication.client_id)
    throw refused(`${what}: the access token is for another client`);
  return answer;
}
