import type { Request } from 'express';
import { HttpError } from '../http-error.ts';

/** A form of ours was sent from a page of ours: browsers say so, and no other page can make them. @throws HttpError `origin_not_allowed` */
export function assertSameOrigin(request: Request, issuer: string): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  // Where a browser says both, both must say so.
  if (site === 'same-origin' && (origin === undefined || origin === issuer)) return;
  if (site === undefined && origin === issuer) return;
  throw new HttpError('origin_not_allowed', 'this form must be sent from the page that it is on');
}

/**
 * An authorization request comes from a person who goes there (a link, a form, a frame), or from no
 * browser. What a page of another website loads in the background, by script or as a picture, would
 * start sign-ins that no person asked for: browsers tell it by their own headers (Fetch Metadata),
 * and older ones name the origin of a script that wants to read the answer.
 * @throws HttpError `origin_not_allowed`
 */
export function assertNoBackgroundLoad({ headers }: Request, issuer: string, wantsJson: boolean): void {
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  const isForeign = site === 'cross-site' || site === 'same-site';
  // A form names its origin as well, and gets a page.
  const isScript = wantsJson && origin !== undefined && origin !== issuer;
  if (!(isForeign && mode !== 'navigate') && !isScript) return;
  throw new HttpError('origin_not_allowed', 'pages may lead here, and may not load this in the background');
}

/** In which of these a browser says that it only looks ahead, of whatever age and maker. */
const LOOKING_AHEAD = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;

/** Whether a browser only looks ahead: nothing may happen because of it. */
export function isPrefetch({ headers }: Request): boolean {
  return LOOKING_AHEAD.some((name) => /prefetch|prerender|preview/i.test(String(headers[name] ?? '')));
}
