import type { EndpointCall } from './client-authentication.ts';
import { OAuthError } from './oauth-error.ts';
import { assertWellFormed } from './params.ts';

/** A call that shows an access token (RFC 6750). */
export interface BearerCall extends EndpointCall {
  /** Whether the URL carries an `access_token`, which would end up in logs (RFC 6750 §2.3, RFC 9700 §4.3.2). */
  readonly tokenInQuery: boolean;
}

const REALM = 'Bearer realm="beckon"';

/** The token from the header or the form body: exactly one of them (RFC 6750 §2). @throws OAuthError */
export function presentedToken({ authorization, params, tokenInQuery }: BearerCall): string {
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

export function invalidToken(): OAuthError {
  const description = 'the access token is unknown, over, or revoked';
  return new OAuthError('invalid_token', description, challenge('invalid_token', description));
}

/** @param scope what it would take; left out where no scope would do */
export function insufficientScope(description: string, scope?: string): OAuthError {
  return new OAuthError('insufficient_scope', description, challenge('insufficient_scope', description, scope));
}

function invalidRequest(description: string): OAuthError {
  return new OAuthError('invalid_request', description, challenge('invalid_request', description));
}

/** RFC 6750 §3. Descriptions carry no quotes, so they need no escaping. */
function challenge(error: string, description: string, scope?: string): Record<string, string> {
  const wanted = scope === undefined ? '' : `, scope="${scope}"`;
  return { 'WWW-Authenticate': `${REALM}, error="${error}", error_description="${description}"${wanted}` };
}
