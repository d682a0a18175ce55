import express, { type Router } from 'express';
import { customRandom } from 'nanoid';
import { z } from 'zod';
import { onlyMethods } from '../http/answer.ts';
import { jsonBody } from '../http/guard.ts';
import { read } from '../http/read.ts';
import type { PartContext } from '../part.ts';
import { mountApi } from './api.ts';
import type { OpenIdApp } from './app.ts';
import { mountAuthorize } from './authorize.ts';
import { createRecords, type Records } from './records.ts';
import type { OpenIdSettings } from './settings.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createThrottle } from './throttle.ts';

export interface OpenIdStandIn {
  readonly router: Router;
  /** The page, as the phone's owner goes through it. */
  readonly app: OpenIdApp;
  readonly records: Records;
}

const Rotation = z.strictObject({ forget: z.boolean().default(false) });
const RateLimit = z.strictObject({
  requests: z.int().min(0).max(1000),
  retry_after: z.int().min(1).max(86_400).default(5),
});

export function createOpenIdProvider(context: PartContext, settings: OpenIdSettings): OpenIdStandIn {
  const newRequestId = ((): (() => string) => {
    const id = customRandom('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', 8, context.random);
    return () => `req_${id()}`;
  })();
  const records = createRecords(context.now, context.random, settings.prefixes);
  const keys = createSigningKeys(settings.algorithm);
  const throttle = createThrottle(newRequestId);
  const router = express.Router();

  /** Features of the sandbox that no real provider has: `{ forget? }` changes the signing key, … */
  router
    .route('/sandbox/rotate-keys')
    .post(...jsonBody, async (req, res) => {
      await keys.rotate(read(Rotation, req.body).forget);
      res.json(await keys.jwks());
    })
    .all(onlyMethods('POST'));
  /** … `{ requests, retry_after? }` answers the next ones with 429. */
  router
    .route('/sandbox/rate-limit')
    .post(...jsonBody, (req, res) => {
      const { requests, retry_after } = read(RateLimit, req.body);
      throttle.tighten(requests, retry_after);
      res.status(204).end();
    })
    .all(onlyMethods('POST'));

  mountAuthorize(router, context, settings, records);
  const api = express.Router();
  mountApi(api, context, settings, records, keys, newRequestId);
  router.use(throttle.handler, api);
  return {
    router,
    records,
    app: {
      name: settings.name,
      authorizeUrl: `${context.base}${settings.mount}${settings.paths.authorize}`,
      fieldsOf: (person) => ({ person: person.id }),
    },
  };
}
