import type { RequestHandler } from 'express';
import { HttpError } from '../http-error.ts';

/** Ends a route's chain: whatever method comes this far is not one of its own (RFC 9110 §15.5.6). */
export function requireMethod(...allowed: readonly string[]): RequestHandler {
  return (_request, response) => {
    response.set('Allow', allowed.join(', '));
    throw new HttpError('invalid_request', `this endpoint takes ${allowed.join(' and ')}`, 405);
  };
}
