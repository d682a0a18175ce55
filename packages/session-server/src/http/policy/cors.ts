import type { Request, RequestHandler, Response } from 'express';
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
  /** As `clients`, but `assertKnown` refuses, once the route knows whose page it would be. */
  readonly opened: RequestHandler;
  /** `client`: whom the request names; null for none that there is. @throws HttpError `origin_not_allowed` unless some client's page, ours, or no page asks */
  assertKnown(request: Request, client: () => Promise<Client | null>): Promise<void>;
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
  const assertKnown: Cors['assertKnown'] = async ({ headers: { origin } }, client) => {
    if (!isWebOrigin(origin) || origin === issuer || (await clients.knowsOrigin(origin))) return;
    throw notAllowed(origin, await client());
  };
  /** Whether the answer is still to come. */
  const open = (request: Request, response: Response): boolean => {
    const { origin } = request.headers;
    response.vary('Origin');
    const isPage = isWebOrigin(origin);
    if (isPage) response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED });
    if (request.method !== 'OPTIONS') return true;
    if (isPage) {
      response.set({
        'Access-Control-Allow-Methods': 'GET, POST',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type, Data-Session-Token, DPoP, X-Request-Id',
        'Access-Control-Max-Age': '600',
      });
    }
    response.status(204).end();
    return false;
  };
  return {
    allows,
    assertKnown,
    async clients(request, response, next) {
      if (!open(request, response)) return;
      await assertKnown(request, () => Promise.resolve(null));
      next();
    },
    opened(request, response, next) {
      if (open(request, response)) next();
    },
    everybody(request, response, next) {
      response.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
      if (request.method !== 'OPTIONS') return next();
      response.set({ 'Access-Control-Allow-Methods': 'GET', 'Access-Control-Max-Age': '86400' });
      response.status(204).end();
    },
    assertOwn(request, client) {
      const { origin } = request.headers;
      if (!allows(origin, client)) throw notAllowed(origin, client);
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

/** Characters of an origin that the operator is told. */
const TOLD_LIMIT = 256;

function notAllowed(origin: string | undefined, client: Client | null): HttpError {
  const page = isWebOrigin(origin) ? origin : 'the origin of this page';
  const told = (origin ?? '').slice(0, TOLD_LIMIT).replaceAll(/[^\x21-\x7e]/g, '?');
  const of = client === null ? 'any client' : `client "${client.client_id}"`;
  return new HttpError(
    'origin_not_allowed',
    `add ${page} to the client's allowed_origins, as the browser sends it`,
    undefined,
    { detail: `origin ${told} is not in allowed_origins of ${of}` },
  );
}
