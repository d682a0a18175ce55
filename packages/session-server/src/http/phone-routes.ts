import { Router } from 'express';
import type { Connector, WalletCapability } from '../connectors/connector.ts';
import { type Flow, FlowError } from '../flow/index.ts';
import { parseLink } from '../session/index.ts';
import { pagePolicy } from './headers.ts';
import { answerTo } from './http-error.ts';
import type { Limits } from './limits.ts';
import { requireMethod } from './methods.ts';
import { phonePage, phoneRefusalPage } from './pages/phone-page.ts';

/** What a phone's own camera opens (`/q/…`, in any case), and the files that let an app open it instead. */
export function phoneRoutes(flow: Flow, connectors: ReadonlyMap<string, Connector>, limits: Limits): Router {
  // Case-insensitive, for the QR's text is upper case and the app links are not.
  const router = Router({ caseSensitive: false, strict: true });
  const wallets = [...connectors.values()].flatMap(({ wallet }) => (wallet === null ? [] : [wallet]));

  router
    .route('/q/:link')
    .get(async (request, response) => {
      response.set({
        'Content-Security-Policy': pagePolicy({ connect: [], images: [], frameAncestors: [] }),
        // With `no-referrer` a form on this page would post with `Origin: null`.
        'Referrer-Policy': 'same-origin',
      });
      response.type('html');
      try {
        await limits.count('scans', request, response, {});
        const link = parseLink(request.params.link);
        if (link === null) throw new FlowError('session_not_found', 'there is no such session');
        const preview = await flow.preview(link);
        const connector = connectors.get(preview.connector);
        response.send(phonePage(preview, appOf(connector, preview.hand_over)));
      } catch (cause) {
        if (!(cause instanceof FlowError)) throw cause;
        response.status(answerTo(cause).status).send(phoneRefusalPage(cause.code));
      }
    })
    .all(requireMethod('GET'));

  const appleAppIds = wallets.flatMap((wallet) => wallet.appleAppIds);
  if (appleAppIds.length > 0) {
    router.get('/.well-known/apple-app-site-association', (_request, response) => {
      response.json({
        applinks: { details: [{ appIDs: appleAppIds, components: [{ '/': '/q/*', caseSensitive: false }] }] },
      });
    });
  }
  const androidApps = wallets.flatMap((wallet) => wallet.androidApps);
  if (androidApps.length > 0) {
    router.get('/.well-known/assetlinks.json', (_request, response) => {
      response.json(
        androidApps.map((app) => ({
          relation: ['delegate_permission/common.handle_all_urls'],
          target: { namespace: 'android_app', ...app },
        })),
      );
    });
  }
  return router;
}

function appOf(connector: Connector | undefined, hand_over: string): Parameters<typeof phonePage>[1] {
  const wallet: WalletCapability | null = connector?.wallet ?? null;
  return {
    name: connector?.names.en ?? 'your identity app',
    hand_over_url: wallet?.handOver(hand_over) ?? null,
    install_url: wallet?.installUrl ?? null,
  };
}
