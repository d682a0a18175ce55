import { Router } from 'express';
import type { Connector } from '../connectors/connector.ts';

/** The files that let a wallet app open our links itself (Apple's universal links, Android's app links). */
export function associationRoutes(connectors: readonly Connector[]): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const wallets = connectors.flatMap(({ wallet }) => (wallet === null ? [] : [wallet]));

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
