import { type Request, type RequestHandler, text } from 'express';
import { OAuthError, type Params, readParams } from '../oauth/index.ts';
import { BODY_LIMIT_BYTES } from './input.ts';

const FORM = 'application/x-www-form-urlencoded';
const parse = text({ type: FORM, limit: BODY_LIMIT_BYTES, inflate: false });

/**
 * Reads a form body as text, so that a parameter that came twice is seen. Any other body is refused:
 * OAuth's endpoints take no JSON.
 */
export const formBody: RequestHandler = (request, response, next) => {
  // A body without a media type is one that nobody can read; no body at all is an empty form.
  if (hasBody(request) && request.is(FORM) === false) {
    throw new OAuthError('invalid_request', `the body must be ${FORM}`);
  }
  parse(request, response, next);
};

/** The parameters of the form that `formBody` has read; none when there was no body. */
export function formParams(request: Request): Params {
  return readParams(typeof request.body === 'string' ? request.body : '');
}

/** The parameters of the URL's query. */
export function queryParams(request: Request): Params {
  const at = request.originalUrl.indexOf('?');
  return readParams(at === -1 ? '' : request.originalUrl.slice(at + 1));
}

function hasBody({ headers }: Request): boolean {
  return 'transfer-encoding' in headers || (headers['content-length'] ?? '0') !== '0';
}
