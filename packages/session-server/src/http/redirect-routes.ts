import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Connector } from '../connectors/connector.ts';
import { type Flow, FlowError, type RedirectEnd } from '../flow/index.ts';
import type { Party } from '../session/index.ts';
import type { BrowserKeys } from './browser-key.ts';
import { pagePolicy } from './headers.ts';
import { answerTo } from './http-error.ts';
import { query } from './input.ts';
import type { Limits } from './limits.ts';
import { requireMethod } from './methods.ts';
import { endPage, notHerePage } from './pages/redirect-pages.ts';
import { refusalPage } from './pages/refusal-page.ts';
import { isPrefetch } from './same-origin.ts';
import { sessionId } from './session-routes.ts';
import { toProvider } from './to-provider.ts';

export interface RedirectRoutesDependencies {
  readonly flow: Flow;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly browserKeys: BrowserKeys;
  readonly partyOf: (request: Request) => Party;
  readonly limits: Limits;
  /** A page was shown in place of an answer; for the log. */
  readonly onRefused: (error: unknown) => void;
}

/** On one device: to the provider; from any provider: back. Both are pages that people see when something is wrong. */
export function redirectRoutes(deps: RedirectRoutesDependencies): Router {
  const { flow, browserKeys, limits } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  /** Whatever goes wrong, the person reads a page, and what to do. */
  const asPage = async (request: Request, response: Response, work: () => Promise<void>): Promise<void> => {
    response.set(PAGE_HEADERS).type('html');
    // Going to a provider and coming back both change the sign-in: nobody does either by looking.
    if (request.method === 'HEAD') {
      response.status(405).set('Allow', 'GET').end();
      return;
    }
    if (isPrefetch(request)) {
      response.status(503).set('Retry-After', '1').end();
      return;
    }
    try {
      await limits.count('redirects', request, response, {});
      await work();
    } catch (cause) {
      const answer = answerTo(cause);
      if (answer.detail !== null || answer.status >= 500) deps.onRefused(cause);
      response.status(answer.status).set(answer.headers).send(refusalPage(answer.error));
    }
  };

  router
    .route('/session/:id/start')
    .get((request, response) =>
      asPage(request, response, async () => {
        const session_id = sessionId(request);
        const { ticket = '' } = query(request);
        const key = browserKeys.ensure(request, response, session_id);
        try {
          toProvider(response, await flow.startSameDevice(session_id, ticket, key, deps.partyOf(request)));
        } catch (cause) {
          // Refused before the browser was bound to anything. Where the provider failed it may try again.
          if (cause instanceof FlowError) response.removeHeader('Set-Cookie');
          throw cause;
        }
      }),
    )
    .all(requireMethod('GET'));

  router
    .route('/callback/:connector')
    .get((request, response) =>
      asPage(request, response, async () => {
        const connector = request.params['connector'] ?? '';
        if (deps.connectors.get(connector)?.redirect == null)
          throw new FlowError('session_not_found', 'there is no such connector');
        const at = request.originalUrl.indexOf('?');
        const parameters = new URLSearchParams(at === -1 ? '' : request.originalUrl.slice(at + 1));
        const end = await flow.fromProvider(connector, parameters, (id) => browserKeys.read(request, id));
        if (end.type === 'done') response.send(endPage(end.client_name, await flow.collected(end.session_id)));
        else answerEnd(response, end);
      }),
    )
    .all(requireMethod('GET'));

  router.use(explain);
  return router;
}

const PAGE_HEADERS = {
  'Content-Security-Policy': pagePolicy({ connect: [], images: [], frameAncestors: [] }),
  'Referrer-Policy': 'no-referrer',
};

/** An address that cannot even be decoded is opened by a person as well. */
const explain: ErrorRequestHandler = (cause: unknown, request, response, next) => {
  if (!(cause instanceof URIError) || !/^\/(?:callback\/|session\/[^/]*\/start$)/.test(request.path))
    return next(cause);
  response.set(PAGE_HEADERS).status(404).type('html').send(refusalPage('session_not_found'));
};

function answerEnd(response: Response, end: Exclude<RedirectEnd, { readonly type: 'done' }>): void {
  switch (end.type) {
    case 'redirect':
      // 303, never 307 (RFC 9700 §4.12).
      response.redirect(303, end.location);
      return;
    case 'ended':
      response.send(notHerePage(end));
  }
}
