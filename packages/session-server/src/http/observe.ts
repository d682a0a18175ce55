import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import {
  factsOf,
  type Logger,
  REQUEST_ID_HEADER,
  type RequestFacts,
  type RequestTrace,
  type ServerMetrics,
  requestId,
} from '../telemetry/index.ts';
import { isStoreFailure } from '../store/store-error.ts';
import { type Answer, answerTo, bodyOf } from './http-error.ts';

export interface ObserveDependencies {
  /** Ms, for durations. */
  readonly elapsed: () => number;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  readonly trace: RequestTrace;
  /** Hears of a request that was refused, once it is answered, where that is worth remembering. */
  readonly onRefusal: (refusal: ObservedRefusal, request: Request) => void;
}

/** A request that was refused, as it was answered. */
export interface ObservedRefusal extends Readonly<RequestFacts> {
  readonly method: string;
  /** The pattern. */
  readonly route: string;
  readonly status: number;
  readonly error: string;
}

/** Gives every request its id. */
export function identify(newId: () => string): RequestHandler {
  return (request, response, next) => {
    const request_id = requestId(request.headers['x-request-id'], newId);
    FACTS.set(response, factsOf(request_id));
    response.setHeader(REQUEST_ID_HEADER, request_id);
    next();
  };
}

/** What is known of the request by now. */
export function factsAbout(response: Response): RequestFacts {
  const known = FACTS.get(response);
  if (known !== undefined) return known;
  const facts = factsOf(String(response.get(REQUEST_ID_HEADER)));
  FACTS.set(response, facts);
  return facts;
}

/** Beside the response: `locals` are those of the app that we may be mounted in. */
const FACTS = new WeakMap<Response, RequestFacts>();

/** Says in the request's log line what it was refused with. @param page whether a page says it to a person */
export function noteRefusal(
  response: Response,
  answer: Pick<Answer, 'error' | 'reason' | 'detail'>,
  page: boolean,
): void {
  const { error, reason, detail } = answer;
  Object.assign(factsAbout(response), { error, reason, detail, page });
}

/** What a browser shows to a person. */
const SHOWN: ReadonlySet<string> = new Set(['document', 'iframe', 'frame']);

/**
 * Whether a refusal is worth remembering beside the log: its page was shown to a person, it is about a sign-in or a
 * client that exists, or a page's origin is not registered, which is the commonest mistake. Not remembered: a call
 * whose own form is wrong, because its answer says so; an address that leads nowhere; what a page loads in the background.
 */
function isRemembered({ page, error, session, client_id }: RequestFacts, route: string, request: Request): boolean {
  if (route === 'none') return false;
  if (error === 'rate_limited') return true;
  if (page) return SHOWN.has(request.get('sec-fetch-dest') ?? 'document');
  if (session !== null) return error !== 'invalid_request';
  return client_id !== null || error === 'origin_not_allowed';
}

/** Counts and logs every request when it is over, by its route's pattern and never by its path. */
export function observe({ elapsed, logger, metrics, trace, onRefusal }: ObserveDependencies): RequestHandler {
  return (request, response, next) => {
    const facts = factsAbout(response);
    const begun = elapsed();
    response.once('close', () => {
      facts.over = true;
      const route = routeOf(request);
      const status = response.writableFinished ? response.statusCode : 499;
      const duration_ms = Math.round(elapsed() - begun);
      const { method } = request;
      metrics.requests.add({ method, route, status: String(status) });
      if (!isHeld(request)) metrics.requestSeconds.observe({ route }, duration_ms / 1000);
      logger.info('request', { ...lineOf(facts), method, route, status, duration_ms });
      const { error } = facts;
      if (error !== null && isRemembered(facts, route, request))
        onRefusal({ ...facts, method, route, status, error }, request);
    });
    trace.follow(facts, next);
  };
}

function lineOf({
  request_id,
  session,
  client_id,
  connector,
  error,
  reason,
  detail,
}: RequestFacts): Parameters<Logger['info']>[1] {
  return {
    request_id,
    session: session ?? undefined,
    client_id: client_id ?? undefined,
    connector: connector ?? undefined,
    error: error ?? undefined,
    reason: reason ?? undefined,
    detail: detail ?? undefined,
  };
}

/** Makes a response of every failure, in one shape; what only the operator may know goes to the log. */
export function failures({ logger }: Pick<ObserveDependencies, 'logger'>): ErrorRequestHandler {
  return (cause: unknown, request: Request, response: Response, next) => {
    const answer = answerTo(cause);
    noteRefusal(response, answer, false);
    const facts = factsAbout(response);
    // A store that fails is told of where it is used, once for a burst: not once for each request.
    if (answer.status >= 500 && !isStoreFailure(cause)) {
      const fields = { ...lineOf(facts), route: routeOf(request) };
      logger.error('request failed', fields, cause);
    }
    // Too late to say anything: Express ends the connection.
    if (response.headersSent) return next(cause);
    response.status(answer.status).set(answer.headers).json(bodyOf(answer, facts.request_id));
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
