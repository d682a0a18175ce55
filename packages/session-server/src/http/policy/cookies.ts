import type { Request } from 'express';

/** The cookies of a request in their order. */
export function cookiesOf(request: Request): readonly (readonly [name: string, value: string])[] {
  return (request.headers.cookie ?? '').split(';').map((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? ['', pair.trim()] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
}
