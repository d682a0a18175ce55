/** A cookie as it rests (RFC 6265bis §5.5, without what only script or subdomains see). */
interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Ports do not count, as in every browser. */
  readonly host: string;
  readonly path: string;
  readonly secure: boolean;
  readonly sameSite: 'lax' | 'strict' | 'none';
  /** Ms since the epoch; null ends with the browser. */
  readonly until: number | null;
}

export interface CookieJar {
  /** Takes what a response sets; what breaks the rules is dropped, as a browser does without a word. */
  set(url: URL, headers: readonly string[]): void;
  /**
   * The `Cookie` header for a request; empty when there is none.
   * @param how whether the request comes from a page of another site, and whether it only reads (GET)
   */
  header(url: URL, how: { readonly crossSite: boolean; readonly reads: boolean }): string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const LIMIT = 200;

export function createCookieJar(now: () => number): CookieJar {
  /** By host, path and name. */
  const cookies = new Map<string, Cookie>();
  return {
    set(url, headers) {
      for (const header of headers) {
        const cookie = readCookie(url, header, now());
        if (cookie === null) continue;
        const key = JSON.stringify([cookie.host, cookie.path, cookie.name]);
        cookies.delete(key);
        if (cookie.until === null || cookie.until > now()) cookies.set(key, cookie);
        const [oldest] = cookies.keys();
        if (cookies.size > LIMIT && oldest !== undefined) cookies.delete(oldest);
      }
    },
    header(url, { crossSite, reads }) {
      return [...cookies.values()]
        .filter((cookie) => cookie.host === url.hostname && isUnder(url.pathname, cookie.path))
        .filter(({ until }) => until === null || until > now())
        .filter(({ secure }) => !secure || isSecure(url))
        .filter(({ sameSite }) => !crossSite || sameSite === 'none' || (sameSite === 'lax' && reads))
        .toSorted((one, other) => other.path.length - one.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ');
    },
  };
}

function readCookie(url: URL, header: string, now: number): Cookie | null {
  const [pair = '', ...rest] = header.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at).trim();
  if (at < 1 || name === '' || header.length > 4096) return null;
  const attributes = new Map(
    rest.map((part) => {
      const [key = '', ...value] = part.split('=');
      return [key.trim().toLowerCase(), value.join('=').trim()] as const;
    }),
  );
  const said = attributes.get('path') ?? '';
  const secure = attributes.has('secure');
  const sameSite = attributes.get('samesite')?.toLowerCase();
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase() ?? '';
  const cookie: Cookie = {
    name,
    value: pair.slice(at + 1).trim(),
    host: url.hostname,
    path: said.startsWith('/') ? said : defaultPath(url.pathname),
    secure,
    sameSite: sameSite === 'strict' || sameSite === 'none' ? sameSite : 'lax',
    until: expiry(attributes, now),
  };
  if (domain !== '' && domain !== url.hostname) return null;
  if (secure && !isSecure(url)) return null;
  if (cookie.sameSite === 'none' && !secure) return null;
  if (/^__secure-/i.test(name) && !secure) return null;
  // RFC 6265bis §4.1.3.2.
  if (/^__host-/i.test(name) && (!secure || said !== '/' || domain !== '')) return null;
  return cookie;
}

function expiry(attributes: ReadonlyMap<string, string>, now: number): number | null {
  const age = attributes.get('max-age') ?? '';
  if (/^-?\d+$/.test(age)) return now + Number(age) * 1000;
  const at = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(at) ? null : at;
}

/** RFC 6265 §5.1.4. */
function defaultPath(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Browsers trust the machine that they run on. */
function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || LOOPBACK.has(url.hostname);
}
