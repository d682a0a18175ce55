import { Router } from 'express';
import { REQUEST_ID_HEADER } from '../../telemetry/index.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';

/** Why a server cannot serve. */
export interface NotReady {
  readonly part: 'store' | 'keys';
  /** Stable: `disk_full`, for monitoring. */
  readonly reason: string;
  /** The same for people. No path, no secret. */
  readonly words: string;
}

/** Looks whether the server can serve; null where it can. Never rejects. */
export type Ready = () => Promise<NotReady | null>;

/** `/health`: the process answers, whatever the limits say. `/ready`: the store can be written and the keys are loaded, so it can serve. */
export function operationRoutes(ready: Ready, limits: Limits): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/health')
    .get((_request, response) => {
      response.json({ status: 'ok' });
    })
    .all(requireMethod('GET'));
  router
    .route('/ready')
    .get(async (request, response) => {
      await limits.count('public_reads', request, response, {});
      const failed = await ready();
      if (failed === null) {
        response.json({ status: 'ready' });
        return;
      }
      // Answered here: the log tells when it begins and ends, and not each probe.
      response.status(503).json({
        error: 'server_error',
        error_description: `not ready: ${failed.part}: ${failed.reason} (${failed.words})`,
        request_id: String(response.get(REQUEST_ID_HEADER)),
      });
    })
    .all(requireMethod('GET'));
  return router;
}
