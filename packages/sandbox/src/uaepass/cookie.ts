import type { Request } from 'express';

/** Says who is signed in to UAE PASS in this browser. */
export const SESSION_COOKIE = 'uaepass_session';

/** RFC 6265 §5.4; empty when there is none. */
export function cookieOf(req: Request, name: string): string {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}
