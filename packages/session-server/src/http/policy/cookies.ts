import type { Request } from 'express';
import { isSessionId } from '../../session/index.ts';

/** The cookies of a request in their order. */
export function cookiesOf(request: Request): readonly (readonly [name: string, value: string])[] {
  return (request.headers.cookie ?? '').split(';').map((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? ['', pair.trim()] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
}

/** The value of that cookie; null where there is none, or more than one: then no one can tell which is ours. */
export function onlyCookie(request: Request, name: string): string | null {
  const [value, ...others] = cookiesOf(request).flatMap(([each, text]) => (each === name ? [text] : []));
  return value === undefined || others.length > 0 ? null : value;
}

/** A browser keeps this many cookies of a kind; sign-ins that begin one after another could otherwise fill its request head. */
const KEPT = 8;

/** The browser's cookies called `prefix` and a session, as many as leave no room for one of `session_id`; the oldest ones. */
export function surplusCookies(request: Request, prefix: string, session_id: string): readonly string[] {
  // Browsers send the oldest first (RFC 6265 §5.4).
  const others = cookiesOf(request)
    .map(([name]) => name)
    .filter(
      (name) => name.startsWith(prefix) && isSessionId(name.slice(prefix.length)) && name !== prefix + session_id,
    );
  return others.slice(0, Math.max(0, others.length - KEPT + 1));
}
