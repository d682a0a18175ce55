import type { ConnectorContext } from '../connector.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { createDiscovery, openIdDocument } from './discovery.ts';
import type { ResolvedOpenIdOptions } from './openid-options.ts';
import type { ClientEndpoint } from './token-endpoint.ts';

/** What a provider offers: its discovery document, with the configured endpoints in place of the document's. */
export interface OpenIdProvider {
  readonly authorization_endpoint: string;
  readonly jwks_uri: string;
  readonly token: ClientEndpoint;
  readonly userinfo_endpoint: string | null;
  readonly revocation: ClientEndpoint | null;
  readonly end_session_endpoint: string | null;
  /** Null when requests go by the browser. */
  readonly pushed_requests: ClientEndpoint | null;
  /** Whether every callback names its issuer (RFC 9207). */
  readonly names_issuer: boolean;
}

/** @throws ConnectorError `connector_unavailable`, `rate_limited` when it must be discovered and cannot */
export function createOpenIdProvider(
  options: ResolvedOpenIdOptions,
  context: ConnectorContext,
): () => Promise<OpenIdProvider> {
  const { issuer, discovery_url, allowedHosts, endpoints } = options;
  const name = options.names.en;
  const discovered =
    discovery_url === null
      ? null
      : createDiscovery(context, { name, issuer, discovery_url, allowedHosts, schema: openIdDocument });
  return async () => {
    const document = await discovered?.();
    const client = clientOf(options, document?.token_endpoint_auth_methods_supported);
    const withClient = (url: string): ClientEndpoint => ({ url, client, provider: name });
    const optional = (configured: string | null | undefined, said: string | undefined): string | null =>
      configured === undefined ? (said ?? null) : configured;
    const revocation = optional(endpoints.revocation_endpoint, document?.revocation_endpoint);
    const pushed = document?.pushed_authorization_request_endpoint;
    const push = options.push_requests ?? document?.require_pushed_authorization_requests ?? false;
    return {
      // Without a document the options must have these three.
      authorization_endpoint: endpoints.authorization_endpoint ?? document?.authorization_endpoint ?? '',
      jwks_uri: endpoints.jwks_uri ?? document?.jwks_uri ?? '',
      token: withClient(endpoints.token_endpoint ?? document?.token_endpoint ?? ''),
      userinfo_endpoint: optional(endpoints.userinfo_endpoint, document?.userinfo_endpoint),
      revocation: revocation === null ? null : withClient(revocation),
      end_session_endpoint: optional(endpoints.end_session_endpoint, document?.end_session_endpoint),
      pushed_requests: push && pushed !== undefined ? withClient(pushed) : null,
      names_issuer: document?.authorization_response_iss_parameter_supported ?? false,
    };
  };
}

function clientOf(
  { client_id, client_secret, token_endpoint_auth_method }: ResolvedOpenIdOptions,
  supported: readonly string[] = ['client_secret_basic'],
): ClientAuthentication {
  if (client_secret === null) return { method: 'none', client_id };
  // OpenID Connect Discovery §3: a document that does not say means Basic.
  const method =
    token_endpoint_auth_method ??
    (supported.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post');
  return method === 'none' ? { method, client_id } : { method, client_id, client_secret };
}
