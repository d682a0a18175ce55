import { MODES, isEnd } from '@beckon/protocol';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { type BrowserPort, FlowError, type SessionCredentials } from '../../flow/index.ts';
import { type OAuth, paramsOf } from '../../oauth/index.ts';
import type { ClientDirectory, Device } from '../../session/index.ts';
import { HttpError } from '../http-error.ts';
import { formBody, formParams } from '../input/form-body.ts';
import { checked } from '../input/input.ts';
import { requireMethod } from '../input/methods.ts';
import { asPage, explainAsPage, type OnRefused } from './as-page.ts';
import { noScriptPage, noScriptState, refreshAfter } from '../pages/no-script-page.ts';
import { imagesOf, pagePolicy } from '../policy/headers.ts';
import type { Limits } from '../policy/limits.ts';
import { assertSameOrigin } from '../policy/same-origin.ts';
import { type ScreenKeys, screenPath } from '../policy/screen-key.ts';
import { sessionId } from './session-routes.ts';

export interface NoScriptRoutesDependencies {
  readonly issuer: string;
  readonly flow: BrowserPort;
  readonly oauth: Pick<OAuth, 'begin'>;
  readonly clients: Pick<ClientDirectory, 'registered'>;
  readonly screenKeys: ScreenKeys;
  readonly deviceOf: (request: Request) => Device;
  readonly limits: Limits;
  /** A page was shown in place of an answer; for the log. */
  readonly onRefused: OnRefused;
}

/** A confirmed sign-in's form leads to the website. */
const policyFor = (logo_uri: string | null): string =>
  pagePolicy({ forms: true, framesOwn: true, images: imagesOf(logo_uri) });
const PAGE_HEADERS = {
  'Content-Security-Policy': policyFor(null),
  // With `no-referrer` its forms would post with `Origin: null`.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
};
const STATE_POLICY = pagePolicy({ forms: true, frameAncestors: ["'self'"] });

const chooseSchema = z.object({
  connector: z.string().min(1).max(32),
  mode: z.enum(MODES),
  login_hint: z.string().max(256).optional(),
});

/**
 * The hosted sign-in without script. The page at `/authorize` begins it by a form; then the session's secret is in
 * a cookie. What changes by itself is in a frame that loads itself anew, so
 * that nothing moves under the person's hand.
 */
export function noScriptRoutes(deps: NoScriptRoutesDependencies): Router {
  const { flow, limits, screenKeys } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  const page = (response: Response, work: () => Promise<void>): Promise<void> => {
    response.set(PAGE_HEADERS);
    return asPage(response, deps.onRefused, work);
  };

  /** The session of the browser's cookie, of a client that there still is. */
  const own = (request: Request): Promise<SessionCredentials> =>
    limits.guard('session_failures', request, async () => {
      if (request.method === 'POST') assertSameOrigin(request, deps.issuer);
      const session_id = sessionId(request);
      const session_secret = screenKeys.read(request, session_id);
      if (session_secret === null)
        throw new FlowError('session_not_found', 'this browser has no cookie of the session');
      const credentials = { session_id, session_secret };
      if ((await deps.clients.registered(await flow.clientOf(credentials))) === null)
        throw new FlowError('session_not_found', 'there is no such session');
      return credentials;
    });

  const begin = async (request: Request, response: Response): Promise<void> => {
    // As a failure, which locks no network out: pages of other websites can send as many as they like.
    await limits.guard('session_failures', request, async () => assertSameOrigin(request, deps.issuer));
    await limits.count('authorizations', request, response, {});
    await limits.assertRoom(response);
    const { values } = formParams(request);
    const wanted = { client_id: values.get('client_id') ?? '', request_uri: values.get('request_uri') ?? '' };
    const { client, request_uri } = await deps.oauth.begin(paramsOf(wanted), () => {});
    await limits.count('sessions', request, response, { client_id: client.client_id });
    const { session_id, session_secret } = await flow.create(client, request_uri, deps.deviceOf(request));
    screenKeys.set(request, response, session_id, session_secret);
    response.redirect(303, screenPath(session_id));
  };

  const show = async (request: Request, response: Response): Promise<void> => {
    const credentials = await own(request);
    await limits.countHeld('status_reads', response, credentials.session_id);
    const snapshot = await flow.glance(credentials);
    response.set('Content-Security-Policy', policyFor(snapshot.client.logo_uri));
    response.send(noScriptPage(screenPath(credentials.session_id), snapshot));
  };

  const showState = async (request: Request, response: Response): Promise<void> => {
    response.set('Content-Security-Policy', STATE_POLICY);
    const credentials = await own(request);
    await limits.countHeld('status_reads', response, credentials.session_id);
    const snapshot = await flow.glance(credentials);
    const refresh = refreshAfter(snapshot);
    if (refresh !== null) response.set('Refresh', String(refresh));
    response.send(noScriptState(screenPath(credentials.session_id), snapshot));
  };

  const act = async (request: Request, response: Response): Promise<void> => {
    const credentials = await own(request);
    const { session_id } = credentials;
    await limits.countHeld('session_calls', response, session_id);
    const form = Object.fromEntries(formParams(request).values);
    const { action = '' } = form;
    switch (action) {
      case 'choose': {
        const { login_hint = null, ...choice } = checked(chooseSchema, form);
        await limits.countHeld('session_choices', response, session_id);
        await limits.count('choices', request, response, {});
        await flow.choose(credentials, { ...choice, login_hint });
        break;
      }
      case 'cancel':
        await flow.cancel(credentials);
        break;
      case 'renew': {
        await limits.assertRoom(response);
        await limits.count('sessions', request, response, { client_id: await flow.clientOf(credentials) });
        const { connector, mode } = await flow.glance(credentials);
        const fresh = await flow.renew(credentials, deps.deviceOf(request));
        screenKeys.clear(response, session_id);
        screenKeys.set(request, response, fresh.session_id, fresh.session_secret);
        // Who chose once need not choose again; a request to a phone is sent by a press only.
        if (connector !== null && mode !== null && mode !== 'direct' && fresh.connector === null)
          await flow.choose(fresh, { connector, mode, login_hint: null });
        response.redirect(303, screenPath(fresh.session_id));
        return;
      }
      case 'continue': {
        const seen = await flow.glance(credentials);
        if (seen.confirm_person) await flow.recognise(credentials);
        const { status, redirect_to } = seen.status === 'confirmed' ? await flow.snapshot(credentials) : seen;
        if (redirect_to === null || isEnd(status)) break;
        // 303, never 307 (RFC 9700 §4.12).
        response.redirect(303, redirect_to);
        return;
      }
      default:
        throw new HttpError('invalid_request', 'action: must be choose, cancel, renew or continue');
    }
    response.redirect(303, screenPath(session_id));
  };

  router
    .route('/no-script')
    .post(formBody, (request, response) => page(response, () => begin(request, response)))
    .all(requireMethod('POST'));
  router
    .route('/no-script/:id')
    .get((request, response) => page(response, () => show(request, response)))
    .post(formBody, (request, response) => page(response, () => act(request, response)))
    .all(requireMethod('GET', 'POST'));
  router
    .route('/no-script/:id/state')
    .get((request, response) => page(response, () => showState(request, response)))
    .all(requireMethod('GET'));
  router.use('/no-script', explainAsPage(PAGE_HEADERS));
  return router;
}
