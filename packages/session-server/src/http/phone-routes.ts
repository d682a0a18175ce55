import { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express';
import type { Connector, WalletCapability } from '../connectors/connector.ts';
import { type Flow, FlowError } from '../flow/index.ts';
import { parseLink } from '../session/index.ts';
import { pagePolicy } from './headers.ts';
import { answerTo } from './http-error.ts';
import type { Limits } from './limits.ts';
import { requireMethod } from './methods.ts';
import { phonePage, phoneRefusalPage } from './pages/phone-page.ts';

const PAGE_HEADERS = {
  'Content-Security-Policy': pagePolicy({ connect: [], images: [], frameAncestors: [] }),
  // With `no-referrer` a form on this page would post with `Origin: null`.
  'Referrer-Policy': 'same-origin',
};
const ASSOCIATION_MAX_AGE_S = 3600;

/** What a phone's own camera opens (`/q/…`, in any case), and the files that let an app open it instead. */
export function phoneRoutes(flow: Flow, connectors: ReadonlyMap<string, Connector>, limits: Limits): Router {
  // Case-insensitive, for the QR's text is upper case and the app links are not.
  const router = Router({ caseSensitive: false, strict: true });
  const wallets = [...connectors.values()].flatMap(({ wallet }) => (wallet === null ? [] : [wallet]));

  router
    .route('/q/:link')
    .get(async (request, response) => {
      try {
        await limits.count('scans', request, response, {});
        const link = parseLink(request.params.link);
        if (link === null) throw new FlowError('session_not_found', 'there is no such session');
        const preview = await flow.preview(link);
        const connector = connectors.get(preview.connector);
        const page = phonePage(preview, appOf(connector, preview.hand_over));
        response.set(PAGE_HEADERS).type('html').send(page);
      } catch (cause) {
        if (!(cause instanceof FlowError)) throw cause;
        sendRefusal(response, cause.code, answerTo(cause).status);
      }
    })
    .all(requireMethod('GET'));
  router.use('/q', explain);

  const appleAppIds = wallets.flatMap((wallet) => wallet.appleAppIds);
  if (appleAppIds.length > 0) {
    const association = {
      applinks: { details: [{ appIDs: appleAppIds, components: [{ '/': '/q/*', caseSensitive: false }] }] },
    };
    router.route('/.well-known/apple-app-site-association').get(publicJson(association)).all(requireMethod('GET'));
  }
  const androidApps = wallets.flatMap((wallet) => wallet.androidApps);
  if (androidApps.length > 0) {
    const statements = androidApps.map((app) => ({
      relation: ['delegate_permission/common.handle_all_urls'],
      target: { namespace: 'android_app', ...app },
    }));
    router.route('/.well-known/assetlinks.json').get(publicJson(statements)).all(requireMethod('GET'));
  }
  return router;
}

/** What a phone's system fetches, through caches of its maker. */
function publicJson(value: unknown): RequestHandler {
  return (_request, response) => {
    response.set('Cache-Control', `public, max-age=${ASSOCIATION_MAX_AGE_S}`).json(value);
  };
}

/** A link that cannot even be decoded is opened by a person as well. */
const explain: ErrorRequestHandler = (cause: unknown, _request, response, next) => {
  if (!(cause instanceof URIError)) return next(cause);
  sendRefusal(response, 'session_not_found', 404);
};

function sendRefusal(response: Response, error: string, status: number): void {
  response.set(PAGE_HEADERS).status(status).type('html').send(phoneRefusalPage(error));
}

function appOf(connector: Connector | undefined, hand_over: string): Parameters<typeof phonePage>[1] {
  const wallet: WalletCapability | null = connector?.wallet ?? null;
  return {
    name: connector?.name ?? 'your identity app',
    hand_over_url: wallet?.handOver(hand_over) ?? null,
    install_url: wallet?.installUrl ?? null,
  };
}
