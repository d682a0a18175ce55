import { type RequestHandler, Router } from 'express';
import type { Connector } from '../../connectors/connector.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';

/** In seconds. */
const ASSOCIATION_MAX_AGE_S = 3600;

/** The files that let a wallet app open our links itself (Apple's universal links, Android's app links). */
export function associationRoutes(connectors: readonly Connector[], limits: Limits): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const wallets = connectors.flatMap(({ wallet }) => (wallet === null ? [] : [wallet]));

  const appleAppIds = wallets.flatMap((wallet) => wallet.appleAppIds);
  if (appleAppIds.length > 0) {
    const association = {
      applinks: { details: [{ appIDs: appleAppIds, components: [{ '/': '/q/*', caseSensitive: false }] }] },
    };
    router
      .route('/.well-known/apple-app-site-association')
      .get(publicJson(association, limits))
      .all(requireMethod('GET'));
  }
  const androidApps = wallets.flatMap((wallet) => wallet.androidApps);
  if (androidApps.length > 0) {
    const statements = androidApps.map((app) => ({
      relation: ['delegate_permission/common.handle_all_urls'],
      target: { namespace: 'android_app', ...app },
    }));
    router.route('/.well-known/assetlinks.json').get(publicJson(statements, limits)).all(requireMethod('GET'));
  }
  return router;
}

/** What a phone's system fetches, through caches of its maker. */
function publicJson(value: unknown, limits: Limits): RequestHandler {
  return async (request, response) => {
    await limits.count('public_reads', request, response, {});
    response.set('Cache-Control', `public, max-age=${ASSOCIATION_MAX_AGE_S}`).json(value);
  };
}
