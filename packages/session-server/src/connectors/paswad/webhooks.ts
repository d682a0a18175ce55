import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { sameBytes } from '../../secrets/index.ts';
import { ConnectorError, type WebhookEvent } from '../connector.ts';

/** After these nothing that was issued for the person may live on. The other events are acknowledged. */
const REVOKING = new Set(['session.revoked', 'consent.revoked']);

const eventSchema = z.object({
  id: z.string().min(1).max(128),
  type: z.string().min(1).max(128),
  /** Unix seconds. */
  created: z.int().positive().optional(),
  data: z.object({ sub: z.string().min(1).max(255).optional(), client_id: z.string().optional() }).default({}),
});

/**
 * Reads a delivery of Paswad's. `Paswad-Signature` is the HMAC-SHA256 of the raw body under the webhook
 * secret; Paswad does not say in what encoding, so hex and base64 count.
 * @throws ConnectorError `webhook_refused`
 */
export function readWebhook(
  secrets: readonly string[],
  client_id: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
): WebhookEvent {
  const signature = bytesOf(headers['paswad-signature'] ?? '');
  if (signature === null) throw refused('the signature is missing or no HMAC-SHA256 in hex or base64');
  const macs = secrets.map((secret) => createHmac('sha256', secret).update(body).digest());
  if (!macs.some((mac) => sameBytes(mac, signature))) throw refused('the signature is not over this body');
  const event = eventSchema.safeParse(jsonOf(body));
  if (!event.success) throw refused('the body is no event');
  const { id, type, created, data } = event.data;
  if (!REVOKING.has(type) || (data.client_id !== undefined && data.client_id !== client_id))
    return { id, effect: { type: 'ignored' } };
  if (data.sub === undefined) throw refused(`a ${type} names no person`);
  // A second is over only when the next one begins: what was agreed to within it ends as well.
  const at = created === undefined ? null : created * 1000 + 999;
  return { id, effect: { type: 'revoked', subject: data.sub, at } };
}

function bytesOf(signature: string): Buffer | null {
  const text = signature.trim().replace(/^sha256=/i, '');
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : null;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return null;
  }
}

function refused(detail: string): ConnectorError {
  return new ConnectorError('webhook_refused', 'this delivery was not accepted', `Paswad: webhook: ${detail}`);
}
