import { type Response, Router } from 'express';
import type { BrowserPort, FormResponse } from '../../flow/index.ts';
import { asPage, explainAsPage, type OnRefused } from './as-page.ts';
import { answerLook } from './looks.ts';
import { SUBMIT_SOURCE, responsePage } from '../pages/response-page.ts';
import { requireMethod } from '../input/methods.ts';
import { pagePolicy } from '../policy/headers.ts';
import type { Limits } from '../policy/limits.ts';

export interface ResponseRoutesDependencies {
  readonly flow: Pick<BrowserPort, 'respond'>;
  readonly limits: Limits;
  /** A page was shown in place of an answer; for the log. */
  readonly onRefused: OnRefused;
}

/** Where `redirect_to` leads if the request asked for `form_post`: a page that posts the response, once. */
export function responseRoutes({ flow, limits, onRefused }: ResponseRoutesDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/authorize/response/:handle')
    .get(async (request, response) => {
      response.set(PAGE_HEADERS);
      // Opening the page uses its address up.
      if (answerLook(request, response, 'GET')) return;
      const work = async (): Promise<void> => {
        const { handle } = request.params;
        await limits.countHeld('redirects', response, handle);
        const { client_name, response: answer } = await flow.respond(handle);
        postResponse(response, client_name, answer, []);
      };
      await asPage(response, onRefused, () => limits.guard('redirect_failures', request, work));
    })
    .all(requireMethod('GET'));
  router.use(explainAsPage(PAGE_HEADERS, (path) => path.startsWith('/authorize/response/')));
  return router;
}

const PAGE_HEADERS = { 'Content-Security-Policy': pagePolicy(), 'Referrer-Policy': 'no-referrer' };

/** @param frameAncestors exact origins that may frame the page */
export function postResponse(
  response: Response,
  client_name: string,
  answer: FormResponse,
  frameAncestors: readonly string[],
): void {
  response
    .set({
      'Content-Security-Policy': pagePolicy({ forms: true, scripts: [SUBMIT_SOURCE], frameAncestors }),
      // The relying party may look at `Origin`, which `no-referrer` would make `null`. It does not learn this page's address.
      'Referrer-Policy': 'origin',
      // Popup clients keep their opener.
      'Cross-Origin-Opener-Policy': 'unsafe-none',
    })
    .removeHeader('Cross-Origin-Resource-Policy');
  response.type('html').send(responsePage(client_name, answer));
}
