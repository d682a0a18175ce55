import type { Request, RequestHandler } from 'express';
import type { Client, ClientDirectory } from '../../session/index.ts';
import { HttpError } from '../http-error.ts';

const EXPOSED =
  'DPoP-Nonce, WWW-Authenticate, Retry-After, X-Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset';

/**
 * The origin policy of endpoints that pages call. Only a page of the client's own is served. Any page may ask and read
 * that it is refused: the refusal holds no secret, and a page that is not registered would else see a network error.
 */
export interface Cors {
  /**
   * Answers preflights, lets a registered origin read errors, and refuses an unregistered one at once. For routes that
   * serve clients' pages. @throws HttpError `origin_not_allowed`
   */
  readonly clients: RequestHandler;
  /** Lets everybody read: discovery and keys. */
  readonly everybody: RequestHandler;
  /** @throws HttpError `origin_not_allowed` unless the request comes from no page, from ours, or from one of this client's. */
  assertOwn(request: Request, client: Client): void;
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
      const isPage = isWebOrigin(origin);
      if (isPage) response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED });
      if (request.method !== 'OPTIONS') {
        if (isPage && origin !== issuer && !(await clients.knowsOrigin(origin))) throw notAllowed(origin);
        return next();
      }
      if (isPage) {
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
    assertOwn(request, client) {
      const { origin } = request.headers;
      if (!allows(origin, client)) throw notAllowed(origin);
    },
  };
}

/** In characters: a host name has 253 at most. */
const ORIGIN_LIMIT = 300;

/** An origin as browsers write it. Not `null`, which any sandboxed frame sends: it names no page. */
function isWebOrigin(origin: string | undefined): origin is string {
  if (origin === undefined || origin.length > ORIGIN_LIMIT || !/^https?:/.test(origin)) return false;
  return URL.parse(origin)?.origin === origin;
}

function notAllowed(origin: string | undefined): HttpError {
  const page = isWebOrigin(origin) ? origin : 'the origin of this page';
  return new HttpError('origin_not_allowed', `add ${page} to the client's allowed_origins, as the browser sends it`);
}
