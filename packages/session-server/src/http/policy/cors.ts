import type { Request, RequestHandler, Response } from 'express';
import type { Client, ClientDirectory } from '../../session/index.ts';
import { HttpError } from '../http-error.ts';

const EXPOSED =
  'DPoP-Nonce, WWW-Authenticate, Retry-After, X-Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset';

/** The origin policy of endpoints that pages call: any registered origin may ask, only a client's own is served. */
export interface Cors {
  /** Answers preflights, and lets a registered origin read errors. For routes that serve clients' pages. */
  readonly clients: RequestHandler;
  /** Lets everybody read: discovery and keys. */
  readonly everybody: RequestHandler;
  /** @throws HttpError `origin_not_allowed` unless the request comes from no page, from ours, or from one of this client's. */
  assertOwn(request: Request, response: Response, client: Client): void;
  /** As `assertOwn`, without an answer: for WebSockets. */
  allows(origin: string | undefined, client: Client): boolean;
}

export function createCors(issuer: string, clients: ClientDirectory): Cors {
  const allows = (origin: string | undefined, client: Client): boolean =>
    origin === undefined || origin === issuer || client.allowed_origins.includes(origin);
  return {
    allows,
    async clients(request, response, next) {
      const { origin } = request.headers;
      response.vary('Origin');
      // `null` is what any sandboxed frame sends: it names no page.
      const known =
        origin !== undefined && origin !== 'null' && (origin === issuer || (await clients.knowsOrigin(origin)));
      if (known) response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED });
      if (request.method !== 'OPTIONS') return next();
      if (known) {
        response.set({
          'Access-Control-Allow-Methods': 'GET, POST',
          'Access-Control-Allow-Headers': 'Authorization, Content-Type, Data-Session-Token, DPoP, X-Request-Id',
          'Access-Control-Max-Age': '600',
        });
      }
      response.status(204).end();
    },
    everybody(request, response, next) {
      response.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
      if (request.method !== 'OPTIONS') return next();
      response.set({ 'Access-Control-Allow-Methods': 'GET', 'Access-Control-Max-Age': '86400' });
      response.status(204).end();
    },
    assertOwn(request, response, client) {
      if (allows(request.headers.origin, client)) return;
      response.removeHeader('Access-Control-Allow-Origin');
      throw new HttpError(
        'origin_not_allowed',
        `the origin of this page is not one of the client's allowed_origins: add it there, exactly as the browser sends it`,
      );
    },
  };
}
