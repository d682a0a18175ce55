import type { Request, Response } from 'express';
import { isPrefetch } from '../policy/same-origin.ts';

/**
 * Answers a look (`HEAD`) at a page whose opening changes a sign-in, and a look ahead by the browser: neither may.
 * @param allow the methods of the page
 * @returns whether it was one
 */
export function answerLook(request: Request, response: Response, allow: string): boolean {
  if (request.method === 'HEAD') {
    response.status(405).set('Allow', allow).end();
    return true;
  }
  if (!isPrefetch(request)) return false;
  response.status(503).set('Retry-After', '1').end();
  return true;
}
