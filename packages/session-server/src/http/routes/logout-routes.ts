import { Router, type Request, type Response } from 'express';
import { ENDPOINTS, type OAuth, type SignedOut } from '../../oauth/index.ts';
import { answerTo } from '../http-error.ts';
import { formBody, formParams, queryAsItCame, queryParams } from '../input/form-body.ts';
import { requireMethod } from '../input/methods.ts';
import { factsAbout, noteRefusal } from '../observe.ts';
import { noticePage } from '../pages/page.ts';
import { signedOutPage } from '../pages/signed-out-page.ts';
import { pagePolicy } from '../policy/headers.ts';
import type { Limits } from '../policy/limits.ts';
import { explainAsPage } from './as-page.ts';

const HEADERS = { 'Content-Security-Policy': pagePolicy() };

/** The end session endpoint (OpenID Connect RP-Initiated Logout 1.0): a page that browsers are sent to. No cookie, no CORS. */
export function logoutRoutes({
  oauth,
  limits,
}: {
  readonly oauth: Pick<OAuth, 'endSession' | 'endedAtProvider'>;
  readonly limits: Limits;
}): Router {
  const router = Router({ caseSensitive: true, strict: true });

  const answer = async (request: Request, response: Response, work: () => Promise<SignedOut>): Promise<void> => {
    await limits.count('authorizations', request, response, {});
    response.set(HEADERS).type('html');
    try {
      const signedOut = await work();
      if (signedOut.type === 'redirect') response.redirect(303, signedOut.location);
      else response.send(signedOutPage({ ...signedOut, client_name: signedOut.client?.client_name ?? null }));
    } catch (cause) {
      const refused = answerTo(cause);
      if (refused.status >= 500) throw cause;
      noteRefusal(response, refused, true);
      response.status(refused.status).send(
        noticePage({
          title: 'This sign-out cannot be followed',
          text: 'The link that led here is not one that this service can follow. Go back to the website.',
          sign: { icon: 'alert', tone: 'warm' },
          description: refused.error_description,
          code: refused.error,
          request_id: factsAbout(response).request_id,
        }),
      );
    }
  };

  router
    .route(ENDPOINTS.logout)
    .get((request, response) => answer(request, response, () => oauth.endSession(queryParams(request))))
    .post(formBody, (request, response) => answer(request, response, () => oauth.endSession(formParams(request))))
    .all(requireMethod('GET', 'POST'));
  router
    .route(`${ENDPOINTS.logout}/callback/:connector`)
    .get((request, response) =>
      answer(request, response, () => oauth.endedAtProvider(request.params.connector, queryAsItCame(request))),
    )
    .all(requireMethod('GET'));
  router.use(explainAsPage(HEADERS, (path) => path.startsWith(ENDPOINTS.logout)));
  return router;
}
