import { Router } from 'express';

/** `/health`: the process answers. `/ready`: it can serve, for the store answers and the keys are loaded. */
export function operationRoutes(ready: () => Promise<void>): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/health', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/ready', async (_request, response) => {
    await ready().then(
      () => response.json({ status: 'ready' }),
      () => response.status(503).json({ status: 'not_ready' }),
    );
  });
  return router;
}
