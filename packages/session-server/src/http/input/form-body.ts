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
  const at = request.originalUrl.indexOf('?');
  return readParams(at === -1 ? '' : request.originalUrl.slice(at + 1));
}
