import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { KRDPASS_CLIENT } from './client.ts';

export const form: RequestHandler = express.urlencoded({ extended: false, limit: '32kb' });

/** A form's fields, each there once. */
export function fieldsOf(req: Request): ReadonlyMap<string, string> {
  const body: unknown = req.body;
  const entries = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

export function refuse(res: Response, status: 400 | 401, error: string, description: string): void {
  res.status(status).json({ error, error_description: description });
}

/**
 * The fields of a request to CAS, or null after it was answered: the secret in the form, every
 * required field, and none that KRDPASS does not describe.
 */
export function clientFields(
  req: Request,
  res: Response,
  required: readonly string[],
  optional: readonly string[] = [],
): ReadonlyMap<string, string> | null {
  const fields = fieldsOf(req);
  const wanted = ['client_id', 'client_secret', ...required];
  const secret = fields.get('client_secret') ?? '';
  if (fields.get('client_id') !== KRDPASS_CLIENT.clientId || !same(secret, KRDPASS_CLIENT.clientSecret)) {
    refuse(res, 401, 'invalid_client', 'client_id or client_secret is wrong');
    return null;
  }
  const missing = wanted.find((name) => (fields.get(name) ?? '') === '');
  const unknown = [...fields.keys()].find((name) => !wanted.includes(name) && !optional.includes(name));
  if (missing === undefined && unknown === undefined) return fields;
  refuse(res, 400, 'invalid_request', missing === undefined ? 'a field that is not known' : `${missing} is missing`);
  return null;
}

function same(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
