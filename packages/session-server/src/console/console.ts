import { STATUSES } from '@beckon/protocol';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { AUDIT_TYPES } from '../audit/index.ts';
import type { FunnelReport } from '../funnel/index.ts';
import { HttpError } from '../http/http-error.ts';
import { type Html, html } from '../http/pages/html.ts';
import { createAsset, serveAsset } from '../http/pages/asset.ts';
import { onlyCookie } from '../http/policy/cookies.ts';
import { pagePolicy } from '../http/policy/headers.ts';
import { type Operator, type OperatorActs, OperatorError, whyIn } from '../operator/index.ts';
import { auditBody } from './audit-pages.ts';
import { clientBody, clientsBody, nameOf, type ShownConnector } from './client-pages.ts';
import { type Entry, VISIT_MS, type Visitor } from './entry.ts';
import { keysBody, type ShownKey } from './keys-page.ts';
import { type HealthLine, overviewBody } from './overview-page.ts';
import { peopleBody, type PersonAsked } from './people-pages.ts';
import { consolePage, enterPage, type Notice, type Place } from './shell.ts';
import { signInBody, signInsBody, signInTable } from './sign-in-pages.ts';
import { webhooksBody } from './webhook-pages.ts';
import { CONSOLE_STYLE } from './style.ts';

export interface ConsoleDependencies {
  /** No trailing slash. */
  readonly issuer: string;
  readonly operator: OperatorActs;
  readonly entry: Entry;
  readonly funnel: (hours: number) => Promise<FunnelReport>;
  /** The identity apps, by id, with what people call them. */
  readonly connectors: readonly { readonly id: string; readonly name: string }[];
  readonly keys: () => Promise<readonly ShownKey[]>;
  readonly health: () => Promise<readonly HealthLine[]>;
  /** Why a sign-in or a request went wrong and what to do, line by line; empty where nothing did. */
  readonly explain: (id: string) => Promise<readonly string[]>;
  readonly now: () => number;
  /** Hears of a token that is none. May throw, where there were too many. */
  readonly onWrongToken: (request: Request) => void;
}

/** Not `__Host-`: browsers take that over https alone, and the port is loopback's where no proxy is in front. */
const COOKIE = 'beckon_console';
const HOURS = 24;
const ROWS = 50;
/** Of a form, in bytes: its fields are ids. */
const FORM_LIMIT = '8kb';

/** What was done, as the page after it says it: the address carries the word, and no words of a stranger. */
const DONE: ReadonlyMap<string, Notice> = new Map(
  Object.entries({
    revoked: { tone: 'good', text: 'The sign-in was revoked, and the website is told.' },
    'had-ended': { tone: 'good', text: 'It had ended before: nothing was left to end.' },
    ended: { tone: 'good', text: 'The person’s access has ended at every website.' },
    disabled: { tone: 'good', text: 'Disabled. Within a second it counts everywhere.' },
    redelivered: { tone: 'good', text: 'It is sent again at once.' },
    enabled: { tone: 'good', text: 'Enabled. Within a second it counts everywhere.' },
  } as const),
);

