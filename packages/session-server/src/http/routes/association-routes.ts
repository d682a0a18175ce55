import { type RequestHandler, Router } from 'express';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';

/** In seconds. */
const ASSOCIATION_MAX_AGE_S = 3600;

/** The wallet apps that open our links themselves. */
export interface AssociatedApps {
  /** `<team id>.<bundle id>`. */
  readonly appleAppIds: readonly string[];
  readonly androidApps: readonly {
    readonly package_name: string;
    /** SHA-256 of each signing certificate: upper-case hex bytes joined by colons. */
    readonly sha256_cert_fingerprints: readonly string[];
  }[];
}

/** The files that let a wallet app open our links itself (Apple's universal links, Android's app links). */
export function associationRoutes({ appleAppIds, androidApps }: AssociatedApps, limits: Limits): Router {
  const router = Router({ caseSensitive: true, strict: true });
  if (appleAppIds.length > 0) {
    const association = {
      applinks: { details: [{ appIDs: appleAppIds, components: [{ '/': '/q/*', caseSensitive: false }] }] },
    };
    router
      .route('/.well-known/apple-app-site-association')
      .get(publicJson(association, limits))
      .all(requireMethod('GET'));
  }
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
