import type { Keys } from '../keys/index.ts';
import type { DerivedTokens } from '../secrets/index.ts';
import type { ClientDirectory } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { type BearerCall, insufficientScope, invalidToken, presentedToken } from './bearer.ts';
import { encryptedFor } from './encrypt.ts';
import { findAccessToken } from './grant-row.ts';

/** `sub`, and the claims that the granted scope covers. */
export type Userinfo = Readonly<Record<string, unknown>> & { readonly sub: string };

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
  call: BearerCall,
): Promise<UserinfoAnswer> {
  const found = await findAccessToken(deps, presentedToken(call));
  if (found === null) throw invalidToken();
  const { grant, access_token } = found;
  const client = await deps.clients.find(grant.client_id);
  if (client === null) throw invalidToken();
  await call.admit(client);
  if (!access_token.scope.includes('openid')) {
    throw insufficientScope('the access token was granted without openid', 'openid');
  }
  const claims = { ...grant.claims, sub: grant.sub };
  const alg = client.userinfo_signed_response_alg;
  if (alg === null) return { form: 'json', claims };
  // It has no `exp` and no `sid`, so it cannot be taken for an id_token.
  const signed = await deps.keys.sign(alg, { ...claims, iss: deps.issuer, aud: client.client_id });
  return { form: 'jwt', jwt: await encryptedFor(client.userinfo_encrypted_response, signed) };
}
