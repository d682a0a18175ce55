import { type Request, type RequestHandler, type Response, Router } from 'express';
import { ENDPOINTS, type EndpointCall, type OAuth, OAuthError } from '../oauth/index.ts';
import type { Cors } from './cors.ts';
import { formBody, formParams, queryParams } from './form-body.ts';

/** How long discovery and keys may be kept, in seconds; a client that meets an unknown `kid` asks again by itself. */
const PUBLIC_MAX_AGE_S = 300;

/**
 * The OAuth endpoints that are no pages. Who may call them from a page:
 *
 * | discovery, keys | every origin |
 * | PAR, token, userinfo | a client's own origins |
 *
 * `/authorize` is a page, and no script may read it. Errors go to the application's error handler.
 */
export function oauthRoutes(oauth: OAuth, cors: Cors): Router {
  const router = Router({ caseSensitive: true, strict: true });

  for (const path of [ENDPOINTS.openidConfiguration, ENDPOINTS.authorizationServer]) {
    router.all(path, cors.everybody, only('GET', 'HEAD'), (_request, response) => {
      response.set('Cache-Control', `public, max-age=${PUBLIC_MAX_AGE_S}`).json(oauth.metadata());
    });
  }
  router.all(ENDPOINTS.jwks, cors.everybody, only('GET', 'HEAD'), async (_request, response) => {
    const set = await oauth.jwks();
    response
      .set('Cache-Control', `public, max-age=${PUBLIC_MAX_AGE_S}`)
      .type('application/jwk-set+json')
      .send(JSON.stringify(set));
  });

  router.all(ENDPOINTS.push, cors.clients, only('POST'), formBody, async (request, response) => {
    refuseQuery(request);
    noStore(response)
      .status(201)
      .json(await oauth.push(callOf(request, response)));
  });
  router.all(ENDPOINTS.token, cors.clients, only('POST'), formBody, async (request, response) => {
    refuseQuery(request);
    noStore(response).json(await oauth.token(callOf(request, response)));
  });
  router.all(ENDPOINTS.userinfo, cors.clients, only('GET', 'HEAD', 'POST'), formBody, async (request, response) => {
    const query = queryParams(request);
    const tokenInQuery = query.values.has('access_token') || query.doubled.has('access_token');
    noStore(response).json(await oauth.userinfo({ ...callOf(request, response), tokenInQuery }));
  });
  return router;

  function callOf(request: Request, response: Response): EndpointCall {
    return {
      authorization: request.headers.authorization ?? null,
      // A body that comes with a GET means nothing (RFC 9110 §9.3.1).
      params:
        request.method === 'POST'
          ? formParams(request)
          : { values: new Map(), doubled: new Set(), malformed: new Set() },
      admit: (client) => cors.assertOwn(request, response, client),
    };
  }
}

/** Answers every other method with 405 and what is allowed (RFC 9110 §15.5.6). Preflights were answered before. */
function only(...methods: readonly string[]): RequestHandler {
  return (request, response, next) => {
    if (methods.includes(request.method)) return next();
    response.set('Allow', methods.join(', '));
    throw new OAuthError('invalid_request', `this endpoint takes ${methods.join(', ')}`, {}, 405);
  };
}

/** RFC 6749 §2.3.1: credentials, and with them the rest of the request, never travel in the URL, which ends up in logs. */
function refuseQuery(request: Request): void {
  const { values } = queryParams(request);
  if (values.size > 0) throw new OAuthError('invalid_request', 'send the parameters in the body, not in the URL');
}

/** RFC 6749 §5.1. */
function noStore(response: Response): Response {
  return response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
}
