import type { Request, Response } from 'express';
import { onlyCookie, surplusCookies } from './cookies.ts';

/** What binds a browser to one sign-in: 43 characters, in a cookie of its own for each session. */
export interface BrowserKeys {
  read(request: Request, session_id: string): string | null;
  /** The browser's key for this session; a new one is set where it has none. */
  ensure(request: Request, response: Response, session_id: string): string;
}

/** The sign-in is over by then; the key says nothing about the person, in s. */
const MAX_AGE_S = 900;

/**
 * `__Host-` keeps a cookie to this very host over https; on a loopback issuer without TLS there is
 * no such prefix to have. `Lax`, for the way back from the provider is a top-level GET.
 */
export function createBrowserKeys(issuer: string, newKey: () => string): BrowserKeys {
  const secure = issuer.startsWith('https:');
  const prefix = `${secure ? '__Host-' : ''}beckon-`;
  const attributes = (max_age_s: number): string =>
    `Path=/; Max-Age=${max_age_s}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  const read = (request: Request, session_id: string): string | null => {
    const value = onlyCookie(request, prefix + session_id);
    return value !== null && /^[\w-]{43}$/.test(value) ? value : null;
  };
  return {
    read,
    ensure(request, response, session_id) {
      const known = read(request, session_id);
      if (known !== null) return known;
      const key = newKey();
      response.append('Set-Cookie', `${prefix}${session_id}=${key}; ${attributes(MAX_AGE_S)}`);
      for (const name of surplusCookies(request, prefix, session_id))
        response.append('Set-Cookie', `${name}=; ${attributes(0)}`);
      return key;
    },
  };
}
