import type { DerivedTokens } from '../secrets/index.ts';
import type { Client, ClientDirectory } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { authenticateClient, type EndpointCall } from './client-authentication.ts';
import { findAccessToken, findRefreshToken } from './grant-row.ts';
import { OAuthError } from './oauth-error.ts';
import { required } from './params.ts';

/** RFC 7662 §2.2. Times are Unix seconds. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true;
      /** Of access tokens only (§2.2). */
      readonly token_type?: 'Bearer';
      readonly client_id: string;
      readonly sub: string;
      readonly scope: string;
      readonly iss: string;
      /** The APIs that the token is for; left out where the client names none. */
      readonly aud?: readonly string[];
      readonly iat?: number;
      readonly exp?: number;
    };

const INACTIVE: Introspection = { active: false };
const seconds = (ms: number): number => Math.floor(ms / 1000);

/**
 * The introspection endpoint (RFC 7662). A client asks about its own tokens, and an API about the access tokens that are
 * for it. Of any other token no more is said than that it is not active (§2.2, §4).
 * @throws OAuthError
 */
export async function introspect(
  deps: {
    readonly issuer: string;
    readonly clients: ClientDirectory;
    readonly store: Store;
    readonly tokens: DerivedTokens;
  },
  call: EndpointCall,
): Promise<Introspection> {
  const { issuer: iss, clients } = deps;
  const caller = await authenticateClient(call, clients);
  // §2.1: else a stranger could try tokens out.
  if (caller.token_endpoint_auth_method === 'none') {
    throw new OAuthError('invalid_client', 'this is a public client: only one with a secret may introspect');
  }
  const text = required(call.params, 'token');
  const access = await findAccessToken(deps, text);
  if (access !== null) {
    const { grant, access_token } = access;
    const owner = await clients.find(grant.client_id);
    if (owner === null || !mayRead(caller, owner)) return INACTIVE;
    const { scope, issued_at, expires_at } = access_token;
    return {
      active: true,
      token_type: 'Bearer',
      client_id: grant.client_id,
      sub: grant.sub,
      scope: scope.join(' '),
      iss,
      ...(owner.audience.length === 0 ? {} : { aud: owner.audience }),
      ...(issued_at === null ? {} : { iat: seconds(issued_at) }),
      ...(expires_at === null ? {} : { exp: seconds(expires_at) }),
    };
  }
  const grant = await findRefreshToken(deps, text);
  if (grant === null || grant.client_id !== caller.client_id) return INACTIVE;
  return {
    active: true,
    client_id: grant.client_id,
    sub: grant.sub,
    scope: grant.scope.join(' '),
    iss,
    exp: seconds(grant.refresh.idle_until),
  };
}

function mayRead(caller: Client, owner: Client): boolean {
  return caller.client_id === owner.client_id || owner.audience.some((api) => caller.introspects.includes(api));
}
