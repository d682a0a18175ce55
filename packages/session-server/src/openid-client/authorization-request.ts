import * as oauth from 'oauth4webapi';
import { unavailable } from '../connectors/connector.ts';
import type { JsonAnswer, OutboundContext } from '../outbound/index.ts';
import { libraryAuthentication, libraryCall, libraryClient, type OpenIdClient } from './client.ts';
import { readAs } from './failures.ts';

/** Where the browser goes: the endpoint with these parameters, whatever it had before; null ones are left out. */
export function authorizationUrl(endpoint: string, parameters: Readonly<Record<string, string | null>>): string {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Pushes an authorization request (RFC 9126).
 * @param parameters besides our credentials; null ones are left out
 * @returns the `request_uri`
 * @throws ConnectorError `rate_limited`, `connector_unavailable`
 */
export async function pushAuthorizationRequest(
  context: OutboundContext,
  { name, server, authentication }: OpenIdClient,
  parameters: Readonly<Record<string, string | null>>,
): Promise<string> {
  const what = `${name}: pushed authorization request`;
  const client = libraryClient(context, authentication.client_id);
  const given = Object.entries(parameters).filter((each): each is [string, string] => each[1] !== null);
  // How long it lives is the provider's to say, and of no use to us: some do not.
  const tidy = (body: Readonly<Record<string, unknown>>): Record<string, unknown> => ({ ...body, expires_in: 0 });
  // RFC 9126 §2.2 says 201; providers answer 200 too.
  const accept = ({ status }: JsonAnswer): boolean => status === 201 || status === 200;
  const call = libraryCall(context, { what, repeat: 'unsent', success: 201, accept, tidy });
  const prove = libraryAuthentication(authentication);
  const { request_uri } = await readAs(unavailable(`${what} answered without a request_uri`), async () => {
    const sent = await oauth.pushedAuthorizationRequest(server, client, prove, new URLSearchParams(given), call);
    return oauth.processPushedAuthorizationResponse(server, client, sent);
  });
  if (!/^[\x21-\x7e]{1,1024}$/.test(request_uri)) throw unavailable(`${what} answered without a request_uri`);
  return request_uri;
}
