import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Connector } from '../connectors/connector.ts';
import { type Flow, FlowError, type RedirectEnd } from '../flow/index.ts';
import { asPage } from './as-page.ts';
import type { BrowserKeys } from './browser-key.ts';
import { pagePolicy } from './headers.ts';
import type { Limits } from './limits.ts';
import { requireMethod } from './methods.ts';
import { endPage, notHerePage } from './pages/redirect-pages.ts';
import { refusalPage } from './pages/refusal-page.ts';
import { isPrefetch } from './same-origin.ts';

export interface RedirectRoutesDependencies {
  readonly flow: Flow;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly browserKeys: BrowserKeys;
  readonly limits: Limits;
  /** A page was shown in place of an answer; for the log. */
  readonly onRefused: (error: unknown) => void;
}

/** Back from any provider: a page that people see when something is wrong. */
export function redirectRoutes(deps: RedirectRoutesDependencies): Router {
  const { flow, browserKeys, limits } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  const page = async (request: Request, response: Response, work: () => Promise<void>): Promise<void> => {
    response.set(PAGE_HEADERS);
    // Coming back changes the sign-in: nobody does that by looking.
    if (request.method === 'HEAD') {
      response.status(405).set('Allow', 'GET').end();
      return;
    }
    if (isPrefetch(request)) {
      response.status(503).set('Retry-After', '1').end();
      return;
    }
    await asPage(response, deps.onRefused, async () => {
      await limits.count('redirects', request, response, {});
      await work();
    });
  };

  router
    .route('/callback/:connector')
    .get((request, response) =>
      page(request, response, async () => {
        const connector = request.params['connector'] ?? '';
        if (deps.connectors.get(connector)?.redirect == null)
          throw new FlowError('session_not_found', 'there is no such connector');
        const at = request.originalUrl.indexOf('?');
        const parameters = new URLSearchParams(at === -1 ? '' : request.originalUrl.slice(at + 1));
        const end = await flow.fromProvider(connector, parameters, (id) => browserKeys.read(request, id));
        answerEnd(response, end);
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
  if (!(cause instanceof URIError) || !request.path.startsWith('/callback/')) return next(cause);
  response.set(PAGE_HEADERS).status(404).type('html').send(refusalPage('session_not_found'));
};

function answerEnd(response: Response, end: RedirectEnd): void {
  switch (end.type) {
    case 'redirect':
      // 303, never 307 (RFC 9700 §4.12).
      response.redirect(303, end.location);
      return;
    case 'done':
      response.send(endPage(end.client_name));
      return;
    case 'ended':
      response.send(notHerePage(end));
  }
}
