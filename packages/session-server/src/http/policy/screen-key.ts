import type { Request, Response } from 'express';
import { onlyCookie } from './cookies.ts';

/** The session's secret in a browser without script: where there is no page that could hold it. */
export interface ScreenKeys {
  /** Null where the browser has none for this session. */
  read(request: Request): string | null;
  set(response: Response, session_id: string, session_secret: string): void;
  clear(response: Response, session_id: string): void;
}

/** No session lives longer, in s. */
const MAX_AGE_S = 900;

/** Where the pages of one session are. The cookie is sent there and nowhere else. */
export function screenPath(session_id: string): string {
  return `/no-script/${session_id}`;
}

/**
 * One cookie for each session, told apart by their paths; so the name has `__Secure-`, as `__Host-` would
 * ask for the path `/`. `Strict`: each request to these pages comes from one of them.
 */
export function createScreenKeys(issuer: string): ScreenKeys {
  const secure = issuer.startsWith('https:');
  const name = `${secure ? '__Secure-' : ''}beckon-screen`;
  const write = (response: Response, session_id: string, value: string, max_age_s: number): void => {
    const attributes = `Path=${screenPath(session_id)}; Max-Age=${max_age_s}; HttpOnly; SameSite=Strict`;
    response.append('Set-Cookie', `${name}=${value}; ${attributes}${secure ? '; Secure' : ''}`);
  };
  return {
    read(request) {
      const value = onlyCookie(request, name);
      return value !== null && /^[\w-]{20,128}$/.test(value) ? value : null;
    },
    set: (response, session_id, session_secret) => write(response, session_id, session_secret, MAX_AGE_S),
    clear: (response, session_id) => write(response, session_id, '', 0),
  };
}
