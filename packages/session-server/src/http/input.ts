import { type RequestHandler, json } from 'express';
import type { Request } from 'express';
import type { z } from 'zod';
import { HttpError } from './http-error.ts';

/** A request's body is at most this long, in bytes. */
export const BODY_LIMIT_BYTES = 32_768;

const parse = json({ limit: BODY_LIMIT_BYTES, type: 'application/json', inflate: false });

/** Reads a JSON body; another media type is refused, so that no cross-site form can reach a JSON endpoint. */
export const jsonBody: RequestHandler = (request, response, next) => {
  const hasBody =
    request.headers['content-length'] !== '0' &&
    ('content-length' in request.headers || 'transfer-encoding' in request.headers);
  if (hasBody && request.is('application/json') === false) {
    throw new HttpError('invalid_request', 'the body must be application/json', 415);
  }
  parse(request, response, next);
};

/** Checks untrusted input against a schema. @throws HttpError `invalid_request` that names every bad field */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key.slice(0, 64)}: is not known here`).join('; ')
      : `${issue.path.length === 0 ? 'the body' : issue.path.join('.')}: ${issue.message}`,
  );
  throw new HttpError('invalid_request', [...new Set(problems)].slice(0, 8).join('; '));
}

/** The query's parameters, each at most once. @throws HttpError `invalid_request` */
export function query(request: Request): Record<string, string> {
  const at = request.originalUrl.indexOf('?');
  const parameters = new URLSearchParams(at === -1 ? '' : request.originalUrl.slice(at + 1));
  for (const name of new Set(parameters.keys())) {
    if (parameters.getAll(name).length > 1)
      throw new HttpError('invalid_request', `${name.slice(0, 64)}: was sent more than once`);
  }
  return Object.fromEntries(parameters);
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); null when there is none. */
export function bearer(request: Request): string | null {
  const match = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
}
