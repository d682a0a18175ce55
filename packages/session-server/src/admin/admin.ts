import express, { type Express, type RequestHandler } from 'express';
import { HttpError } from '../http/http-error.ts';
import { requireMethod } from '../http/input/methods.ts';
import { failures, identify } from '../http/observe.ts';
import { commonHeaders } from '../http/policy/headers.ts';
import type { Logger, Registry } from '../telemetry/index.ts';

export interface AdminDependencies {
  readonly registry: Pick<Registry, 'expose' | 'contentType'>;
  readonly newId: () => string;
  readonly logger: Logger;
  /** The console and the admin API. Asked for once, with the first request that is not for the metrics. */
  readonly desk: () => Promise<RequestHandler>;
}

/** What only operators may reach, on a port of its own. */
export function createAdmin({ registry, newId, logger, desk }: AdminDependencies): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(identify(newId));
  app.use(commonHeaders);
  app
    .route('/metrics')
    .get(async (_request, response) => {
      const text = await registry.expose();
      response.set('Content-Type', registry.contentType).end(text);
    })
    .all(requireMethod('GET'));
  let opened: Promise<RequestHandler> | null = null;
  app.use(async (request, response, next) => {
    opened ??= desk().catch((error: unknown) => {
      // The next request tries again.
      opened = null;
      throw error;
    });
    (await opened)(request, response, next);
  });
  app.use(() => {
    throw new HttpError('invalid_request', 'there is nothing at this path', 404);
  });
  app.use(failures({ logger }));
  return app;
}
