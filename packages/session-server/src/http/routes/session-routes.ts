import { MODES, SUBPROTOCOL } from '@beckon/protocol';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { type BrowserPort, FlowError, type SessionCredentials } from '../../flow/index.ts';
import { type OAuth, paramsOf } from '../../oauth/index.ts';
import type { PollRequest, Polls } from '../../realtime/index.ts';
import { type Client, type ClientDirectory, isSessionId, scriptOf, type Device } from '../../session/index.ts';
import type { Cors } from '../policy/cors.ts';
import { HttpError } from '../http-error.ts';
import { NOTHING, bearer, checked, jsonBody, query } from '../input/input.ts';
import type { Limits } from '../policy/limits.ts';
import { requireMethod } from '../input/methods.ts';
import { factsAbout } from '../observe.ts';

export interface SessionRoutesDependencies {
  readonly flow: BrowserPort;
  readonly polls: Polls;
  readonly clients: ClientDirectory;
  readonly cors: Cors;
  readonly deviceOf: (request: Request) => Device;
  readonly oauth: Pick<OAuth, 'begin' | 'authenticate'>;
  readonly limits: Limits;
}

/** Half a surrogate pair is no text: on its way to the relying party it would become another character. */
const text = z.string().refine((value) => value.isWellFormed(), 'must be text that UTF-8 can carry');

/** An authorization request's parameters are strings, as they are in a query. */
const parametersSchema = z.record(z.string().max(64), text.max(4096));
/** The one that a page of ours brings has a whole request sealed in it. */
const createSchema = z.looseObject({
  request_uri: text.max(24_576).optional(),
  qr_frames: z.literal('compact').nullable().default(null),
});

const chooseSchema = z.strictObject({
  connector: z.string().min(1).max(32),
  mode: z.enum(MODES),
  login_hint: text.max(256).nullable().default(null),
});

const version = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a version number')
  .transform(Number);
const statusSchema = z.strictObject({
  after: version.optional(),
  wait: z
    .string()
    .regex(/^\d{1,3}$/, 'must be whole seconds')
    .transform(Number)
    .default(0),
});

