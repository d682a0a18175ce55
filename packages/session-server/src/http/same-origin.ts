import type { Request } from 'express';
import { HttpError } from './http-error.ts';

/** A form of ours was sent from a page of ours: browsers say so, and no other page can make them. @throws HttpError `origin_not_allowed` */
export function assertSameOrigin(request: Request, issuer: string): void {
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  if (site === undefined && request.headers.origin === issuer) return;
  throw new HttpError('origin_not_allowed', 'this form must be sent from the page that it is on');
}

/** Whether a browser only looks ahead: nothing may happen because of it. */
export function isPrefetch(request: Request): boolean {
  return /prefetch|prerender/.test(String(request.headers['sec-purpose'] ?? request.headers['purpose'] ?? ''));
}
