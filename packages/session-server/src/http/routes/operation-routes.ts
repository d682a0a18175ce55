import { Router } from 'express';
import { HttpError } from '../http-error.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';

/** `/health`: the process answers, whatever the limits say. `/ready`: it can serve, for the store answers and the keys are loaded. */
export function operationRoutes(ready: () => Promise<void>, limits: Limits): Router {
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
      await ready().catch((cause: unknown) => {
        throw new HttpError('server_error', 'not ready: the store or the signing keys cannot be read', 503, { cause });
      });
      response.json({ status: 'ready' });
    })
    .all(requireMethod('GET'));
  return router;
}
