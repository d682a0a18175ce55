import { Cookie, CookieJar as Jar, MemoryCookieStore } from 'tough-cookie';

export interface CookieJar {
  /** Takes what a response sets; what breaks the rules is dropped, as a browser does without a word. */
  set(url: URL, headers: readonly string[]): Promise<void>;
  /**
   * The `Cookie` header for a request; empty when there is none.
   * @param how whether the request comes from a page of another site, and whether it only reads (GET)
   */
  header(url: URL, how: { readonly crossSite: boolean; readonly reads: boolean }): Promise<string>;
}

/** Most characters of a `Set-Cookie` header. */
const HEADER_LIMIT = 4096;
/** Most cookies of one phone; the oldest makes room. */
const LIMIT = 200;

/**
 * The cookies of one phone, kept by `tough-cookie`. Three things are ours: the clock, which the library
 * reads from the process; what it leaves to the browser around it (`SameSite` is Lax where nothing is
 * said, None only with Secure, RFC 6265bis §5.7); and how much is kept.
 */
export function createCookieJar(now: () => number): CookieJar {
  const store = new MemoryCookieStore();
  const jar = new Jar(store, { prefixSecurity: 'silent' });

  async function makeRoom(): Promise<void> {
    const cookies = await store.getAllCookies();
    for (const { domain, path, key } of cookies.slice(0, Math.max(cookies.length - LIMIT, 0))) {
      await store.removeCookie(domain ?? '', path ?? '', key);
    }
  }

  return {
    async set(url, headers) {
      for (const header of headers) {
        const cookie = readCookie(header, now());
        if (cookie === null) continue;
        await jar.setCookie(cookie, url, { ignoreError: true, now: new Date(now()) });
      }
      await makeRoom();
    },
    async header(url, { crossSite, reads }) {
      const sameSiteContext = crossSite ? (reads ? 'lax' : 'none') : 'strict';
      const cookies = await jar.getCookies(url, { sameSiteContext, expire: false, sort: true });
      return cookies
        .filter((cookie) => (cookie.expiryTime() ?? Number.POSITIVE_INFINITY) > now())
        .map((cookie) => cookie.cookieString())
        .join('; ');
    },
  };
}

/** Null for what no browser takes. */
function readCookie(header: string, now: number): Cookie | null {
  const cookie = header.length > HEADER_LIMIT ? undefined : Cookie.parse(header);
  if (cookie === undefined) return null;
  cookie.sameSite ??= 'lax';
  if (cookie.sameSite === 'none' && !cookie.secure) return null;
  // The library knows the prefixes as they are usually written; browsers in any case (RFC 6265bis §5.4).
  if (/^__(host|secure)-/i.test(cookie.key) && !cookie.secure) return null;
  if (/^__host-/i.test(cookie.key) && (cookie.path !== '/' || cookie.domain !== null)) return null;
  // An age counts from now, not from when the cookie was last sent.
  if (cookie.maxAge !== null) {
    cookie.expires = cookie.expiryDate(new Date(now)) ?? null;
    cookie.maxAge = null;
  }
  return cookie;
}
