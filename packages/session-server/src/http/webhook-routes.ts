import { Router, raw } from 'express';
import type { Connector } from '../connectors/connector.ts';
import { HttpError } from './http-error.ts';
import { BODY_LIMIT_BYTES } from './body.ts';
import type { Limits } from './limits.ts';
import { requireMethod } from './methods.ts';

const rawBody = raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });

export interface WebhookRoutesDependencies {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly limits: Limits;
  /** Remembers a delivery; false when it was seen before. */
  readonly firstTime: (connector: string, event_id: string) => Promise<boolean>;
  /** Ends whatever was issued for this person of that connector. */
  readonly revoke: (connector: string, subject: string) => Promise<void>;
}

/** What providers tell us (`POST /webhooks/{connector}`): verified over the raw body, each event acted upon once. */
export function webhookRoutes({ connectors, limits, firstTime, revoke }: WebhookRoutesDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/webhooks/:connector')
    .post(rawBody, async (request, response) => {
      await limits.count('scans', request, response, {});
      const connector = connectors.get(request.params['connector']);
      if (connector?.webhooks == null) throw new HttpError('invalid_request', 'there is nothing at this path', 404);
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, [value].flat()[0]]),
      );
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const event = connector.webhooks.read(headers, body);
      // Revoking twice is harmless; an event that was remembered but not acted upon is not.
      if (event.effect.type === 'revoked') await revoke(connector.id, event.effect.subject);
      await firstTime(connector.id, event.id);
      response.status(204).end();
    })
    .all(requireMethod('POST'));
  return router;
}
