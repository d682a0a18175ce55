import { type Request, type Response, Router } from 'express';
import {
  type BearerCall,
  ENDPOINTS,
  type EndpointCall,
  type OAuth,
  OAuthError,
  type Params,
  PUBLIC_MAX_AGE_S,
  readParams,
} from '../../oauth/index.ts';
import type { Client } from '../../session/index.ts';
import type { Cors } from '../policy/cors.ts';
import type { Limits } from '../policy/limits.ts';
import { formParams, formBody, queryParams } from '../input/form-body.ts';
import { requireMethod } from '../input/methods.ts';
import { factsAbout } from '../observe.ts';

/**
 * The OAuth endpoints that are no pages. Which pages may call them by script:
 *
 * | endpoints                    | origins                |
 * |------------------------------|------------------------|
 * | discovery, keys              | all                    |
 * | PAR, token, userinfo, revoke | the client's own, ours |
 * | introspect, upstream token   | none                   |
 *
 * `/authorize` is a page that no script may read: it has its own routes. Errors go to the
 * application's error handler.
 */
export function oauthRoutes(oauth: OAuth, cors: Cors, limits: Limits): Router {
  const router = Router({ caseSensitive: true, strict: true });

  for (const path of [ENDPOINTS.openidConfiguration, ENDPOINTS.authorizationServer]) {
    router
      .route(path)
      .all(cors.everybody)
      .get(async (request, response) => {
        await limits.count('public_reads', request, response, {});
        cacheable(response).json(oauth.metadata());
      })
      .all(requireMethod('GET'));
  }

  router
    .route(ENDPOINTS.jwks)
    .all(cors.everybody)
    .get(async (request, response) => {
      await limits.count('public_reads', request, response, {});
      const set = await oauth.jwks();
      cacheable(response).type('application/jwk-set+json').send(JSON.stringify(set));
    })
    .all(requireMethod('GET'));

  router
    .route(ENDPOINTS.push)
    .all(cors.clients)
    .post(formBody, async (request, response) => {
      const answer = await counted(request, response, async (admit) =>
        oauth.push(formCall(request, (client) => withRoom(client, admit, response))),
      );
      neverCached(response).status(201).json(answer);
    })
    .all(requireMethod('POST'));

  router
    .route(ENDPOINTS.token)
    .all(cors.clients)
    .post(formBody, async (request, response) => {
      const answer = await counted(request, response, async (admit) => oauth.token(formCall(request, admit)));
      neverCached(response).json(answer);
    })
    .all(requireMethod('POST'));

  router
    .route(ENDPOINTS.revoke)
    .all(cors.clients)
    .post(formBody, async (request, response) => {
      await counted(request, response, async (admit) => oauth.revoke(formCall(request, admit)));
      // The body means nothing (RFC 7009 §2.2), and some libraries read it as JSON all the same.
      neverCached(response).json({});
    })
    .all(requireMethod('POST'));

  // For backends: no page has a client with a secret.
  router
    .route(ENDPOINTS.introspect)
    .post(formBody, async (request, response) => {
      const answer = await counted(request, response, async (admit) => oauth.introspect(formCall(request, admit)));
      neverCached(response).json(answer);
    })
    .all(requireMethod('POST'));

  /** Anybody can push for a public client, for it has no secret to show. */
  const withRoom = async (client: Client, admit: EndpointCall['admit'], response: Response): Promise<void> => {
    await admit(client);
    if (client.token_endpoint_auth_method === 'none') await limits.assertRoom(response);
  };
  const userinfo = async (request: Request, response: Response, params: Params): Promise<void> => {
    const answer = await counted(request, response, async (admit) =>
      oauth.userinfo(bearerCall(request, params, admit)),
    );
    neverCached(response);
    // Its type as it is registered: Express would add a character set, which a JWT has not.
    if (answer.form === 'jwt') response.type('application/jwt').end(answer.jwt);
    else response.json(answer.claims);
  };
  router
    .route(ENDPOINTS.userinfo)
    .all(cors.clients)
    // A body that comes with a GET means nothing (RFC 9110 §9.3.1).
    .get((request, response) => userinfo(request, response, readParams('')))
    .post(formBody, (request, response) => userinfo(request, response, formParams(request)))
    .all(requireMethod('GET', 'POST'));

  // For backends too: a provider's token is no page's.
  router
    .route(ENDPOINTS.upstreamToken)
    .get(async (request, response) => {
      // Before anything is thrown: no cache keeps a refusal either.
      neverCached(response);
      const answer = await counted(request, response, async (admit) =>
        oauth.upstreamToken(bearerCall(request, readParams(''), admit)),
      );
      response.json(answer);
    })
    .all(requireMethod('GET'));

  return router;

  /**
   * A caller that shows whose it is counts for that client in its own network. What fails before that
   * counts as a failure, so that a stranger cannot use up what a website's backend may do.
   */
  async function counted<T>(
    request: Request,
    response: Response,
    work: (admit: EndpointCall['admit']) => Promise<T>,
  ): Promise<T> {
    let admitted = false;
    const admit: EndpointCall['admit'] = async (client) => {
      factsAbout(response).client_id = client.client_id;
      cors.assertOwn(request, client);
      admitted = true;
      await limits.count('oauth_calls', request, response, { client_id: client.client_id });
    };
    return limits.guard(
      'client_failures',
      request,
      () => work(admit),
      () => !admitted,
    );
  }

  function bearerCall(request: Request, params: Params, admit: EndpointCall['admit']): BearerCall {
    const { values, doubled } = queryParams(request);
    const tokenInQuery = values.has('access_token') || doubled.has('access_token');
    return { ...callOf(request, params, admit), tokenInQuery };
  }

  function callOf(request: Request, params: Params, admit: EndpointCall['admit']): EndpointCall {
    return { authorization: request.headers.authorization ?? null, params, admit };
  }

  /** RFC 6749 §2.3.1: credentials, and with them the rest, never travel in the URL, which ends up in logs. */
  function formCall(request: Request, admit: EndpointCall['admit']): EndpointCall {
    if (queryParams(request).values.size > 0) {
      throw new OAuthError('invalid_request', 'send the parameters in the body, not in the URL');
    }
    return callOf(request, formParams(request), admit);
  }
}

function cacheable(response: Response): Response {
  return response.set('Cache-Control', `public, max-age=${PUBLIC_MAX_AGE_S}`);
}

/** RFC 6749 §5.1. */
function neverCached(response: Response): Response {
  return response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
}
