import { z } from 'zod';
import { isSecureAddress } from '../outbound/secure-address.ts';

/**
 * URIs as the configuration writes them. Hosts are held to what hosts are made of: these end up in
 * policies (`frame-ancestors`, `img-src`), where `*`, `;` and `'` would say something else.
 */
const PLAIN_ORIGIN = /^https?:\/\/(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/;

const parseUrl = (text: string): URL | null => URL.parse(text);

const isPlainOrigin = (text: string): boolean => parseUrl(text)?.origin === text && PLAIN_ORIGIN.test(text);

export const issuer: z.ZodString = z
  .string()
  .max(256)
  .refine((text) => {
    return isSecureAddress(parseUrl(text));
  }, 'must be an https URL (http only on localhost, 127.0.0.1 or [::1])')
  .refine(isPlainOrigin, 'must be an origin alone, in lower case, with no path and no trailing slash');

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
  .refine(
    (text) => /^https?:\/\/[^?#\s]+$/i.test(text) && isPlainOrigin(parseUrl(text)?.origin ?? ''),
    'must be an http(s) URL with no query or fragment',
  );

export const origin: z.ZodString = z
  .string()
  .max(256)
  .refine(isPlainOrigin, 'must be one origin alone, as a browser sends it, for example https://shop.example');

export const redirectUri: z.ZodString = z
  .string()
  .max(2048)
  .refine((text) => parseUrl(text) !== null, 'must be an absolute URI (RFC 6749 §3.1.2)')
  .refine((text) => /^[\x21-\x7e]*$/.test(text), 'must be printable ASCII without spaces (RFC 3986 §2)')
  .refine((text) => !text.includes('#'), 'must have no fragment (RFC 6749 §3.1.2)')
  .refine((text) => {
    const url = parseUrl(text);
    // A private-use scheme carries a period, so that it is no other app's (RFC 8252 §7.1).
    return url === null || (url.protocol !== 'http:' && url.protocol.includes('.')) || isSecureAddress(url);
  }, 'must be https, http on a loopback host, or a private-use scheme with a period in it (RFC 8252 §7.1)');

export const logoUri: z.ZodString = z
  .string()
  .max(32_768)
  .refine((text) => {
    const url = parseUrl(text);
    return text.startsWith('data:image/') || (url?.protocol === 'https:' && isPlainOrigin(url.origin));
  }, 'must be https or data:image/…');

/** Whether a logo is inline, or comes from where the client itself lives. */
export function isOwnLogo(
  logo: string,
  client: { readonly allowed_origins: readonly string[]; readonly redirect_uris: readonly string[] },
): boolean {
  if (logo.startsWith('data:')) return true;
  const own = [...client.allowed_origins, ...client.redirect_uris].map((text) => parseUrl(text)?.origin);
  return own.includes(parseUrl(logo)?.origin);
}
