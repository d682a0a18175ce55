import type { Request, Response } from 'express';
import { onlyCookie, surplusCookies } from './cookies.ts';

/** The session's secret in a browser without script: where there is no page that could hold it. */
export interface ScreenKeys {
  /** Null where the browser has none for this session. */
  read(request: Request, session_id: string): string | null;
  set(request: Request, response: Response, session_id: string, session_secret: string): void;
  clear(response: Response, session_id: string): void;
}

/** No session lives longer, in s. */
const MAX_AGE_S = 900;

/** Where the pages of one session are. */
export function screenPath(session_id: string): string {
  return `/no-script/${session_id}`;
}

/**
 * One cookie for each session. `__Host-`, so that no other host of the domain can give a person's browser the cookie of a
 * stranger's session: its pages would show the stranger's code and number as the person's own. `Strict`: each request to
 * these pages comes from one of them.
 */
export function createScreenKeys(issuer: string): ScreenKeys {
  const secure = issuer.startsWith('https:');
  const prefix = `${secure ? '__Host-' : ''}beckon-screen-`;
  const write = (response: Response, name: string, value: string, max_age_s: number): void => {
    const attributes = `Path=/; Max-Age=${max_age_s}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
    response.append('Set-Cookie', `${name}=${value}; ${attributes}`);
  };
  return {
    read(request, session_id) {
      const value = onlyCookie(request, prefix + session_id);
      return value !== null && /^[\w-]{20,128}$/.test(value) ? value : null;
    },
    set(request, response, session_id, session_secret) {
      write(response, prefix + session_id, session_secret, MAX_AGE_S);
      for (const name of surplusCookies(request, prefix, session_id)) write(response, name, '', 0);
    },
    clear: (response, session_id) => write(response, prefix + session_id, '', 0),
  };
}
