import { Router, type Request } from 'express';
import { z } from 'zod';
import { type WalletPort, FlowError } from '../../flow/index.ts';
import type { Device } from '../../session/index.ts';
import { answerTo, HttpError } from '../http-error.ts';
import { bearer, checked, jsonBody, query } from '../input/input.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';
import { sessionId } from './session-routes.ts';

export interface WalletRoutesDependencies {
  readonly flow: WalletPort;
  readonly deviceOf: (request: Request) => Device;
  readonly limits: Limits;
}

const informationSchema = z.strictObject({
  step: z
    .string({ error: 'is missing: the part of the code between the dots' })
    .regex(/^(?:H?\d{1,9}|S)$/i, 'must be a step as the code has it'),
  mac: z
    .string({ error: 'is missing: the last part of the code' })
    .regex(/^[A-Z2-7]{26}$/i, 'must be 26 characters of base32'),
});

const updateSchema = z.strictObject({
  decision: z.enum(['approve', 'decline'], { error: 'must be "approve" or "decline"' }),
  accepted_scopes: z.array(z.string().max(128)).max(64).default([]),
  verification: z
    .string()
    .regex(/^\d{2}$/, 'must be the two digits that the browser shows')
    .nullable()
    .default(null),
  retrieval_token: z.string({ error: 'is missing: the information call answered it' }).max(128),
  reason: z.enum(['user', 'not_me']).default('user'),
});

/** The phone's side of a session: Didit's two calls, for wallets with an access token of their own issuer. */
export function walletRoutes({ flow, deviceOf, limits }: WalletRoutesDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const trusting = <T>(request: Request, work: () => Promise<T>): Promise<T> =>
    limits.guard('wallet_failures', request, work, isUntrusted);

  router
    .route('/session/:id/information')
    .get(async (request, response) => {
      const token = walletToken(request);
      const { step, mac } = checked(informationSchema, query(request));
      const scan = { session_id: sessionId(request), step: step.toUpperCase(), mac: mac.toUpperCase() };
      await limits.countHeld('wallet_calls', response, token);
      const retrieve = () => trusting(request, () => flow.retrieve(scan, token, deviceOf(request)));
      response.json(await limits.guard('mac_failures', request, retrieve, isForgedMac));
    })
    .all(requireMethod('GET'));

  router
    .route('/session/:id/update')
    .post(jsonBody, async (request, response) => {
      const token = walletToken(request);
      const decision = checked(updateSchema, request.body);
      await limits.countHeld('wallet_calls', response, token);
      const { status, location } = await trusting(request, () => flow.update(sessionId(request), token, decision));
      if (location !== null) response.json({ status, location });
      else if (status === 'declined') response.json({ status });
      else response.json({ status, collected: await flow.collected(sessionId(request)) });
    })
    .all(requireMethod('POST'));

  return router;
}

function walletToken(request: Request): string {
  const token = bearer(request);
  if (token === null)
    throw new HttpError('wallet_not_trusted', 'Authorization: must be Bearer with a wallet access token');
  return token;
}

/** Its form is right, and still this server did not make it. */
function isForgedMac(cause: unknown): boolean {
  return cause instanceof FlowError && cause.code === 'invalid_request';
}

function isUntrusted(cause: unknown): boolean {
  return answerTo(cause).error === 'wallet_not_trusted';
}
