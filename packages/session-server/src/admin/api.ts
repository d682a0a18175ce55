import express, { type Request, Router } from 'express';
import type { z } from 'zod';
import { HttpError } from '../http/http-error.ts';
import { requireMethod } from '../http/input/methods.ts';
import type { OperatorToken } from '../config/index.ts';
import { type Operator, OperatorError, operatorTokenOf } from '../operator/index.ts';
import document from './openapi.json' with { type: 'json' };
import { type ApiDesk, type ApiRoute, ROUTES } from './routes.ts';
import type { WrongTokens } from './wrong-tokens.ts';

export interface ApiDependencies {
  readonly desk: ApiDesk;
  readonly tokens: () => readonly OperatorToken[];
  readonly wrongTokens: WrongTokens;
  /** Hears of a call that was not let in. */
  readonly onRefused: (request: Request, reason: 'wrong_token' | 'read_only_token', name: string | null) => void;
}

/** Of a body: a client's registration is the largest. */
const BODY_LIMIT = '32kb';
const LONGEST_TOKEN = 200;

/** The admin API: `/api/…` of the admin port. */
export function createApi({ desk, tokens, wrongTokens, onRefused }: ApiDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const json = express.json({ limit: BODY_LIMIT, strict: true, type: 'application/json' });

  /** @throws HttpError `invalid_token`, or where the token may only read */
  const admitted = (request: Request, scope: 'read' | 'write'): Operator => {
    const [, given = ''] = /^Bearer ([\x21-\x7e]+)$/i.exec(request.get('authorization') ?? '') ?? [];
    const isToken = given !== '' && given.length <= LONGEST_TOKEN;
    const token = isToken ? operatorTokenOf(tokens(), given) : undefined;
    if (token === undefined) {
      if (given !== '') {
        wrongTokens.count(request);
        onRefused(request, 'wrong_token', null);
      }
      throw new HttpError(
        'invalid_request',
        'send an operator token: Authorization: Bearer … (beckon-server secret --operator NAME makes one)',
        401,
      );
    }
    if (scope === 'write' && token.scope !== 'write') {
      onRefused(request, 'read_only_token', token.name);
      // RFC 6750 §3.1
      request.res?.set('WWW-Authenticate', 'Bearer realm="beckon", error="insufficient_scope", scope="write"');
      throw new HttpError('invalid_request', 'this token may read, and not write: its scope is read', 403);
    }
    return { name: token.name, via: 'api' };
  };

  router.get('/api/openapi.json', (request, response) => {
    admitted(request, 'read');
    response.json(document);
  });
  const methods = new Map<string, string[]>([['/api/openapi.json', ['GET']]]);
  for (const route of ROUTES) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(path, [...(methods.get(path) ?? []), route.method.toUpperCase()]);
    router[route.method](
      path,
      (request, response, next) => {
        response.locals['operator'] = admitted(request, route.scope);
        if (route.body === null) return next();
        const type = request.get('content-type');
        // A call whose body may be empty may come without one.
        if (type !== undefined && !request.is('application/json'))
          throw new HttpError('invalid_request', 'the body must be application/json', 400);
        json(request, response, next);
      },
      async (request, response) => {
        const by = response.locals['operator'] as Operator;
        const answer = await run(desk, route, by, request);
        if (route.isVersioned || isClient(answer)) setVersion(response, answer);
        if (route.status === 204) response.status(204).end();
        else response.status(route.status).json(answer);
      },
    );
  }
  for (const [path, allowed] of methods) router.all(path, requireMethod(...allowed));
  return router;
}

async function run(desk: ApiDesk, route: ApiRoute, by: Operator, request: Request): Promise<unknown> {
  const query = checked(route.query, queryOf(request), 'query');
  const body = route.body === null ? null : checked(route.body, (request.body as unknown) ?? {}, 'body');
  const [, version] = /^"(\d{1,15})"$/.exec(request.get('if-match') ?? '') ?? [];
  const call = {
    by,
    id: String(request.params['id'] ?? ''),
    n: String(request.params['n'] ?? ''),
    query: query as never,
    body: body as never,
    version: version === undefined ? null : Number(version),
  };
  try {
    return await route.run(desk, call);
  } catch (error) {
    throw error instanceof OperatorError ? refused(error) : error;
  }
}

/** @throws HttpError that names every member that is wrong */
function checked(type: z.ZodType, value: unknown, where: string): unknown {
  const result = type.safeParse(value);
  if (result.success) return result.data;
  const words = result.error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.') || where}: ${message}`);
  throw new HttpError('invalid_request', words.join('; ').slice(0, 1_000), 400);
}

/** Each parameter once: two of one name say no one thing. @throws HttpError */
function queryOf(request: Request): Record<string, string> {
  const at = request.url.indexOf('?');
  const all = [...new URLSearchParams(at === -1 ? '' : request.url.slice(at))];
  const query: Record<string, string> = Object.fromEntries(all);
  if (Object.keys(query).length < all.length) throw new HttpError('invalid_request', 'a parameter is there twice', 400);
  return query;
}

const STATUS = {
  not_found: 404,
  invalid: 400,
  read_only: 409,
  taken: 409,
  changed_meanwhile: 409,
  mistakes: 400,
  not_possible: 409,
} as const;

function refused({ code, message, issues }: OperatorError): HttpError {
  const words = issues.length === 0 ? message : issues.map(({ path, message: says }) => `${path}: ${says}`).join('; ');
  return new HttpError('invalid_request', words.slice(0, 2_000), STATUS[code]);
}

function isClient(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'version' in answer;
}

/** `ETag` is what `If-Match` sends back. */
function setVersion(response: express.Response, answer: unknown): void {
  const of = answer as {
    readonly version?: number | null;
    readonly client?: { readonly version?: number | null };
  } | null;
  const version = of?.client?.version ?? of?.version;
  if (typeof version === 'number') response.set('ETag', `"${version}"`);
}
