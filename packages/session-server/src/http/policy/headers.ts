import type { RequestHandler } from 'express';

const COMMON = Object.entries({
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
});

/** What every answer carries; routes tighten or loosen it where the product needs it. */
export const commonHeaders: RequestHandler = (_request, response, next) => {
  for (const [name, value] of COMMON) response.setHeader(name, value);
  next();
};

/** A page of ours: scripts and styles from this origin alone, no inline code but what has a hash, Trusted Types on. */
export function pagePolicy(
  options: {
    /** Scripts besides those of this origin: the hash of an inline one. Default none. */
    readonly scripts?: readonly string[];
    /** What the page may connect to besides this origin; WebSockets count apart from `'self'` in some browsers. Default none. */
    readonly connect?: readonly string[];
    /** Default none. */
    readonly images?: readonly string[];
    /** Exact origins that may frame it, or `'self'`. Default none. */
    readonly frameAncestors?: readonly string[];
    /** Whether it has a frame of ours in it. Default false. */
    readonly framesOwn?: boolean;
    /** Whether it has forms: `'self'` where they end on a page of ours, true where they lead elsewhere. Default false. */
    readonly forms?: boolean | 'self';
  } = {},
): string {
  const { scripts = [], connect = [], images = [], frameAncestors = [], framesOwn = false, forms = false } = options;
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...scripts].join(' ')}`,
    "style-src 'self'",
    `img-src ${["'self'", 'data:', ...images].join(' ')}`,
    `connect-src ${["'self'", ...connect].join(' ')}`,
    ...(framesOwn ? ["frame-src 'self'"] : []),
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
    "base-uri 'none'",
    // Checked along the whole chain of redirects that follows a form: a page whose form ends at a provider has none.
    ...(forms === true ? [] : [`form-action '${forms === 'self' ? 'self' : 'none'}'`]),
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** What a page's policy must allow to show a client's logo: nothing where that is in the page, or not over https. */
export function imagesOf(logo_uri: string | null): readonly string[] {
  const logo = logo_uri === null ? null : URL.parse(logo_uri);
  return logo?.protocol === 'https:' ? [logo.origin] : [];
}
