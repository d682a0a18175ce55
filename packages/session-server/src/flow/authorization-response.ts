import type { AuthorizationRequest } from '../session/index.ts';

/**
 * The redirect URI with the response's parameters (RFC 6749 §4.1.2 and §4.1.2.1, `iss` by RFC
 * 9207). The registered text stays to the letter, its own query included.
 */
export function authorizationResponse(
  request: Pick<AuthorizationRequest, 'redirect_uri' | 'state'>,
  issuer: string,
  parameters: { readonly code: string } | { readonly error: string; readonly error_description: string },
): string {
  const query = new URLSearchParams({ ...parameters });
  if (request.state !== null) query.set('state', request.state);
  query.set('iss', issuer);
  return `${request.redirect_uri}${request.redirect_uri.includes('?') ? '&' : '?'}${query.toString()}`;
}
