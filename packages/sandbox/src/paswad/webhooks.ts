import { createHmac } from 'node:crypto';
import type { Router } from 'express';
import { customRandom } from 'nanoid';
import { z } from 'zod';
import { onlyMethods } from '../http/answer.ts';
import { SandboxError } from '../http/errors.ts';
import { jsonBody } from '../http/guard.ts';
import { read } from '../http/read.ts';
import type { Records } from '../openid/records.ts';
import type { PartContext } from '../part.ts';
import type { Person } from '../people.ts';
import { PASWAD_CLIENT, PASWAD_WEBHOOK_SECRET } from './client.ts';

const Delivery = z.strictObject({
  type: z.string().max(64),
  person: z.string().max(64),
  /** The id of an earlier delivery, to send it again. */
  id: z.string().max(128).optional(),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  /** In place of the right one, for negative tests; null sends none. */
  signature: z.string().max(256).nullable().optional(),
  /** The connector's id in Beckon. */
  connector: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,31}$/)
    .default('paswad'),
});

/**
 * `POST /paswad/sandbox/webhooks` `{ type, person, … }` → `{ id, status }`: sends Beckon a signed event,
 * and does what it tells of. A feature of the sandbox that no real provider has.
 */
export function mountWebhooks(
  router: Router,
  context: PartContext,
  records: Records,
  subjectOf: (person: Person) => string,
): void {
  const newId = customRandom('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 16, context.random);
  router
    .route('/sandbox/webhooks')
    .post(...jsonBody, async (req, res) => {
      const delivery = read(Delivery, req.body);
      const { type, encoding, connector, id = `evt_${newId()}` } = delivery;
      const person = context.people.find((each) => each.id === delivery.person);
      if (person === undefined) throw new SandboxError('invalid_request', 'person: no person has that name');
      if (type === 'consent.revoked' || type === 'session.revoked') records.revokeAll(person);
      const body = JSON.stringify({
        id,
        type,
        created: Math.floor(context.now() / 1000),
        data: { sub: subjectOf(person), client_id: PASWAD_CLIENT.id },
      });
      const mac = createHmac('sha256', PASWAD_WEBHOOK_SECRET).update(body).digest(encoding);
      const signature = delivery.signature === undefined ? mac : delivery.signature;
      const status = await deliver(`${context.beckon.issuer}/webhooks/${connector}`, body, signature);
      res.json({ id, status });
    })
    .all(onlyMethods('POST'));
}

async function deliver(url: string, body: string, signature: string | null): Promise<number> {
  const headers = {
    'Content-Type': 'application/json',
    ...(signature === null ? {} : { 'Paswad-Signature': signature }),
  };
  try {
    const { status } = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    return status;
  } catch {
    throw new SandboxError('beckon_unreachable', 'Beckon gave no answer to the webhook; is it running?');
  }
}
