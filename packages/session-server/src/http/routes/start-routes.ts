import { type Request, type Response, Router } from 'express';
import { type Consent, type RedirectPort, FlowError } from '../../flow/index.ts';
import type { Device } from '../../session/index.ts';
import { asPage, explainAsPage, type OnRefused } from './as-page.ts';
import { answerLook } from './looks.ts';
import type { BrowserKeys } from '../policy/browser-key.ts';
import { formBody, formParams } from '../input/form-body.ts';
import { imagesOf, pagePolicy } from '../policy/headers.ts';
import { HttpError } from '../http-error.ts';
import { query } from '../input/input.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';
import { notMePage } from '../pages/redirect-pages.ts';
import { startPage } from '../pages/start-page.ts';
import { assertSameOrigin } from '../policy/same-origin.ts';
import { hasSessionSecret, sessionId } from './session-routes.ts';

export interface StartRoutesDependencies {
  readonly issuer: string;
  readonly flow: RedirectPort;
  readonly browserKeys: BrowserKeys;
  readonly deviceOf: (request: Request) => Device;
  readonly limits: Limits;
  /** A page was shown in place of an answer; for the log. */
  readonly onRefused: OnRefused;
}

const PAGE_HEADERS = {
  'Content-Security-Policy': pagePolicy(),
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};
/** For the page that has a form, which ends at a provider. */
function formHeaders({ logo_uri }: Consent['client']): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': pagePolicy({ forms: true, images: imagesOf(logo_uri) }),
    // With `no-referrer` its form would post with `Origin: null`.
    'Referrer-Policy': 'same-origin',
  };
}

/**
 * The link on the same device, for providers that redirect. A GET goes on at once only where the
 * owner of the session has just clicked; any other GET shows a page, whose POST goes on. The owner
 * says so with a POST to the same path, which has the session secret and is `sessionRoutes`'.
 */
export function startRoutes(deps: StartRoutesDependencies): Router {
  const { flow, browserKeys, limits } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  const page = (request: Request, response: Response, work: () => Promise<void>): Promise<void> => {
    response.set(PAGE_HEADERS);
    return asPage(response, deps.onRefused, () => limits.guard('redirect_failures', request, work));
  };

  const open = async (request: Request, response: Response): Promise<void> => {
    const session_id = sessionId(request);
    const { ticket = '' } = query(request);
    await limits.countHeld('redirects', response, `${session_id} ${ticket}`);
    const gone = new AbortController();
    response.on('close', () => gone.abort(new HttpError('invalid_request', 'the caller went away')));
    const key = browserKeys.ensure(request, response, session_id);
    try {
      const start = await flow.startSameDevice(session_id, ticket, key, deps.deviceOf(request), gone.signal);
      // 303, never 307 (RFC 9700 §4.12).
      if (start.type === 'redirect') response.redirect(303, start.location);
      else response.set(formHeaders(start.client)).send(startPage(start.client, start.app_names.en, start.form_token));
    } catch (cause) {
      // Refused before the browser was bound to anything. Where the provider failed it may try again.
      if (cause instanceof FlowError) response.removeHeader('Set-Cookie');
      throw cause;
    }
  };

  const answer = async (request: Request, response: Response): Promise<void> => {
    const session_id = sessionId(request);
    assertSameOrigin(request, deps.issuer);
    const { ticket = '' } = query(request);
    await limits.countHeld('redirects', response, `${session_id} ${ticket}`);
    const { values } = formParams(request);
    const form_token = values.get('form_token') ?? '';
    const browser_key = browserKeys.read(request, session_id);
    if (browser_key === null) throw new FlowError('session_not_found', 'the page has no cookie: open the link again');
    const action = values.get('action');
    if (action === 'not_me') {
      await flow.notMe(session_id, form_token, browser_key);
      response.send(notMePage());
      return;
    }
    if (action !== 'continue') throw new HttpError('invalid_request', 'action: must be continue or not_me');
    const location = await flow.goOnHere(session_id, ticket, form_token, browser_key, deps.deviceOf(request));
    response.redirect(303, location);
  };

  router
    .route('/session/:id/start')
    .all((request, _response, next) => next(isForOwner(request) ? 'router' : undefined))
    .get((request, response) => {
      response.set(PAGE_HEADERS);
      if (answerLook(request, response, 'GET, POST')) return;
      return page(request, response, () => open(request, response));
    })
    .post(formBody, (request, response) => page(request, response, () => answer(request, response)))
    .all(requireMethod('GET', 'POST'));

  router.use(explainAsPage(PAGE_HEADERS, (path) => /^\/session\/[^/]*\/start$/.test(path)));
  return router;
}

/** The page that started the session, a script: it has the secret, and asks beforehand whether it may (CORS). */
function isForOwner(request: Request): boolean {
  return request.method === 'OPTIONS' || (request.method === 'POST' && hasSessionSecret(request));
}