/** The pages of the console, at the root of the admin port. */
export function createConsole(deps: ConsoleDependencies): Router {
  const { issuer, operator, entry } = deps;
  const router = Router();
  const names = new Map(deps.connectors.map(({ id, name }) => [id, name]));
  const ids = [...names.keys()];
  const policy = pagePolicy({ forms: 'self' });
  // A page of ours without script has none to allow.
  const headers = { 'Content-Security-Policy': policy.replace("script-src 'self'", "script-src 'none'") };

  const visitorOf = (request: Request): (Visitor & { readonly cookie: string }) | null => {
    const cookie = onlyCookie(request, COOKIE);
    const visitor = cookie === null ? null : entry.visitorOf(cookie);
    return visitor === null || cookie === null ? null : { ...visitor, cookie };
  };
  const send = (
    response: Response,
    visitor: Visitor,
    page: {
      readonly title: string;
      readonly place: Place | null;
      readonly body: Html;
      readonly notice?: Notice | undefined;
    },
  ): void => {
    const { title, place, body } = page;
    const notice = page.notice ?? DONE.get(text(response.req, 'done')) ?? null;
    const { name, form_token } = visitor;
    response.type('html').send(consolePage({ title, place, issuer, operator: name, form_token, notice, body }));
  };
  /** A page for operators who have signed in; the others are asked for their token. */
  const shown =
    (work: (visitor: Visitor, request: Request, response: Response) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const visitor = visitorOf(request);
      if (visitor === null) {
        response
          .status(401)
          .type('html')
          .send(enterPage({ issuer, refused: null }));
        return;
      }
      await explained(response, visitor, () => work(visitor, request, response));
    };
  /** What is refused is a page as well. */
  const explained = async (response: Response, visitor: Visitor, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      const isUnknown = error.code === 'not_found';
      response.status(isUnknown ? 404 : 409);
      const notice = { tone: 'bad', text: error.message } as const;
      send(response, visitor, { title: isUnknown ? 'Not found' : 'Not done', place: null, body: html``, notice });
    }
  };
  /** A form of a page that this browser was shown. @throws HttpError */
  const formOf = (request: Request): { readonly visitor: Visitor; readonly field: (name: string) => string } => {
    const visitor = visitorOf(request);
    const body = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    const field = (name: string): string => (typeof body[name] === 'string' ? body[name].trim() : '');
    const site = request.get('sec-fetch-site');
    const isForeign = site !== undefined && site !== 'same-origin';
    if (visitor === null || isForeign || !entry.isForm(visitor.cookie, field('form_token')))
      throw new HttpError(
        'origin_not_allowed',
        'this form is not one that this browser was shown: load the page again',
      );
    return { visitor, field };
  };
  /** An act: for tokens that may write alone. */
  const acted =
    (work: (by: Operator, field: (name: string) => string, request: Request) => Promise<string>): RequestHandler =>
    async (request, response) => {
      const { visitor, field } = formOf(request);
      if (visitor.scope !== 'write') throw new HttpError('origin_not_allowed', 'this token may read, and not write');
      await explained(response, visitor, async () => {
        response.redirect(303, await work({ name: visitor.name, via: 'console' }, field, request));
      });
    };
  const orNone = (value: string): string | undefined => (value === '' ? undefined : value);
  const param = (request: Request, name: string): string => String(request.params[name] ?? '').slice(0, 500);

  router.use((_request, response, next) => {
    response.set(headers);
    next();
  });
  const style = createAsset(CONSOLE_STYLE, 'text/css; charset=utf-8');
  router.get('/console.css', serveAsset(style, { max_age: 0, immutable: false }));
  const form = express.urlencoded({ extended: false, limit: FORM_LIMIT, parameterLimit: 20 });

  router.post('/sign-in', form, (request, response) => {
    const { token } = (request.body ?? {}) as { readonly token?: unknown };
    const site = request.get('sec-fetch-site');
    const cookie =
      typeof token === 'string' && (site === undefined || site === 'same-origin') ? entry.admit(token.trim()) : null;
    if (cookie === null) {
      deps.onWrongToken(request);
      const refused = 'This is no operator token of this server. Copy it whole, and look at admin.tokens.';
      response.status(401).type('html').send(enterPage({ issuer, refused }));
      return;
    }
    response.cookie(COOKIE, cookie, { httpOnly: true, sameSite: 'strict', secure: request.secure, maxAge: VISIT_MS });
    response.redirect(303, '/');
  });
  router.post('/sign-out', form, (request, response) => {
    formOf(request);
    response.clearCookie(COOKIE, { httpOnly: true, sameSite: 'strict' });
    response.redirect(303, '/');
  });

  router.get(
    '/',
    shown(async (visitor, _request, response) => {
      const now = deps.now();
      const [funnel, health, live] = await Promise.all([deps.funnel(HOURS), deps.health(), liveSignIns()]);
      const body = overviewBody({
        funnel,
        nameOf: (id) => names.get(id) ?? id,
        health,
        live: signInTable(live, now, 'No sign-in is under way.'),
      });
      send(response, visitor, { title: 'Overview', place: '/', body });
    }),
  );
  const liveSignIns = async () => {
    const pages = await Promise.all(
      (['initialized', 'retrieved', 'confirmed'] as const).map((status) =>
        operator.sessions.list({ status, limit: 20 }),
      ),
    );
    const found = pages.flatMap(({ items }) => items);
    return found.toSorted((a, b) => b.created_at - a.created_at).slice(0, 20);
  };

  router.get(
    '/sign-ins',
    shown(async (visitor, request, response) => {
      const filter = {
        client: text(request, 'client'),
        connector: text(request, 'connector'),
        status: text(request, 'status'),
      };
      const page = await operator.sessions.list({
        client_id: orNone(filter.client),
        connector: orNone(filter.connector),
        status: STATUSES.find((known) => known === filter.status),
        limit: ROWS,
        cursor: orNone(text(request, 'cursor')) ?? null,
      });
      const body = signInsBody({ page, filter, connectors: ids, now: deps.now() });
      send(response, visitor, { title: 'Sign-ins', place: '/sign-ins', body });
    }),
  );
  router.get(
    '/sign-ins/:id',
    shown(async (visitor, request, response) => {
      const id = param(request, 'id');
      // A search by a request's id asks why that request was refused, which need not be how the sign-in ended.
      const asked = text(request, 'request');
      const story = await operator.sessions.show(id);
      const verdict = asked === '' ? whyIn(story.story) : await deps.explain(asked);
      const { form_token, scope } = visitor;
      const body = signInBody({ id, story, verdict, canWrite: scope === 'write', form_token, now: deps.now() });
      send(response, visitor, { title: 'Sign-in', place: '/sign-ins', body });
    }),
  );
  router.post(
    '/sign-ins/:id/revoke',
    form,
    acted(async (by, _field, request) => {
      const id = param(request, 'id');
      const { session, grant } = await operator.sessions.revoke(by, id);
      return `/sign-ins/${encodeURIComponent(id)}?done=${session || grant ? 'revoked' : 'had-ended'}`;
    }),
  );

  const person = (asked: PersonAsked) => {
    if (asked.sub !== '') return { sub: asked.sub };
    return asked.connector === '' || asked.subject === ''
      ? null
      : { connector: asked.connector, subject: asked.subject };
  };
  const sendPeople = async (visitor: Visitor, asked: PersonAsked, response: Response): Promise<void> => {
    const who = person(asked);
    const grants = who === null ? null : await operator.grants.list({ person: who, limit: ROWS });
    const { form_token, scope } = visitor;
    const canWrite = scope === 'write';
    const body = peopleBody({ asked, connectors: ids, grants, canWrite, form_token, now: deps.now() });
    send(response, visitor, { title: 'People', place: '/people', body });
  };
  const NO_ONE: PersonAsked = { sub: '', connector: '', subject: '' };
  const askedOf = (field: (name: string) => string): PersonAsked => ({
    sub: field('sub'),
    connector: field('connector'),
    subject: field('subject'),
  });
  router.get(
    '/people',
    shown((visitor, _request, response) => sendPeople(visitor, NO_ONE, response)),
  );
  // By POST: who is asked for stands in no address, and in no log of one.
  router.post('/people', form, async (request, response) => {
    const { visitor, field } = formOf(request);
    await explained(response, visitor, () => sendPeople(visitor, askedOf(field), response));
  });
  router.post(
    '/people/end',
    form,
    acted(async (by, field) => {
      const who = person(askedOf(field));
      if (who === null) throw new OperatorError('invalid', 'say whose access is to end');
      await operator.persons.revoke(by, who);
      return '/people?done=ended';
    }),
  );

  const connectorsShown = async (): Promise<readonly ShownConnector[]> => {
    const off = await operator.switches.list();
    return deps.connectors.map(({ id, name }) => ({
      id,
      name,
      disabled: off.find((each) => each.what === 'connector' && each.id === id) ?? null,
    }));
  };
  const acting = ({ scope, form_token }: Visitor) => ({ canWrite: scope === 'write', form_token, now: deps.now() });
  router.get(
    '/clients',
    shown(async (visitor, _request, response) => {
      const body = clientsBody(await operator.clients.list(), await connectorsShown(), acting(visitor));
      send(response, visitor, { title: 'Clients', place: '/clients', body });
    }),
  );
  router.get(
    '/clients/:id',
    shown(async (visitor, request, response) => {
      const client = await operator.clients.show(param(request, 'id'));
      const title = nameOf(client.client) || client.client_id;
      send(response, visitor, { title, place: '/clients', body: clientBody(client, acting(visitor)) });
    }),
  );
  for (const [kind, what] of [
    ['clients', 'client'],
    ['apps', 'connector'],
  ] as const) {
    const back = (id: string): string => (what === 'client' ? `/clients/${encodeURIComponent(id)}` : '/clients');
    router.post(
      `/${kind}/:id/disable`,
      form,
      acted(async (by, _field, request) => {
        await operator.switches.disable(what, param(request, 'id'), null, by);
        return `${back(param(request, 'id'))}?done=disabled`;
      }),
    );
    router.post(
      `/${kind}/:id/enable`,
      form,
      acted(async (by, _field, request) => {
        await operator.switches.enable(what, param(request, 'id'), by);
        return `${back(param(request, 'id'))}?done=enabled`;
      }),
    );
  }

  router.get(
    '/webhooks',
    shown(async (visitor, _request, response) => {
      const body = webhooksBody(await operator.webhooks.list({ limit: ROWS }), acting(visitor));
      send(response, visitor, { title: 'Webhooks', place: '/webhooks', body });
    }),
  );
  router.post(
    '/webhooks/:id/redeliver',
    form,
    acted(async (by, _field, request) => {
      await operator.webhooks.redeliver(by, param(request, 'id'));
      return '/webhooks?done=redelivered';
    }),
  );
  router.get(
    '/keys',
    shown(async (visitor, _request, response) => {
      send(response, visitor, { title: 'Keys', place: '/keys', body: keysBody(await deps.keys()) });
    }),
  );
  router.get(
    '/audit',
    shown(async (visitor, request, response) => {
      const asked = {
        request: text(request, 'request'),
        session: text(request, 'session'),
        client: text(request, 'client'),
        type: text(request, 'type'),
      };
      const page = await operator.audit.list({
        request_id: orNone(asked.request),
        session: orNone(asked.session),
        client_id: orNone(asked.client),
        type: AUDIT_TYPES.find((known) => known === asked.type),
        limit: ROWS,
        cursor: orNone(text(request, 'cursor')) ?? null,
      });
      const verification = text(request, 'verify') === '1' ? await operator.audit.verify() : null;
      send(response, visitor, { title: 'Audit', place: '/audit', body: auditBody({ page, asked, verification }) });
    }),
  );

  /** One box for every id: of a request, a sign-in or a person. */
  router.post('/search', form, async (request, response) => {
    const { visitor, field } = formOf(request);
    const asked = field('q').slice(0, 200);
    await explained(response, visitor, async () => {
      if (asked === '') return response.redirect(303, '/');
      const [ofRequest] = (await operator.audit.list({ request_id: asked, limit: 1 })).items;
      const session = ofRequest?.session ?? (await signInCalled(asked));
      if (session !== null) {
        const of = ofRequest === undefined ? '' : `?${new URLSearchParams({ request: asked }).toString()}`;
        return response.redirect(303, `/sign-ins/${encodeURIComponent(session)}${of}`);
      }
      const grants = await operator.grants.list({ person: { sub: asked }, limit: 1 });
      if (grants.items.length > 0) return sendPeople(visitor, { ...NO_ONE, sub: asked }, response);
      const lines = await deps.explain(asked);
      if (ofRequest === undefined && lines.length === 0)
        throw new OperatorError('not_found', 'Nothing is kept under this id. Search the log for it.');
      const list = ofRequest === undefined ? null : await operator.audit.list({ request_id: asked, limit: ROWS });
      const verdict = html`${lines.map((line) => html`<p>${line}</p>`)}`;
      const body = html`${lines.length === 0 ? null : html`<div class="notice" data-tone="warm">${verdict}</div>`}
      ${
        list === null
          ? null
          : auditBody({ page: list, asked: { request: asked, session: '', client: '', type: '' }, verification: null })
      }`;
      send(response, visitor, { title: 'Request', place: null, body });
    });
  });
  /** What the log calls the sign-in of this id; null for none. */
  const signInCalled = async (id: string): Promise<string | null> => {
    try {
      const { record, grant, events } = await operator.sessions.show(id);
      return record?.session ?? grant?.session ?? events[0]?.session ?? null;
    } catch (error) {
      if (error instanceof OperatorError && error.code === 'not_found') return null;
      throw error;
    }
  };
  return router;
}

/** A parameter of the address, whatever reads queries in the app around us. */
function text({ url }: Request, name: string): string {
  const at = url.indexOf('?');
  return (at === -1 ? null : new URLSearchParams(url.slice(at)).get(name))?.slice(0, 500) ?? '';
}
