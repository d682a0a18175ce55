import { isUtf8 } from 'node:buffer';
import { type Request, type RequestHandler, raw } from 'express';
import { HttpError } from '../http-error.ts';

/** A request's body is at most this long, in bytes. */
export const BODY_LIMIT_BYTES = 32_768;

const read = raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });

/**
 * Reads a body of one media type as text into `request.body`; '' when there is none. `refuse` says
 * what is thrown at another media type, so that no cross-site form reaches an endpoint that takes JSON.
 * Bytes that are no UTF-8 are refused: read leniently, they would become other text than was sent.
 */
export function textBody(type: string, refuse: () => Error): RequestHandler {
  return (request, response, next) => {
    // A body without a media type is one that cannot be read; no body at all is an empty one.
    if (hasBody(request) && request.is(type) === false) throw refuse();
    if (!isUtf8Named(request)) throw new HttpError('invalid_request', 'Content-Type: the charset must be UTF-8', 415);
    read(request, response, (cause?: unknown) => {
      if (cause !== undefined) return next(cause);
      const bytes: unknown = request.body;
      if (!Buffer.isBuffer(bytes)) request.body = '';
      else if (isUtf8(bytes)) request.body = bytes.toString('utf8');
      else return next(new HttpError('invalid_request', 'the body is not valid UTF-8'));
      next();
    });
  };
}

function hasBody({ headers }: Request): boolean {
  return 'transfer-encoding' in headers || (headers['content-length'] ?? '0') !== '0';
}

function isUtf8Named({ headers }: Request): boolean {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(headers['content-type'] ?? '') ?? [];
  return /^utf-?8$/i.test(charset);
}
