import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { wording } from '../../config/wording.ts';
import { assertWellFormed, doubledMember } from '../../oauth/index.ts';
import { textBody } from './body.ts';
import { queryParams } from './form-body.ts';
import { HttpError } from '../http-error.ts';

const readText = textBody(
  'application/json',
  () => new HttpError('invalid_request', 'the body must be application/json', 415),
);

/** Reads a JSON body, an object; no body at all is an empty one. Another media type is refused. */
export const jsonBody: RequestHandler = (request, response, next) => {
  void readText(request, response, (cause?: unknown) => {
    if (cause !== undefined) return next(cause);
    try {
      request.body = parseObject(request.body as string);
    } catch (error) {
      return next(error);
    }
    next();
  });
};

/** For endpoints that are told nothing in their body. */
export const NOTHING: z.ZodType<object> = z.strictObject({});

/** Checks untrusted input against a schema. @throws HttpError `invalid_request` that names every bad field */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, { error: wording });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${shown(key)}: is not known here`)
      : [`${issue.path.length === 0 ? 'the body' : shown(issue.path.join('.'))}: ${issue.message}`],
  );
  throw new HttpError('invalid_request', [...new Set(problems)].slice(0, 8).join('; '));
}

/** The query's parameters, each at most once; one without a value is left out. @throws OAuthError `invalid_request` */
export function query(request: Request): Record<string, string> {
  const parameters = queryParams(request);
  assertWellFormed(parameters);
  return Object.fromEntries(parameters.values);
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); null when there is none. */
export function bearer(request: Request): string | null {
  const match = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
}

function parseObject(text: string): object {
  if (text === '') return {};
  let value: unknown;
  try {
    // RFC 8259 §8.1: a byte order mark may be ignored.
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new HttpError('invalid_request', 'the body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HttpError('invalid_request', 'the body must be a JSON object');
  const doubled = doubledMember(text);
  if (doubled !== null) throw new HttpError('invalid_request', `${shown(doubled)}: was sent more than once`);
  return value;
}

/** Names are the caller's own text: what looks like one is repeated, and not at any length. */
function shown(name: string): string {
  return /^[\w.-]{1,64}$/.test(name) ? name : 'a member';
}
