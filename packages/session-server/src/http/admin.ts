import express, { type Express } from 'express';
import { METRICS_CONTENT_TYPE, type Registry } from '../telemetry/index.ts';

/** What only operators may reach, on a port of its own. */
export function createAdmin(registry: Registry): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.get('/metrics', (_request, response) => {
    response.set({ 'Content-Type': METRICS_CONTENT_TYPE, 'Cache-Control': 'no-store' }).end(registry.expose());
  });
  return app;
}
