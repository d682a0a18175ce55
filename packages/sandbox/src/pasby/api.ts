import { randomBytes } from 'node:crypto';
import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from 'express';
import express from 'express';
import { z } from 'zod';
import type { PasbyAccounts } from './accounts.ts';
import { CLAIMS } from './claims.ts';
import type { Faults } from './faults.ts';
import type { Limit } from './limit.ts';
import { PASBY_APP } from './registered-app.ts';
import type { FlowRequest, Requests } from './requests.ts';
import type { Seeds } from './seeds.ts';
import type { Streams } from './streams.ts';

export interface ApiDependencies {
  readonly base: string;
  readonly accounts: PasbyAccounts;
  readonly requests: Requests;
  readonly seeds: Seeds;
  readonly streams: Streams;
  readonly faults: Faults;
  readonly limit: Limit;
}

const common = {
  action: z.enum(['login', 'signup', 'link']),
  claims: z.array(z.string().refine((claim) => CLAIMS.has(claim), 'Unknown claim')),
  payload: z.string().min(1).max(500),
};
const sameDevice = z.object(common);
const wildcard = z.object({ ...common, seeds: z.number().int().min(1).max(10) });
const differentDevice = z.object({ ...common, user: z.string().min(11) });
const one = z.object({ request: z.string().min(1) });

/** pasby's API, v1 and v2, with every kind of answer that it is known to give. */
export function mountApi(router: Router, dependencies: ApiDependencies): void {
  const { base, accounts, requests, seeds, streams, faults, limit } = dependencies;
  /** v1's bearers. */
  const bearers = new Set<string>();
  const json = express.json({ limit: '32kb', type: () => true });

  const admitted: RequestHandler = (req, res, next) => {
    if (!limit.admit(faults.requests_per_minute))
      return void res.status(429).type('text/plain').send('Too many requests, please try again later.');
    if (faults.answer.times > 0) {
      const { status, type, body, times } = faults.answer;
      faults.answer = { ...faults.answer, times: times - 1 };
      return void res.status(status).type(type).send(body);
    }
    const key = req.get('x-api-key');
    if (key === undefined)
      return void res.status(401).type('text/plain').send('An api key is needed to access our services.');
    if (key !== PASBY_APP.api_key)
      return refuse(res, 401, 'unauthorized', 'authorization_error', 'Api key is not valid');
    next();
  };
  const secret: RequestHandler = (req, res, next) => {
    const given = req.get('x-access-secret');
    if (given === undefined) return void res.status(400).type('text/plain').send('App secret missing in headers.');
    if (given !== PASBY_APP.app_secret)
      return refuse(res, 401, 'unauthorized', 'authorization_error', 'App secret is not valid');
    next();
  };
  const bearer: RequestHandler = (req, res, next) => {
    if (bearers.has(req.get('x-access-token') ?? '')) return next();
    refuse(res, 401, 'token-mismatch', 'authorization_error', 'Access token is not valid');
  };

  const create = (
    req: Request,
    res: Response,
    { claims, user = '', ...asked }: { action: string; claims: string[]; payload: string; user?: string | undefined },
    extras: (request: FlowRequest) => Record<string, unknown>,
  ): void => {
    if (claims.length === 0)
      return refuse(res, 428, 'failed', 'invalid_request', 'Identification flows need ID data claims');
    const from = { ip: req.ip ?? '', useragent: (req.get('user-agent') ?? '').slice(0, 200) };
    const request = requests.create({ ...asked, claims, user, ...from });
    const data = { request: requests.model(request, faults.stamp), ...extras(request) };
    res.status(201).json({ status: 'successful', reason: 'Identification request created', data });
  };

  for (const version of ['v1', 'v2']) {
    const path = `/api/${version}/identification`;
    router.post(`${path}/same-device`, admitted, secret, json, (req, res) => {
      const body = checked(sameDevice, req, res);
      if (body === null) return;
      create(req, res, body, ({ id }) => ({
        link: `${base}/open/app/?${new URLSearchParams({ mode: 'identification', id, source: 'mobile' }).toString()}`,
      }));
    });
    router.post(`${path}/wildcard`, admitted, secret, json, (req, res) => {
      const body = checked(wildcard, req, res);
      if (body === null) return;
      const { seeds: count, ...rest } = body;
      create(req, res, rest, ({ id }) => ({ seeds: Array.from({ length: count }, () => seeds.make(id)) }));
    });
    router.post(`${path}/different-device`, admitted, version === 'v1' ? bearer : secret, json, (req, res) => {
      if (faults.restricted)
        return refuse(res, 403, 'unauthorized', 'authorization_error', 'App has no access to this scope');
      const body = checked(differentDevice, req, res);
      if (body === null) return;
      if (accounts.byNin(body.user) === null)
        return void res.status(400).json({ status: 'failed', reason: 'National does not have a pasby™ digital ID' });
      create(req, res, body, () => ({}));
    });
  }

  router.get('/api/v1/flow/authorize', admitted, secret, (req, res) => {
    if (req.query['sub'] !== PASBY_APP.organisation || req.query['app'] !== PASBY_APP.app)
      return refuse(res, 401, 'mismatch', 'authorization_error', 'App or organisation do not match');
    const token = randomBytes(24).toString('base64url');
    bearers.add(token);
    res.set('x-access-token', token).json({ status: 'successful', reason: 'Flow authorized', data: { token } });
  });

  router.post('/api/v2/flow/ping', admitted, secret, json, (req, res) => {
    const body = checked(one, req, res);
    const request = body === null ? null : known(body.request, res);
    if (request === null) return;
    const answer = streams.answer(request);
    res.status(answer.status).json(answer.body);
  });

  router.post('/api/v2/flow/cancel', admitted, secret, json, (req, res) => {
    const body = checked(one, req, res);
    const request = body === null ? null : known(body.request, res);
    if (request === null) return;
    if (!requests.cancel(request))
      return refuse(res, 400, 'failed', 'session_cancel', 'Flow request has been cancelled');
    streams.tell(request);
    const model = requests.model(request, {});
    res.status(201).json({ status: 'successful', reason: 'Flow request cancelled', data: { model } });
  });

  /** pasby says that the secret is optional here. */
  router.get('/api/v2/flow/sse', admitted, (req, res) => {
    const id = typeof req.query['request'] === 'string' ? req.query['request'] : '';
    if (faults.streams === 'refused')
      return void res.status(404).type('html').send('<!doctype html><title>404</title>');
    const request = known(id, res);
    if (request !== null) streams.open(request, res);
  });

  const unread: ErrorRequestHandler = (_error, _req, res, _next) => {
    refuse(res, 400, 'failed', 'invalid_request', 'Request body could not be read');
  };
  router.use('/api', unread);

  function known(id: string, res: Response): FlowRequest | null {
    const request = requests.find(id);
    if (request === null) refuse(res, 400, 'failed', 'api_error', 'Flow request with such id does not exists');
    return request;
  }
}

/** Null when the body was refused, with Zod's issues as the whole answer. */
function checked<T>(schema: z.ZodType<T>, req: Request, res: Response): T | null {
  const result = schema.safeParse(req.body ?? {});
  if (result.success) return result.data;
  res.status(400).json(result.error.issues);
  return null;
}

function refuse(res: Response, status: number, word: string, type: string, reason: string): void {
  res.status(status).json(envelope(status, word, type, reason));
}

function envelope(code: number, status: string, type: string, reason: string): Record<string, unknown> {
  return { status, reason, type, code, helper_url: 'https://docs.pasby.africa', body: null, trace: null };
}
