import type { Keys } from '../keys/index.ts';
import type { DerivedTokens } from '../secrets/index.ts';
import type { ClientDirectory } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import type { EndpointCall } from './client-authentication.ts';
import { encryptedFor } from './encrypt.ts';
import { findAccessToken } from './grant-row.ts';
import { OAuthError } from './oauth-error.ts';
import { assertWellFormed } from './params.ts';

export interface UserinfoCall extends EndpointCall {
  /** Whether the URL carries an `access_token`, which would end up in logs (RFC 6750 §2.3, RFC 9700 §4.3.2). */
  readonly tokenInQuery: boolean;
}

/** `sub`, and the claims that the granted scope covers. */
export type Userinfo = Readonly<Record<string, unknown>> & { readonly sub: string };

const REALM = 'Bearer realm="beckon"';

/** The form in which the client registered to have it (OpenID Connect Core §5.3.2). */
export type UserinfoAnswer =
  | { readonly form: 'json'; readonly claims: Userinfo }
  /** Signed, and then encrypted where the client wants that as well; `application/jwt`. */
  | { readonly form: 'jwt'; readonly jwt: string };

/** The userinfo endpoint (OpenID Connect Core §5.3). @throws OAuthError by RFC 6750 §3.1 */
export async function userinfo(
  deps: {
    readonly issuer: string;
    readonly clients: ClientDirectory;
    readonly keys: Pick<Keys, 'sign'>;
    readonly store: Store;
    readonly tokens: DerivedTokens;
  },
  call: UserinfoCall,
): Promise<UserinfoAnswer> {
  const found = await findAccessToken(deps, presented(call));
  if (found === null) throw invalidToken();
  const { grant, access_token } = found;
  const client = await deps.clients.find(grant.client_id);
  if (client === null) throw invalidToken();
  await call.admit(client);
  if (!access_token.scope.includes('openid')) {
    const description = 'the access token was granted without openid';
    throw new OAuthError('insufficient_scope', description, challenge('insufficient_scope', description, 'openid'));
  }
  const claims = { ...grant.claims, sub: grant.sub };
  const alg = client.userinfo_signed_response_alg;
  if (alg === null) return { form: 'json', claims };
  // It has no `exp` and no `sid`, so it cannot be taken for an id_token.
  const signed = await deps.keys.sign(alg, { ...claims, iss: deps.issuer, aud: client.client_id });
  return { form: 'jwt', jwt: await encryptedFor(client.userinfo_encrypted_response, signed) };
}

/** The token from the header or the form body: exactly one of them (RFC 6750 §2). */
function presented({ authorization, params, tokenInQuery }: UserinfoCall): string {
  try {
    assertWellFormed(params);
  } catch (cause) {
    throw cause instanceof OAuthError ? invalidRequest(cause.message) : cause;
  }
  if (tokenInQuery) throw invalidRequest('access_token: send it in the Authorization header, never in the URL');
  const inBody = params.values.get('access_token');
  const isBearer = /^Bearer( |$)/i.test(authorization ?? '');
  if (isBearer && inBody !== undefined) {
    throw invalidRequest('access_token: send it in the header or in the body, not in both');
  }
  if (inBody !== undefined) return inBody;
  if (!isBearer) {
    // Nothing was presented, so nothing is said of an error (§3.1).
    throw new OAuthError('invalid_token', 'an access token is required', { 'WWW-Authenticate': REALM });
  }
  const [, inHeader] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
  if (inHeader === undefined) throw invalidRequest('Authorization: must be Bearer and one token');
  return inHeader;
}

function invalidToken(): OAuthError {
  const description = 'the access token is unknown, over, or revoked';
  return new OAuthError('invalid_token', description, challenge('invalid_token', description));
}

function invalidRequest(description: string): OAuthError {
  return new OAuthError('invalid_request', description, challenge('invalid_request', description));
}

/** RFC 6750 §3. Descriptions carry no quotes, so they need no escaping. */
function challenge(error: string, description: string, scope?: string): Record<string, string> {
  const wanted = scope === undefined ? '' : `, scope="${scope}"`;
  return { 'WWW-Authenticate': `${REALM}, error="${error}", error_description="${description}"${wanted}` };
}
