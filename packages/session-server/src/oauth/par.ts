import type { RedemptionPort } from '../flow/index.ts';
import { type CheckDependencies, checkRequest } from './check-request.ts';
import { authenticateClient, type EndpointCall } from './client-authentication.ts';

/** RFC 9126 §2.2, answered with 201. */
export interface PushResponse {
  readonly request_uri: string;
  /** Seconds. */
  readonly expires_in: number;
}

/**
 * A pushed authorization request (RFC 9126). Every refusal is answered here and now, also those that
 * a browser would carry to the redirect URI.
 * @throws OAuthError
 */
export async function push(
  deps: CheckDependencies & { readonly flow: RedemptionPort },
  call: EndpointCall,
): Promise<PushResponse> {
  const client = await authenticateClient(call, deps.clients);
  // A client that authenticates by Basic need not name itself again.
  const values = new Map([...call.params.values, ['client_id', client.client_id]]);
  const checked = await checkRequest({ ...call.params, values }, 'push', deps);
  if (!checked.ok) throw checked.error;
  const client_authenticated = client.token_endpoint_auth_method !== 'none';
  return deps.flow.push({ ...checked.request, client_authenticated });
}
