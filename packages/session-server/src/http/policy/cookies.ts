import type { Request } from 'express';

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
