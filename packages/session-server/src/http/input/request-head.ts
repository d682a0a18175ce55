import type { RequestHandler } from 'express';
import { HttpError } from '../http-error.ts';

/**
 * Headers that say one thing. Node keeps the first of some and joins others with a comma; a proxy
 * in front may have looked at another one than we do (RFC 9110 §5.3).
 */
const ONCE = new Set(['authorization', 'content-type', 'data-session-token', 'dpop', 'host', 'origin']);

/** Refuses a head that two readers could read differently. @throws HttpError `invalid_request` */
export const unambiguousHead: RequestHandler = ({ rawHeaders, headers, httpVersion }, _response, next) => {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) throw new HttpError('invalid_request', `${rawHeaders[i]}: was sent more than once`);
    seen.add(name);
  }
  // RFC 9112 §3.2. Nothing here is made of it.
  if (httpVersion === '1.1' && headers.host === undefined) throw new HttpError('invalid_request', 'Host: is missing');
  next();
};
