import type { Request, RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import { onlyMethods } from '../http/answer.ts';
import { SandboxError } from '../http/errors.ts';
import { html, sendPage } from '../http/html.ts';
import { jsonBody } from '../http/guard.ts';
import { read } from '../http/read.ts';
import type { Person } from '../people.ts';
import type { DiditApp } from './app.ts';
import { CLIENT } from './client.ts';
import type { Faults } from './faults.ts';
import type { Session, Sessions } from './sessions.ts';
import { SCOPES } from './user-data.ts';

export interface SessionRoutesDependencies {
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly app: DiditApp;
  /** `{sandbox}/didit`. */
  readonly base: string;
  readonly redirectUris: readonly string[];
  readonly people: readonly Person[];
  readonly throttle: RequestHandler;
}

const TokenRequest = z.strictObject({ person: z.string().max(64).optional() });
const Update = z.object({
  decision: z.enum(['approve', 'decline']).default('approve'),
  accepted_scopes: z.array(z.string()).optional(),
});

/** `authorize`, `status`, `cancel` for Didit's client; `information` and `update` for its app; the page behind the code. */
export function mountSessions(router: Router, deps: SessionRoutesDependencies): void {
  const { sessions, faults, app, base } = deps;

  router
    .route(['/auth/v2/authorize', '/auth/v2/authorize/'])
    .get(deps.throttle, (req, res) => {
      const query = new URL(req.url, base).searchParams;
      const refuse = (error: string, error_description: string): void => {
        res.status(400).json({ error, error_description });
      };
      if (query.get('client_id') !== CLIENT.id) return refuse('invalid_client', 'The client is unknown.');
      const redirectUri = query.get('redirect_uri') ?? '';
      if (!deps.redirectUris.includes(redirectUri))
        return refuse('invalid_request', 'The redirect_uri is not registered.');
      if (query.get('response_type') !== 'code')
        return refuse('unsupported_response_type', 'The response_type must be code.');
      const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
      if (!scopes.includes('openid')) return refuse('invalid_scope', 'The scope must include openid.');
      if (scopes.some((scope) => !SCOPES.has(scope))) return refuse('invalid_scope', 'A scope is unknown.');
      const session = sessions.begin({
        redirectUri,
        scopes,
        state: query.get('state'),
        nonce: query.get('nonce'),
        challenge: query.get('code_challenge'),
      });
      res.json({ session_id: session.id, session_token: session.token, url: `${base}/app/authorize/${session.token}` });
    })
    .all(onlyMethods('GET'));

  router
    .route(['/auth/v2/session/:id/status', '/auth/v2/session/:id/status/'])
    .get(deps.throttle, (req, res) => {
      const session = watched(req, res);
      if (session === null) return;
      if (faults.status.times > 0) {
        faults.status = { ...faults.status, times: faults.status.times - 1 };
        res.json({ status: faults.status.word });
        return;
      }
      const status = sessions.statusOf(session);
      if (status !== 'confirmed') res.json({ status });
      else confirmed(session, res);
    })
    .all(onlyMethods('GET'));

  router
    .route(['/auth/v2/session/:id/cancel', '/auth/v2/session/:id/cancel/'])
    .post(deps.throttle, (req, res) => {
      const session = watched(req, res);
      if (session === null) return;
      if (sessions.end(session, 'Cancelled')) res.json({ status: 'Cancelled' });
      else res.status(409).json({ detail: 'The session is over.' });
    })
    .all(onlyMethods('POST'));

  router
    .route(['/auth/v2/session/:id/information', '/auth/v2/session/:id/information/'])
    .get((req, res) => {
      const session = sessions.byId(String(req.params['id']));
      const person = app.personOf(bearer(req));
      if (person === null) res.status(403).json({ detail: 'You do not have permission to perform this action.' });
      else if (session === null) res.status(404).json({ detail: 'Not found.' });
      else if (sessions.retrieve(session, person))
        res.json({ client: CLIENT.name, scopes: session.authorization.scopes, expires_at: session.until / 1000 });
      else res.status(409).json({ detail: 'The session cannot be retrieved.' });
    })
    .all(onlyMethods('GET'));

  router
    .route(['/auth/v2/session/:id/update', '/auth/v2/session/:id/update/'])
    .post(...jsonBody, (req, res) => {
      const session = sessions.byId(String(req.params['id']));
      const person = app.personOf(bearer(req));
      const update = Update.safeParse(req.body);
      if (person === null) res.status(403).json({ detail: 'You do not have permission to perform this action.' });
      else if (session === null) res.status(404).json({ detail: 'Not found.' });
      else if (!update.success) res.status(400).json({ detail: 'The body is not valid.' });
      else {
        const { decision, accepted_scopes } = update.data;
        const asked = session.authorization.scopes;
        const accepted =
          decision === 'decline' ? null : asked.filter((scope) => accepted_scopes?.includes(scope) ?? true);
        if (sessions.decide(session, person, accepted)) res.json({ status: sessions.statusOf(session) });
        else res.status(409).json({ detail: 'The session is not retrieved.' });
      }
    })
    .all(onlyMethods('POST'));

  /** A feature of the sandbox that Didit does not have: the token with which its app calls the two above. */
  router
    .route('/app/token')
    .post(...jsonBody, (req, res) => {
      const { person: id } = read(TokenRequest, req.body);
      const person = deps.people.find((each) => id === undefined || each.id === id);
      if (person === undefined) throw new SandboxError('invalid_request', 'person: no person has that name');
      res.json({ access_token: app.token(person), token_type: 'Bearer' });
    })
    .all(onlyMethods('POST'));

  router
    .route('/app/authorize/:token')
    .get((_req, res) => {
      sendPage(res, {
        title: 'Open the Didit app',
        provider: 'Didit',
        body: html`<h1>Open the Didit app</h1>
          <p>This address is for the app. Scan the code with the sandbox’s phone, or give it this link.</p>`,
      });
    })
    .all(onlyMethods('GET'));

  /** The session of a caller that has its token; answers otherwise. */
  function watched(req: Request, res: Response): Session | null {
    const session = sessions.byId(String(req.params['id']));
    if (session !== null && req.headers['data-session-token'] === session.token) return session;
    if (session === null) res.status(404).json({ detail: 'Not found.' });
    else res.status(401).json({ detail: 'Invalid session token.' });
    return null;
  }

  /** Each call makes a new code. */
  function confirmed(session: Session, res: Response): void {
    const code = sessions.newCode(session);
    const { redirectUri, state } = session.authorization;
    const target = new URL(redirectUri);
    target.searchParams.set('code', code);
    if (state !== null) target.searchParams.set('state', state);
    if (faults.confirmed_by === 'redirect') res.redirect(302, target.href);
    else
      res.json({
        status: 'confirmed',
        ...(faults.confirmed_by === 'redirect_uri' ? { redirect_uri: target.href } : {}),
        ...(faults.confirmed_by === 'code' ? { code, state } : {}),
      });
  }
}

function bearer(req: Request): string {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
}
