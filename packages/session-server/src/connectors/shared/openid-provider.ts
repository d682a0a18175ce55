import {
  type ClientAuthentication,
  createDiscovery,
  type OpenIdClient,
  openIdDocument,
} from '../../openid-client/index.ts';
import { createKeySet } from '../../outbound/index.ts';
import type { ConnectorContext } from '../connector.ts';
import type { ResolvedOpenIdOptions } from './openid-options.ts';

/** A provider as its discovery document says, with the configured endpoints in place of the document's. */
export interface OpenIdProvider extends OpenIdClient {
  readonly authorization_endpoint: string;
  /** Whether requests are pushed (RFC 9126), in place of going by the browser. */
  readonly pushes: boolean;
}

/** @throws ConnectorError `connector_unavailable`, `rate_limited` when it must be discovered and cannot */
export function createOpenIdProvider(
  options: ResolvedOpenIdOptions,
  context: ConnectorContext,
): () => Promise<OpenIdProvider> {
  const { issuer, discoveryUrl, allowedHosts = null, endpoints, pushRequests } = options;
  const name = options.names.en;
  const discovered =
    discoveryUrl === null
      ? null
      : createDiscovery(context, { name, issuer, discovery_url: discoveryUrl, schema: openIdDocument, allowedHosts });
  const metadata = async (): Promise<OpenIdClient['server']> => {
    const configured = Object.entries(endpoints).filter(([, value]) => value !== undefined);
    const members = Object.entries({ ...(await discovered?.()), ...Object.fromEntries(configured) });
    return {
      // Configured as null: the provider is to have none.
      ...Object.fromEntries(members.filter(([, value]) => value !== null && value !== undefined)),
      issuer,
      id_token_signing_alg_values_supported: [...options.algorithms],
    };
  };
  const keys = createKeySet(context, name, async () => (await metadata()).jwks_uri ?? '');
  return async () => {
    const server = await metadata();
    const push = pushRequests ?? server.require_pushed_authorization_requests ?? false;
    return {
      name,
      server,
      keys,
      authentication: authenticationOf(options, server.token_endpoint_auth_methods_supported),
      // Without a document the options must have it.
      authorization_endpoint: server.authorization_endpoint ?? '',
      pushes: push && server.pushed_authorization_request_endpoint !== undefined,
    };
  };
}

function authenticationOf(
  { clientId: client_id, clientSecret: client_secret, tokenEndpointAuthMethod }: ResolvedOpenIdOptions,
  supported: readonly string[] = ['client_secret_basic'],
): ClientAuthentication {
  if (client_secret === undefined) return { method: 'none', client_id };
  // OpenID Connect Discovery §3: a document that does not say means Basic.
  const method =
    tokenEndpointAuthMethod ??
    (supported.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post');
  return method === 'none' ? { method, client_id } : { method, client_id, client_secret };
}
