import { z } from 'zod';
import { isSecureAddress } from '../outbound/secure-address.ts';

/**
 * URIs as the configuration writes them. Hosts are held to what hosts are made of: these end up in
 * policies (`frame-ancestors`, `img-src`), where `*`, `;` and `'` would say something else.
 */
const PLAIN_ORIGIN = /^https?:\/\/(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/;

const parseUrl = (text: string): URL | null => URL.parse(text);

const isPlainOrigin = (text: string): boolean => parseUrl(text)?.origin === text && PLAIN_ORIGIN.test(text);

/** A check that says what to write instead: an origin is no secret, and a URL's other parts are left out. */
function checked(schema: z.ZodString, mistakeIn: (text: string) => string | null): z.ZodString {
  return schema.superRefine((text, context) => {
    const message = mistakeIn(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

const isHttp = (url: URL): boolean => url.protocol === 'https:' || url.protocol === 'http:';
// Its own type would say that what is not secure is no URL.
const isSecure = (url: URL): boolean => isSecureAddress(url);
const asOrigin = (origin: string): string => (PLAIN_ORIGIN.test(origin) ? `: write ${origin}` : '');

export const issuer: z.ZodString = checked(
  z
    .string({
      error: ({ input }) =>
        input === undefined
          ? 'is missing: write the https origin of this server, for example https://id.example.com'
          : undefined,
    })
    .max(256),
  (text) => {
    const url = parseUrl(text);
    if (url === null || !isHttp(url)) return 'must be an https origin, for example https://id.example.com';
    if (!isSecure(url))
      return `must be https, because tokens are sent there (http only on localhost, 127.0.0.1 or [::1])${asOrigin(`https://${url.host}`)}`;
    if (isPlainOrigin(text)) return null;
    return `must be the origin alone, in lower case, with no path and no slash at its end${asOrigin(url.origin)}`;
  },
);

/** An address of the client's that this server calls. */
export const endpoint: z.ZodString = checked(z.string().max(2048), (text) => {
  const url = parseUrl(text);
  if (url === null || !isHttp(url)) return 'must be an https URL, for example https://shop.example/backchannel-logout';
  if (!isSecure(url)) return 'must be https (http only on localhost, 127.0.0.1 or [::1])';
  return text.includes('#') || url.username !== '' ? 'must have no fragment and no user name in it' : null;
});

/** A page that the hosted page links to. */
export const link: z.ZodString = checked(z.string().max(2048), (text) => {
  const url = parseUrl(text);
  if (url === null || !isHttp(url)) return 'must be an https URL, for example https://shop.example/privacy';
  if (!isSecure(url)) return 'must be https (http only on localhost, 127.0.0.1 or [::1])';
  return url.username !== '' || url.password !== '' ? 'must have no user name in it' : null;
});

export const qrBaseUrl: z.ZodString = z
  .string()
  .max(256)
  .refine(
    (text) => /^https?:\/\/[^?#\s]+\/$/i.test(text) && isPlainOrigin(parseUrl(text)?.origin ?? ''),
    'must be an http(s) URL that ends with a slash, with no query or fragment',
  );

export const pageUrl: z.ZodString = z
  .string()
  .max(256)
  .refine((text) => {
    const url = parseUrl(text);
    // As it is written: no user name, and nothing that a page would have to escape.
    return url !== null && !/[?#]/.test(text) && isPlainOrigin(url.origin) && text === url.origin + url.pathname;
  }, 'must be an http(s) URL with a path, and no query, fragment or user name');

export const origin: z.ZodString = checked(z.string().max(256), (text) => {
  if (isPlainOrigin(text)) return null;
  if (text.includes('*')) return 'must be one whole origin: * stands for nothing here, so write each origin by itself';
  const url = parseUrl(text);
  if (url !== null && isHttp(url) && PLAIN_ORIGIN.test(url.origin))
    return `must be the origin alone, as a browser sends it, with no path and no slash at its end: write ${url.origin}`;
  return 'must be one origin alone, as a browser sends it, for example https://shop.example';
});

export const redirectUri: z.ZodString = checked(z.string().max(2048), (text) => {
  const url = parseUrl(text);
  if (url === null) return 'must be an absolute URI (RFC 6749 §3.1.2), for example https://shop.example/callback';
  if (!/^[\x21-\x7e]*$/.test(text)) return 'must be printable ASCII without spaces (RFC 3986 §2)';
  if (text.includes('#')) return 'must have no fragment (RFC 6749 §3.1.2): leave out the # and what follows it';
  if (text.includes('*')) return 'is compared exactly, and * stands for nothing: write each redirect URI in full';
  if (isSecure(url)) return null;
  if (url.protocol === 'http:') return 'must be https (http only on localhost, 127.0.0.1 or [::1])';
  // A private-use scheme carries a period, so that it is no other app's (RFC 8252 §7.1).
  if (url.protocol.includes('.')) return null;
  return 'must be https, or a private-use scheme with a period in it, for example com.example.app:/callback (RFC 8252 §7.1)';
});

/** Whether a text could be a logo: https on a plain host, or an inline image. */
export function isLogo(text: string): boolean {
  const url = parseUrl(text);
  return text.startsWith('data:image/') || (url?.protocol === 'https:' && isPlainOrigin(url.origin));
}

export const logoUri: z.ZodString = z.string().max(32_768).refine(isLogo, 'must be https or data:image/…');

/** Whether a logo is inline, or comes from where the client itself lives: the origins of `own`. */
export function isOwnLogo(logo: string, own: readonly string[]): boolean {
  return logo.startsWith('data:') || own.map((text) => parseUrl(text)?.origin).includes(parseUrl(logo)?.origin);
}
