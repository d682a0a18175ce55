import { type ErrorRequestHandler, Router, type Request, type Response } from 'express';
import type { BrowserPort } from '../../flow/index.ts';
import type { AuthorizeDecision, OAuth, Params } from '../../oauth/index.ts';
import type { Client, Device } from '../../session/index.ts';
import { formBody, formParams, queryParams } from '../input/form-body.ts';
import { imagesOf, pagePolicy } from '../policy/headers.ts';
import { type Answer, HttpError, answerTo } from '../http-error.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';
import { factsAbout, noteRefusal } from '../observe.ts';
import { noticePage } from '../pages/page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { postResponse } from './response-routes.ts';
import { assertNoBackgroundLoad } from '../policy/same-origin.ts';
import type { WidgetFiles } from '../pages/widget-files.ts';

export interface AuthorizeRoutesDependencies {
  readonly issuer: string;
  readonly oauth: Pick<OAuth, 'authorize'>;
  readonly flow: Pick<BrowserPort, 'create'>;
  readonly widget: Pick<WidgetFiles, 'loader' | 'element' | 'encoder'>;
  /** Where people get help with signing in; null for none. */
  readonly helpUrl: string | null;
  /** The page of the sandbox's phone; null for none. */
  readonly sandboxPhone: string | null;
  readonly deviceOf: (request: Request) => Device;
  readonly limits: Limits;
}

/** The authorization endpoint (RFC 6749 §3.1): the hosted sign-in page, or JSON for who draws its own. No cookie, no CORS. */
export function authorizeRoutes(deps: AuthorizeRoutesDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const answer = async (request: Request, response: Response, params: Params): Promise<void> => {
    response.vary('Accept, Sec-Fetch-Dest');
    // Looking must not start anything.
    if (request.method === 'HEAD' && wantsJson(request)) {
      response.set('Allow', 'GET, POST');
      throw new HttpError('invalid_request', 'asking for JSON starts a session: send GET or POST', 405);
    }
    assertNoBackgroundLoad(request, deps.issuer, wantsJson(request));
    await deps.limits.count('authorizations', request, response, {});
    const decision = await deps.oauth.authorize(params);
    if (decision.type === 'page') factsAbout(response).client_id = decision.client.client_id;
    if (wantsJson(request)) await answerJson(request, response, decision);
    else answerPage(request, response, decision);
  };

  const answerJson = async (request: Request, response: Response, decision: AuthorizeDecision): Promise<void> => {
    if (decision.type !== 'page') throw decision.error;
    await deps.limits.assertRoom(response);
    await deps.limits.count('sessions', request, response, { client_id: decision.client.client_id });
    response.status(201).json(await deps.flow.create(decision.client, decision.request_uri, deps.deviceOf(request)));
  };

  const answerPage = (request: Request, response: Response, decision: AuthorizeDecision): void => {
    switch (decision.type) {
      case 'redirect':
        noteRefusal(response, answerTo(decision.error), false);
        response.redirect(303, decision.location);
        return;
      case 'form': {
        const { client_name, allowed_origins } = decision.client;
        postResponse(response, client_name, decision.response, allowed_origins);
        return;
      }
      case 'error_page':
        sendNotice(response, answerTo(decision.error));
        return;
      case 'page':
        response
          .set({
            'Content-Security-Policy': signInPolicy(deps.issuer, decision.client),
            // The guest in the frame and its host find each other by the referrer.
            'Referrer-Policy': 'strict-origin',
            // Popup clients keep their opener.
            'Cross-Origin-Opener-Policy': 'unsafe-none',
          })
          .removeHeader('Cross-Origin-Resource-Policy');
        response.type('html').send(
          signInPage(decision.client, decision.request_uri, deps.widget, {
            framed: request.get('sec-fetch-dest') === 'iframe',
            redirect_uri: decision.request.redirect_uri,
            helpUrl: deps.helpUrl,
            sandboxPhone: deps.sandboxPhone,
            site: siteOf(decision.request),
          }),
        );
    }
  };

  router
    .route('/authorize')
    .get((request, response) => answer(request, response, queryParams(request)))
    .post(formBody, (request, response) => answer(request, response, formParams(request)))
    .all(requireMethod('GET', 'POST'));
  router.use('/authorize', explain);
  return router;
}

/** Only an exact wish: a browser's wildcard gets the page. */
function wantsJson(request: Request): boolean {
  return request.accepts(['html', 'json']) === 'json';
}

/** A browser shows a page for what it cannot have, too; what went wrong here goes on to the log. */
const explain: ErrorRequestHandler = (cause: unknown, request, response, next) => {
  const answer = answerTo(cause);
  if (answer.status >= 500 || wantsJson(request) || response.headersSent) return next(cause);
  response.set(answer.headers);
  if (answer.status === 429 && request.method === 'GET') sendPause(response, answer);
  else sendNotice(response, answer);
};

/** Nothing is wrong: the browser asks again by itself once it may. A form that was posted it could not send again. */
function sendPause(response: Response, answer: Answer): void {
  const { status, headers } = answer;
  noteRefusal(response, answer, true);
  const wait_s = headers['Retry-After'] ?? '60';
  response.status(status).set({ 'Content-Security-Policy': NOTICE_POLICY, Refresh: wait_s }).type('html');
  response.send(
    noticePage({
      sign: { icon: 'clock', tone: 'accent' },
      title: 'A moment, please',
      text: `Many people are signing in from your network right now. This page tries again by itself in ${wait_s} s.`,
      request_id: factsAbout(response).request_id,
    }),
  );
}

function sendNotice(response: Response, answer: Answer): void {
  const { status, error_description } = answer;
  noteRefusal(response, answer, true);
  response.status(status).set('Content-Security-Policy', NOTICE_POLICY).type('html');
  response.send(
    noticePage({
      title: 'This sign-in cannot start',
      text:
        status === 429
          ? 'Too many sign-ins were started from your network. Wait a minute, then go back to the website and start again.'
          : 'The link that led here is not one that this service can follow. Go back to the website and start again.',
      sign: status === 429 ? { icon: 'clock', tone: 'accent' } : { icon: 'alert', tone: 'warm' },
      description: error_description,
      code: answer.error,
      request_id: factsAbout(response).request_id,
    }),
  );
}

const NOTICE_POLICY = pagePolicy();

function signInPolicy(issuer: string, client: Client): string {
  return pagePolicy({
    connect: [issuer.replace(/^http/, 'ws')],
    images: imagesOf(client.logo_uri ?? null),
    frameAncestors: client.allowed_origins,
    forms: 'self',
  });
}

/** The website that the sign-in ends at; null where that is an app with a scheme of its own. */
function siteOf({ redirect_uri }: { readonly redirect_uri: string }): string | null {
  const { protocol, origin } = new URL(redirect_uri);
  return /^https?:$/.test(protocol) ? `${origin}/` : null;
}
