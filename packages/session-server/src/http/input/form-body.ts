import type { Request, RequestHandler } from 'express';
import { OAuthError, type Params, readParams } from '../../oauth/index.ts';
import { textBody } from './body.ts';

const FORM = 'application/x-www-form-urlencoded';

/**
 * Reads a form body as text, so that a parameter that came twice is seen. Any other body is refused:
 * OAuth's endpoints take no JSON.
 */
export const formBody: RequestHandler = textBody(
  FORM,
  () => new OAuthError('invalid_request', `the body must be ${FORM}`),
);

/** The parameters of the form that `formBody` has read; none when there was no body. */
export function formParams(request: Request): Params {
  return readParams(typeof request.body === 'string' ? request.body : '');
}

/** The parameters of the URL's query. */
export function queryParams(request: Request): Params {
  return readParams(queryOf(request));
}

/** The same as they came, doubled ones included: for what a provider has answered. */
export function queryAsItCame(request: Request): URLSearchParams {
  return new URLSearchParams(queryOf(request));
}

function queryOf({ originalUrl }: Request): string {
  const at = originalUrl.indexOf('?');
  return at === -1 ? '' : originalUrl.slice(at + 1);
}
