import type { Request, Response } from 'express';

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
  const nameOf = (session_id: string): string => `${secure ? '__Host-' : ''}beckon-${session_id}`;
  const read = (request: Request, session_id: string): string | null => {
    const name = nameOf(session_id);
    for (const pair of (request.headers.cookie ?? '').split(';')) {
      const [key, value = ''] = pair.trim().split('=');
      if (key === name && /^[\w-]{43}$/.test(value)) return value;
    }
    return null;
  };
  return {
    read,
    ensure(request, response, session_id) {
      const known = read(request, session_id);
      if (known !== null) return known;
      const key = newKey();
      const attributes = `Path=/; Max-Age=${MAX_AGE_S}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
      response.append('Set-Cookie', `${nameOf(session_id)}=${key}; ${attributes}`);
      return key;
    },
  };
}
