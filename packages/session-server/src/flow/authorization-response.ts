import type { AuthorizationRequest } from '../session/index.ts';

type Outcome = { readonly code: string } | { readonly error: string; readonly error_description: string };

/** An authorization response that the browser posts as a form (OAuth 2.0 Form Post Response Mode §2). */
export interface FormResponse {
  /** Where it is posted to: https or http. */
  readonly redirect_uri: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The response's parameters (RFC 6749 §4.1.2 and §4.1.2.1, `iss` by RFC 9207). */
export function responseParameters(
  { state }: Pick<AuthorizationRequest, 'state'>,
  issuer: string,
  outcome: Outcome,
): FormResponse['parameters'] {
  return { ...outcome, ...(state === null ? {} : { state }), iss: issuer };
}

/** The redirect URI with the response's parameters. The registered text stays to the letter, its own query included. */
export function authorizationResponse(
  request: Pick<AuthorizationRequest, 'redirect_uri' | 'state'>,
  issuer: string,
  outcome: Outcome,
): string {
  const query = new URLSearchParams(responseParameters(request, issuer, outcome));
  return `${request.redirect_uri}${request.redirect_uri.includes('?') ? '&' : '?'}${query.toString()}`;
}
