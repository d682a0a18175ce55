import { type Request, type Response, Router, raw } from 'express';
import type { Connector, WebhookCapability, WebhookEvent } from '../connectors/connector.ts';
import { HttpError } from './http-error.ts';
import { BODY_LIMIT_BYTES } from './body.ts';
import type { Limits } from './limits.ts';
import { requireMethod } from './methods.ts';

const rawBody = raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });

export interface WebhookRoutesDependencies {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly limits: Limits;
  readonly deliveries: Deliveries;
  /** A delivery was not accepted; for the log, for a secret that is wrong here shows nowhere else. */
  readonly onRefused: (error: unknown) => void;
  /** Ends what this person of that connector agreed to until `at`, in ms since the epoch; null is until now. */
  readonly revoke: (connector: string, subject: string, at: number | null) => Promise<void>;
}

/** What providers have delivered, by connector and id. */
export interface Deliveries {
  /** Whether it was acted upon before. */
  has(connector: string, event_id: string): Promise<boolean>;
  /** It was acted upon. Twice is once. */
  add(connector: string, event_id: string): Promise<void>;
}

/** What providers tell us (`POST /webhooks/{connector}`): verified over the raw body, each event acted upon once. */
export function webhookRoutes({
  connectors,
  limits,
  deliveries,
  revoke,
  onRefused,
}: WebhookRoutesDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const webhooksOf = (request: Request): { readonly id: string; readonly webhooks: WebhookCapability } => {
    const { id = '', webhooks = null } = connectors.get(String(request.params['connector'])) ?? {};
    if (webhooks === null) throw new HttpError('invalid_request', 'there is nothing at this path', 404);
    return { id, webhooks };
  };
  const deliver = async (request: Request, response: Response): Promise<void> => {
    const { id, webhooks } = webhooksOf(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat()[0]]),
    );
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const read = async (): Promise<WebhookEvent> => readOr(onRefused, () => webhooks.read(headers, body));
    const event = await limits.guard('webhook_failures', request, read);
    await limits.countHeld('webhooks', response, id);
    // Whoever repeats a genuine delivery, the provider included, must not end what was granted since.
    if (!(await deliveries.has(id, event.id))) {
      // Revoked before it is remembered: an event that was remembered and not acted upon would be lost.
      if (event.effect.type === 'revoked') await revoke(id, event.effect.subject, event.effect.at);
      await deliveries.add(id, event.id);
    }
    response.status(204).end();
  };
  router
    .route('/webhooks/:connector')
    .post(
      (request, _response, next) => {
        webhooksOf(request);
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
