import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { HttpError } from '../http/http-error.ts';

/**
 * Refuses what a page may send that was given another name for this address (DNS rebinding): the port is called by an
 * IP address, by `localhost`, or by the host that it is configured with. A port that listens on another address is
 * called by names that only its network knows, and is not held to this: a page has neither a token nor a visit there.
 */
export function ownHost(configured: string): RequestHandler {
  const isShared = isIP(configured) > 0 && configured !== '::1' && !configured.startsWith('127.');
  return (request, _response, next) => {
    if (isShared) return next();
    const host = request.headers.host ?? '';
    const name = (/^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(host)?.[1] ?? '').toLowerCase();
    const isAddress = isIP(name.replace(/^\[|\]$/g, '')) > 0;
    if (isAddress || name === 'localhost' || name === configured.toLowerCase()) return next();
    throw new HttpError(
      'invalid_request',
      'Host: call the admin port by its IP address, by localhost or by the name in admin.host',
      421,
    );
  };
}
