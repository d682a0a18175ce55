import express, { type Express } from 'express';
import { type Logger, type Registry } from '../../telemetry/index.ts';
import { commonHeaders } from '../policy/headers.ts';
import { HttpError } from '../http-error.ts';
import { requireMethod } from '../input/methods.ts';
import { failures, identify } from '../observe.ts';

/** What only operators may reach, on a port of its own. */
export function createAdmin(deps: {
  readonly registry: Pick<Registry, 'expose' | 'contentType'>;
  readonly newId: () => string;
  readonly logger: Logger;
}): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(identify(deps.newId));
  app.use(commonHeaders);
  app
    .route('/metrics')
    .get(async (_request, response) => {
      const text = await deps.registry.expose();
      response.set('Content-Type', deps.registry.contentType).end(text);
    })
    .all(requireMethod('GET'));
  app.use(() => {
    throw new HttpError('invalid_request', 'there is nothing at this path', 404);
  });
  app.use(failures(deps));
  return app;
}
