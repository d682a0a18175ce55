import { type Request, type Response, Router } from 'express';
import { type Consent, type RedirectPort, FlowError, type LinkPreview } from '../../flow/index.ts';
import { type Link, type Device, parseLink } from '../../session/index.ts';
import { asPage, explainAsPage, type OnRefused } from './as-page.ts';
import { type AssociatedApps, associationRoutes } from './association-routes.ts';
import type { BrowserKeys } from '../policy/browser-key.ts';
import { formBody, formParams } from '../input/form-body.ts';
import { imagesOf, pagePolicy } from '../policy/headers.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';
import { claimPage, goOnPage, numberPage, phonePage } from '../pages/phone-page.ts';
import { notMePage } from '../pages/redirect-pages.ts';
import { assertSameOrigin, isPrefetch } from '../policy/same-origin.ts';

const PAGE_HEADERS = {
  'Content-Security-Policy': pagePolicy(),
  // With `no-referrer` the form on this page would post with `Origin: null`.
  'Referrer-Policy': 'same-origin',
  // A page that opened this one in a window keeps no hold on it while the person clicks.
  'Cross-Origin-Opener-Policy': 'same-origin',
};
/** For the pages that show who asks. `forms`: where they have one, it ends at a provider. */
function policyFor({ logo_uri }: Consent['client'], forms: boolean): { readonly 'Content-Security-Policy': string } {
  return { 'Content-Security-Policy': pagePolicy({ forms, images: imagesOf(logo_uri) }) };
}

export interface PhoneRoutesDependencies {
  readonly issuer: string;
  readonly flow: RedirectPort;
  readonly apps: AssociatedApps;
  readonly browserKeys: BrowserKeys;
  readonly deviceOf: (request: Request) => Device;
  readonly limits: Limits;
  /** A page was shown in place of an answer; for the log. */
  readonly onRefused: OnRefused;
}

/**
 * What a phone's own camera opens (`/q/…`, in any case). For wallets the page hands over to the
 * app. For providers that redirect it is where the phone claims the session: by POST, with a form
 * of ours and the cookie that came with it, since previewers and prefetchers open links too.
 */
export function phoneRoutes(deps: PhoneRoutesDependencies): Router {
  const { flow, browserKeys, limits } = deps;
  // Case-insensitive, for the QR's text is upper case and the app links are not.
  const router = Router({ caseSensitive: false, strict: true });

  const page = (request: Request, response: Response, work: (link: Link) => Promise<void>): Promise<void> => {
    response.set(PAGE_HEADERS);
    return asPage(response, deps.onRefused, async () => {
      const text = String(request.params['link']);
      await limits.countHeld('scans', response, text);
      const open = async (): Promise<void> => {
        const link = parseLink(text);
        if (link === null) throw new FlowError('session_not_found', 'there is no such session');
        await work(link);
      };
      await limits.guard('mac_failures', request, open, isForged);
    });
  };

  /** Null where the page was sent already: a browser that comes back from the provider half-way may go on. */
  const previewOrMine = async (request: Request, response: Response, link: Link): Promise<LinkPreview | null> => {
    try {
      return await flow.preview(link, deps.deviceOf(request));
    } catch (cause) {
      const browser_key = browserKeys.read(request, link.session_id);
      if (browser_key === null || !(cause instanceof FlowError) || cause.code !== 'already_claimed') throw cause;
      const mine = await flow.claimed(link.session_id, browser_key);
      if (mine === null) throw cause;
      response.set(policyFor(mine.client, true)).send(goOnPage(mine.client, mine.app_names.en));
      return null;
    }
  };

  const decide = async (request: Request, response: Response, { session_id }: Link): Promise<void> => {
    assertSameOrigin(request, deps.issuer);
    const { values } = formParams(request);
    const browser_key = browserKeys.read(request, session_id);
    const form_token = values.get('form_token') ?? '';
    if (browser_key === null) throw new FlowError('qr_stale', 'the page has no cookie: scan the code again');
    const action = values.get('action');
    if (action === 'not_me') {
      await flow.notMe(session_id, form_token, browser_key);
      response.send(notMePage());
      return;
    }
    if (action === 'continue') {
      const claimed = await flow.claim(session_id, form_token, browser_key, deps.deviceOf(request));
      if (claimed.needs_number) {
        response.set(policyFor(claimed.client, true)).send(numberPage(claimed.client, form_token));
        return;
      }
    } else if (action === 'number') {
      await flow.match(session_id, browser_key, values.get('number') ?? '');
    } else {
      throw new FlowError('invalid_request', 'action: must be continue, number or not_me');
    }
    // 303, never 307 (RFC 9700 §4.12).
    response.redirect(303, await flow.toProvider(session_id, browser_key));
  };

  router
    .route('/q/:link')
    .get((request, response) =>
      page(request, response, async (link) => {
        if (isPrefetch(request)) {
          response.status(503).set('Retry-After', '1').end();
          return;
        }
        const preview = await previewOrMine(request, response, link);
        if (preview === null) return;
        const { app } = preview;
        if (app.type === 'wallet') {
          response.set(policyFor(preview.client, false)).send(phonePage(preview, app));
          return;
        }
        const browser_key = browserKeys.ensure(request, response, link.session_id);
        const form_token = await flow.openForm(link, browser_key);
        response.set(policyFor(preview.client, true)).send(claimPage(preview, app, form_token));
      }),
    )
    .post(formBody, (request, response) => page(request, response, (link) => decide(request, response, link)))
    .all(requireMethod('GET', 'POST'));
  router.use('/q', explainAsPage(PAGE_HEADERS));

  router.use(associationRoutes(deps.apps, limits));
  return router;
}

/** The link's form is right, and it leads to no session: whether its MAC is wrong or its session gone is not told. */
function isForged(cause: unknown): boolean {
  return cause instanceof FlowError && cause.code === 'session_not_found';
}
