import type { Response } from 'express';

/**
 * What a page that embeds the widget needs to allow, and nothing else: the issuer's script, its pictures of apps, its
 * frame (which in form A first loads the shop's own login route), and calls to it by fetch and WebSocket.
 */
export function securityHeaders(
  res: Response,
  issuer: string,
  options: { readonly trustedTypes?: boolean; readonly fonts?: boolean } = {},
): void {
  const socket = issuer.replace(/^http/, 'ws');
  const policy = [
    `default-src 'none'`,
    `script-src 'self' ${issuer}`,
    `style-src 'self'`,
    `img-src 'self' data: ${issuer}`,
    ...(options.fonts ? [`font-src 'self'`] : []),
    `connect-src 'self' ${issuer} ${socket}`,
    `frame-src 'self' ${issuer}`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'self'`,
    ...(options.trustedTypes ? [`require-trusted-types-for 'script'`] : []),
  ];
  res.set({
    'Content-Security-Policy': policy.join('; '),
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
  });
}
