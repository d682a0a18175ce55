import { base64url, SignJWT } from 'jose';

import type { ConnectorContext, RedirectStart } from '../connector.ts';
import { s256 } from '../../openid-client/index.ts';
import type { ResolvedKrdPassOptions } from './options.ts';
import { scopeFor } from './scope.ts';

/** A request object is good for this long, in s. KRDPASS accepts five minutes at most. */
const LIFETIME_S = 300;

/** The authorization request as a signed JWT (RFC 9101): what the person's browser carries can no longer be changed. */
export async function signRequestObject(
  options: ResolvedKrdPassOptions,
  context: Pick<ConnectorContext, 'now' | 'randomBytes'>,
  start: RedirectStart,
): Promise<string> {
  const issuedAt = Math.floor(context.now() / 1000);
  return new SignJWT({
    client_id: options.clientId,
    response_type: 'code',
    redirect_uri: start.callback_uri,
    scope: scopeFor(start.request.scope, options).join(' '),
    state: start.state,
    nonce: start.nonce,
    code_challenge: await s256(start.code_verifier),
    code_challenge_method: 'S256',
  })
    .setProtectedHeader({
      alg: 'RS256',
      typ: 'oauth-authz-req+jwt',
      ...(options.keyId === null ? {} : { kid: options.keyId }),
    })
    .setIssuer(options.clientId)
    .setAudience(options.issuer)
    .setJti(base64url.encode(context.randomBytes(16)))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_S)
    .sign(options.privateKey);
}
