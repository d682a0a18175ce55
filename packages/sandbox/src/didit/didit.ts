import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import express, { type RequestHandler, type Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { SandboxError } from '../http/errors.ts';
import { jsonBody } from '../http/guard.ts';
import { read } from '../http/read.ts';
import type { PartContext } from '../part.ts';
import { createApp, type DiditApp } from './app.ts';
import { FaultRequest, noFaults, setFaults } from './faults.ts';
import { createIdTokens } from './id-tokens.ts';
import { createNotifications } from './notifications.ts';
import { mountSessions } from './session-routes.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { mountTokens } from './token-routes.ts';

export interface Didit {
  readonly router: Router;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** The app on the sandbox's phone. */
  readonly app: DiditApp;
}

export function createDidit(context: PartContext): Didit {
  const base = `${context.base}/didit`;
  const sessions = createSessions(context.now, context.random);
  const faults = noFaults();
  const app = createApp(base, sessions, context.random);
  const notifications = createNotifications(sessions, faults);
  const throttle: RequestHandler = (_req, res, next) => {
    if (faults.rate_limit <= 0) return next();
    faults.rate_limit -= 1;
    res.status(429).set('Retry-After', '1').json({ detail: 'Request was throttled.' });
  };

  const router = express.Router();
  mountSessions(router, {
    sessions,
    faults,
    app,
    base,
    redirectUris: [`${context.beckon.issuer}/callback/didit`],
    people: context.people,
    throttle,
  });
  mountTokens(router, {
    sessions,
    faults,
    idTokens: createIdTokens(base, context.now),
    now: context.now,
    throttle,
  });

  /** A feature of the sandbox that Didit does not have. */
  router
    .route('/sandbox')
    .post(...jsonBody, (req, res) => {
      const request = read(FaultRequest, req.body);
      setFaults(faults, request);
      if (request.end !== undefined) endOne(request.end, sessions);
      if (faults.silent) notifications.cut();
      res.json({ ...faults, sockets: notifications.size });
    })
    .all(onlyMethods('POST'));

  return { router, upgrade: (...request) => notifications.upgrade(...request), app };
}

/** @throws SandboxError `invalid_request` when there is nothing to end */
function endOne(end: NonNullable<FaultRequest['end']>, sessions: Sessions): void {
  const session = end.session_id === undefined ? sessions.newest() : sessions.byId(end.session_id);
  if (session === null || !sessions.end(session, end.status))
    throw new SandboxError('invalid_request', 'end: there is no such session, or it is over');
}
