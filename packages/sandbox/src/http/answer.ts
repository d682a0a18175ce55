import type { ErrorRequestHandler, RequestHandler } from 'express';
import { BeckonError, SandboxError } from './errors.ts';

/** For the end of a route's methods: 405 with `Allow` (RFC 9110 §15.5.6). */
export function onlyMethods(...allowed: readonly string[]): RequestHandler {
  const allow = allowed.join(', ');
  return (req) => {
    throw new SandboxError('method_not_allowed', `${req.method} is not possible here, only ${allow}`, { Allow: allow });
  };
}

/** For the end of the application: nothing is mounted at this path. */
export const unknownPath: RequestHandler = () => {
  throw new SandboxError('not_found', 'nothing is here');
};

/** The one place where a failure becomes a response. Never a stack trace, never what was sent. */
export const answerError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  if (error instanceof BeckonError) {
    if (error.retryAfter !== null) res.set('Retry-After', error.retryAfter);
    res.status(error.status).json({
      error: error.code,
      error_description: error.message,
      ...(error.requestId === null ? {} : { request_id: error.requestId }),
    });
    return;
  }
  const known = error instanceof SandboxError ? error : fromBodyParser(error);
  // A mistake of the sandbox: its developers should see where.
  if (known.code === 'server_error') console.error(error);
  res.set(known.headers).status(known.status).json({ error: known.code, error_description: known.message });
};

/** What express itself throws for a body that it could not read; the `type`s are those of body-parser's documentation. */
function fromBodyParser(error: unknown): SandboxError {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : null;
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
  if (type === 'entity.too.large') return new SandboxError('request_too_large', 'body: more than 32 KiB');
  if (type === 'entity.parse.failed') return new SandboxError('invalid_request', 'body: not valid JSON');
  if (type === 'charset.unsupported') return new SandboxError('invalid_request', 'body: only UTF-8 is read');
  if (type === 'encoding.unsupported') return new SandboxError('invalid_request', 'body: unknown content encoding');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new SandboxError('invalid_request', 'the request could not be read');
  return new SandboxError('server_error', 'the sandbox failed; this is a mistake in it');
}
