import { type Request, type Response, Router, raw } from 'express';
import type { DeliveryReader, Webhooks } from '../../webhooks/index.ts';
import { HttpError } from '../http-error.ts';
import { BODY_LIMIT_BYTES } from '../input/body.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';
import { factsAbout } from '../observe.ts';

const rawBody = raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });

export interface WebhookRoutesDependencies {
  readonly limits: Limits;
  /** A delivery was not accepted; for the log, because a secret that is wrong here shows nowhere else. */
  readonly onRefused: (error: unknown, connector: string, request_id: string) => void;
  readonly webhooks: Webhooks;
}

/** What providers tell us (`POST /webhooks/{connector}`): verified over the raw body, each event acted upon once. */
export function webhookRoutes({ limits, webhooks, onRefused }: WebhookRoutesDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const readerOf = (connector: string): DeliveryReader => {
    const reader = webhooks.readerOf(connector);
    if (reader === null) throw new HttpError('invalid_request', 'there is nothing at this path', 404);
    return reader;
  };
  const deliver = async (request: Request, response: Response): Promise<void> => {
    const id = String(request.params['connector']);
    const read = readerOf(id);
    factsAbout(response).connector = id;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat()[0]]),
    );
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const event = await limits.guard('webhook_failures', request, async () =>
      readOr(
        (error) => onRefused(error, id, factsAbout(response).request_id),
        () => read(headers, body),
      ),
    );
    await limits.countHeld('webhooks', response, id);
    await webhooks.handle(id, event);
    response.status(204).end();
  };
  router
    .route('/webhooks/:connector')
    .post(
      (request, _response, next) => {
        readerOf(request.params['connector']);
        next();
      },
      rawBody,
      deliver,
    )
    .all(requireMethod('POST'));
  return router;
}

function readOr<T>(failed: (error: unknown) => void, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    failed(cause);
    throw cause;
  }
}
