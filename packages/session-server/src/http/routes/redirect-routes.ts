import { type Request, type Response, Router } from 'express';
import { type Consent, type RedirectPort, FlowError, type RedirectEnd } from '../../flow/index.ts';
import { asPage, explainAsPage, type OnRefused } from './as-page.ts';
import { answerLook } from './looks.ts';
import type { BrowserKeys } from '../policy/browser-key.ts';
import { formBody, formParams, queryAsItCame } from '../input/form-body.ts';
import { imagesOf, pagePolicy } from '../policy/headers.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';
import { factsAbout, noteRefusal } from '../observe.ts';
import { finishPage } from '../pages/phone-page.ts';
import { endPage, notHerePage } from '../pages/redirect-pages.ts';
import { assertSameOrigin } from '../policy/same-origin.ts';

export interface RedirectRoutesDependencies {
  readonly issuer: string;
  readonly flow: RedirectPort;
  readonly browserKeys: BrowserKeys;
  readonly limits: Limits;
  /** A page was shown in place of an answer; for the log. */
  readonly onRefused: OnRefused;
}

/** Back from any provider: a page that people see when something is wrong. */
export function redirectRoutes(deps: RedirectRoutesDependencies): Router {
  const { flow, browserKeys, limits } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  const page = async (request: Request, response: Response, work: () => Promise<void>): Promise<void> => {
    response.set(PAGE_HEADERS);
    if (answerLook(request, response, 'GET')) return;
    await asPage(response, deps.onRefused, () => limits.guard('redirect_failures', request, work));
  };

  const answer = async (response: Response, end: RedirectEnd, connector: string): Promise<void> => {
    if (end.type === 'done') response.send(endPage(end.client_name, await flow.collected(end.session_id)));
    else answerEnd(response, end, connector);
  };

  router
    .route('/callback/:connector')
    .get((request, response) =>
      page(request, response, async () => {
        const connector = request.params['connector'] ?? '';
        const parameters = queryAsItCame(request);
        await limits.countHeld('redirects', response, `${connector} ${parameters.get('state') ?? ''}`);
        const end = await flow.fromProvider(connector, parameters, (id) => browserKeys.read(request, id));
        await answer(response, end, connector);
      }),
    )
    .post(formBody, (request, response) =>
      page(request, response, async () => {
        assertSameOrigin(request, deps.issuer);
        const connector = request.params['connector'] ?? '';
        const { values } = formParams(request);
        const action = values.get('action');
        if (action !== 'finish' && action !== 'not_me')
          throw new FlowError('invalid_request', 'action: must be finish or not_me');
        const keyOf = (id: string): string | null => browserKeys.read(request, id);
        const state = values.get('state') ?? '';
        await limits.countHeld('redirects', response, `${connector} ${state}`);
        const end = await flow.settle(connector, state, action, keyOf);
        await answer(response, end, connector);
      }),
    )
    .all(requireMethod('GET', 'POST'));

  router.use(explainAsPage(PAGE_HEADERS, (path) => path.startsWith('/callback/')));
  return router;
}

const PAGE_HEADERS = {
  'Content-Security-Policy': pagePolicy(),
  'Referrer-Policy': 'no-referrer',
};

/** For the page that has a form. */
function formHeaders({ logo_uri }: Consent['client']): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': pagePolicy({ forms: 'self', images: imagesOf(logo_uri) }),
    // With `no-referrer` the form on this page would post with `Origin: null`.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

function answerEnd(
  response: Response,
  end: Exclude<RedirectEnd, { readonly type: 'done' }>,
  connector_id: string,
): void {
  switch (end.type) {
    case 'redirect':
      // 303, never 307 (RFC 9700 §4.12).
      response.redirect(303, end.location);
      return;
    case 'asks': {
      response.set(formHeaders(end.client)).send(finishPage(end, connector_id));
      return;
    }
    case 'ended':
      // What a person may ask about: the request's line and `explain` have it.
      if (end.status === 'failed' || end.status === 'expired')
        noteRefusal(response, { error: end.status, reason: null, detail: null }, true);
      response.send(notHerePage(end, end.status === 'failed' ? factsAbout(response).request_id : undefined));
  }
}
