import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { type Logger, REQUEST_ID_HEADER, type ServerMetrics, requestId } from '../telemetry/index.ts';
import { isStoreFailure } from '../store/store-error.ts';
import { answerTo, bodyOf } from './http-error.ts';

export interface ObserveDependencies {
  /** Ms, for durations. */
  readonly elapsed: () => number;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
}

/** Gives every request its id. */
export function identify(newId: () => string): RequestHandler {
  return (request, response, next) => {
    response.set(REQUEST_ID_HEADER, requestId(request.headers['x-request-id'], newId));
    next();
  };
}

/** Counts and logs every request when it is over, by its route's pattern and never by its path. */
export function observe({ elapsed, logger, metrics }: ObserveDependencies): RequestHandler {
  return (request, response, next) => {
    const request_id = String(response.get(REQUEST_ID_HEADER));
    const begun = elapsed();
    response.once('close', () => {
      const route = routeOf(request);
      const status = response.writableFinished ? response.statusCode : 499;
      const duration_ms = Math.round(elapsed() - begun);
      metrics.requests.add({ method: request.method, route, status: String(status) });
      if (!isHeld(request)) metrics.requestSeconds.observe({ route }, duration_ms / 1000);
      logger.info('request', { request_id, method: request.method, route, status, duration_ms });
    });
    next();
  };
}

/** Makes a response of every failure, in one shape; what only the operator may know goes to the log. */
export function failures({ logger }: Pick<ObserveDependencies, 'logger'>): ErrorRequestHandler {
  return (cause: unknown, request: Request, response: Response, next) => {
    const request_id = String(response.get(REQUEST_ID_HEADER));
    const answer = answerTo(cause);
    // A store that fails is told of where it is used, once for a burst: not once for each request.
    if (answer.status >= 500 && !isStoreFailure(cause)) {
      logger.error(
        'request failed',
        { request_id, route: routeOf(request), error: answer.error, detail: answer.detail ?? undefined },
        cause,
      );
    }
    // Too late to say anything: Express ends the connection.
    if (response.headersSent) return next(cause);
    response.status(answer.status).set(answer.headers).json(bodyOf(answer, request_id));
  };
}

function routeOf(request: Request): string {
  const route = request.route as { readonly path?: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : 'none';
}

/** A long poll takes as long as it was asked to. */
function isHeld(request: Request): boolean {
  return request.originalUrl.includes('wait=');
}