/** The browser's side of a session, for the page that holds its secret. */
export function sessionRoutes(deps: SessionRoutesDependencies): Router {
  const { flow, clients, cors, limits } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  /** The caller's credentials, once its page is known to be one of the client's. */
  const authorized = (request: Request): Promise<SessionCredentials> =>
    limits.guard('session_failures', request, async () => {
      const credentials = credentialsOf(request);
      const client = await clients.registered(await flow.clientOf(credentials));
      if (client === null) throw new FlowError('session_not_found', 'there is no such session');
      cors.assertOwn(request, client);
      return credentials;
    });

  /** The website's backend that calls, by the secret of its client. */
  const backendOf = async (request: Request, response: Response): Promise<Client> => {
    if (request.headers['data-session-token'] !== undefined)
      throw new HttpError('invalid_request', 'Data-Session-Token: send it, or Authorization, not both');
    let isAdmitted = false;
    return limits.guard(
      'client_failures',
      request,
      () =>
        deps.oauth.authenticate({
          authorization: request.headers.authorization ?? null,
          params: paramsOf({}),
          async admit(client) {
            factsAbout(response).client_id = client.client_id;
            isAdmitted = true;
            await limits.count('oauth_calls', request, response, { client_id: client.client_id });
          },
        }),
      () => !isAdmitted,
    );
  };

  router
    .route('/session')
    .all(cors.opened)
    .post(jsonBody, async (request, response) => {
      // After the body: it says of which client a page is that no client has registered.
      await cors.assertKnown(request, async () => {
        const { client_id: named } = (request.body ?? {}) as { readonly client_id?: unknown };
        const client = typeof named === 'string' ? await clients.registered(named) : null;
        factsAbout(response).client_id = client?.client_id ?? null;
        return client;
      });
      const { request_uri: uri, qr_frames, ...others } = checked(createSchema, request.body);
      const { session_id = null, ...rest } = checked(parametersSchema, others);
      const parameters = uri === undefined ? rest : { ...rest, request_uri: uri };
      await limits.count('authorizations', request, response, {});
      await limits.assertRoom(response);
      const admit = (client: Client): void => {
        factsAbout(response).client_id = client.client_id;
        cors.assertOwn(request, client);
      };
      const { client, request_uri } = await deps.oauth.begin(paramsOf(parameters), admit);
      await limits.count('sessions', request, response, { client_id: client.client_id });
      const browser = { ...deps.deviceOf(request), ...scriptOf(request.headers, qr_frames) };
      const former = session_id === null ? null : formerOf(request, session_id);
      const handle = await flow.create(client, request_uri, browser, former);
      response.status(handle.session_id === former?.session_id ? 200 : 201).json(handle);
    })
    .all(requireMethod('POST'));

  router
    .route('/session/:id/connector')
    .all(cors.clients)
    .post(jsonBody, async (request, response) => {
      const credentials = await authorized(request);
      const choice = checked(chooseSchema, request.body);
      await limits.countHeld('session_choices', response, credentials.session_id);
      await limits.count('choices', request, response, {});
      response.json(await flow.choose(credentials, choice));
    })
    .all(requireMethod('POST'));

  router
    .route('/session/:id/start')
    .options(cors.clients)
    // The page that is shown there, and the form on it, are `startRoutes`'.
    .post(cors.clients, jsonBody, async (request, response) => {
      const credentials = await authorized(request);
      await limits.countHeld('session_calls', response, credentials.session_id);
      checked(NOTHING, request.body);
      await flow.arm(credentials);
      response.status(204).end();
    });

  router
    .route('/session/:id/status')
    .all(cors.clients)
    .get(async (request, response) => {
      const gone = new AbortController();
      response.on('close', () => gone.abort(new HttpError('invalid_request', 'the caller went away')));
      const poll = (): Omit<PollRequest, 'credentials'> => {
        const { after = null, wait } = checked(statusSchema, query(request));
        return { address: deps.deviceOf(request).address, after, wait_s: wait, signal: gone.signal };
      };
      if (isBasic(request)) {
        const { client_id } = await backendOf(request, response);
        const session_id = sessionId(request);
        await limits.countHeld('status_reads', response, `${client_id} ${session_id}`);
        return void response.json(await deps.polls.waitForClient({ ...poll(), session_id, client_id }));
      }
      const credentials = await authorized(request);
      await limits.countHeld('status_reads', response, credentials.session_id);
      response.json(await deps.polls.waitForChange({ ...poll(), credentials }));
    })
    .all(requireMethod('GET'));

  router
    .route('/session/:id/renew')
    .all(cors.clients)
    .post(jsonBody, async (request, response) => {
      const credentials = await authorized(request);
      checked(NOTHING, request.body);
      await limits.assertRoom(response);
      await limits.count('sessions', request, response, { client_id: await flow.clientOf(credentials) });
      response.status(201).json(await flow.renew(credentials, deps.deviceOf(request)));
    })
    .all(requireMethod('POST'));

  router
    .route('/session/events')
    .get(async (request, response) => {
      await limits.count('public_reads', request, response, {});
      response.set({ Upgrade: 'websocket', Connection: 'Upgrade, close' });
      throw new HttpError(
        'invalid_request',
        `this endpoint takes a WebSocket with the subprotocol ${SUBPROTOCOL}`,
        426,
      );
    })
    .all(requireMethod('GET'));

  const calls = {
    cancel: (own: SessionCredentials) => flow.cancel(own),
    confirm: (own: SessionCredentials) => flow.recognise(own),
  };
  for (const [name, call] of Object.entries(calls)) {
    router
      .route(`/session/:id/${name}`)
      .all(cors.clients)
      .post(jsonBody, async (request, response) => {
        const credentials = await authorized(request);
        checked(NOTHING, request.body);
        await limits.countHeld('session_calls', response, credentials.session_id);
        response.json(await call(credentials));
      })
      .all(requireMethod('POST'));
  }

  return router;
}

/** A session's id is read in any case; what cannot be one is no session. */
export function sessionId(request: Request): string {
  const id = request.params['id'];
  if (typeof id !== 'string' || !isSessionId(id)) throw new FlowError('session_not_found', 'there is no such session');
  return id.toUpperCase();
}

/** Whether the caller says that it owns the session; nothing about it is verified yet. A form cannot say so. */
export function hasSessionSecret({ headers }: Request): boolean {
  return headers.authorization !== undefined || headers['data-session-token'] !== undefined;
}

/** What the page kept of its session over a reload. */
function formerOf(request: Request, session_id: string): SessionCredentials {
  return { session_id: session_id.toUpperCase(), session_secret: secretOf(request) };
}

/** A website's backend authenticates as its client; a browser presents its session's secret. */
function isBasic({ headers }: Request): boolean {
  return /^basic /i.test(headers.authorization ?? '');
}

function credentialsOf(request: Request): SessionCredentials {
  return { session_id: sessionId(request), session_secret: secretOf(request) };
}

function secretOf(request: Request): string {
  const header = request.headers['data-session-token'];
  if (header !== undefined && request.headers.authorization !== undefined)
    throw new HttpError('invalid_request', 'Data-Session-Token: send it, or Authorization, not both');
  const session_secret = typeof header === 'string' ? header : bearer(request);
  if (session_secret === null || session_secret.length > 128) {
    throw new HttpError('invalid_request', 'Authorization: must be Bearer with the session_secret', 401);
  }
  return session_secret;
}
