/** What of an answer later requests are made of. */
import type { QrCode } from '../../packages/protocol/src/index.ts';
import { shownText } from '../../packages/session-server/src/test-support/shown-text.ts';
import type { Draft } from './draft.ts';
import type { Pool, Session } from './pool.ts';
import type { Answer } from './wire.ts';

type Body = Readonly<Record<string, unknown>>;

/** @param issuer of the server; links elsewhere are providers' */
export function harvest(request: Draft, answer: Answer, pool: Pool, issuer: string): void {
  const client_id = clientOf(request);
  const idInPath =
    /^\/(?:session|no-script)\/([^/?]+)/.exec(request.path)?.[1] ?? /^\/q\/([^.]+)/i.exec(request.path)?.[1] ?? '';
  let session = pool.sessionOf(idInPath.toUpperCase());
  const location = answer.headers.get('location')?.[0] ?? null;
  for (const cookie of answer.headers.get('set-cookie') ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    const [, id = ''] = /^beckon-(?:screen-)?([0-9A-Z]+)$/.exec(name) ?? [];
    session = pool.sessionOf(id) ?? session;
    if (name.startsWith('beckon-screen-') && pool.sessionOf(id) === null) {
      session = emptySession(id, value, client_id);
      pool.addSession(session);
    }
    session?.cookies.set(name, value);
  }
  if (location !== null) fromAddress(location, session);
  const token = /name="form_token" value="([^"]+)"/.exec(answer.body)?.[1];
  if (token !== undefined && session !== null) {
    session.form_token = token;
    pool.add('form_token', token, { session });
  }
  const pushed =
    /name="request_uri" value="([^"]+)"/.exec(answer.body)?.[1] ?? /request-uri="([^"]+)"/.exec(answer.body)?.[1];
  if (pushed !== undefined) pool.add('request_uri', pushed, { client_id });
  if (
    answer.headers.get('content-type')?.[0]?.startsWith('application/json') === true &&
    answer.status < 300 &&
    answer.body !== ''
  ) {
    const body = JSON.parse(answer.body) as Body;
    fromBody(body);
  }

  function fromBody(body: Body): void {
    const { session_id, session_secret, redirect_to, retrieval_token, request_uri } = body;
    if (typeof session_id === 'string' && typeof session_secret === 'string' && pool.sessionOf(session_id) === null) {
      session = emptySession(session_id, session_secret, client_id);
      pool.addSession(session);
      pool.add('session_secret', session_secret, { session, client_id });
    }
    if (typeof request_uri === 'string') pool.add('request_uri', request_uri, { client_id });
    if (typeof retrieval_token === 'string') pool.add('retrieval_token', retrieval_token, { session });
    if (request.route.endsWith('/update') && session !== null) pool.add('approved', session.id, { session });
    if (typeof redirect_to === 'string') fromAddress(redirect_to, session);
    if (typeof body['location'] === 'string') fromAddress(body['location'], session);
    for (const kind of ['access_token', 'refresh_token', 'id_token'] as const) {
      const text = body[kind];
      if (typeof text === 'string') pool.add(kind, text, { client_id });
    }
    const text = qrText(body['qr']);
    if (text.toUpperCase().startsWith(`${issuer}/Q/`.toUpperCase()))
      pool.add('link', text.slice(text.lastIndexOf('/') + 1), { session, client_id });
    const here = (body['same_device'] as { readonly url?: string } | null | undefined)?.url;
    if (typeof here === 'string') fromAddress(here, session);
  }

  function fromAddress(text: string, of: Session | null): void {
    const url = URL.parse(text, issuer);
    if (url === null) return;
    const owner = { session: of, client_id: of?.client_id ?? client_id };
    const code = url.searchParams.get('code');
    if (code?.startsWith('ac_') === true) pool.add('code', code, owner);
    const ticket = url.searchParams.get('ticket');
    if (ticket !== null && url.origin === issuer) {
      if (of !== null) of.ticket = ticket;
      pool.add('ticket', ticket, owner);
    }
    const handle = /^\/authorize\/response\/([^/]+)$/.exec(url.pathname)?.[1];
    if (handle !== undefined) pool.add('handle', handle, owner);
    const state = url.searchParams.get('state');
    if (state !== null && url.origin !== issuer && code === null) {
      const [, connector = ''] = /\/(pasby|didit|krdpass|uaepass|paswad|oidc)\//.exec(`${url.pathname}/`) ?? [];
      if (connector !== '') pool.add('state', state, { ...owner, connector });
    }
  }
}

export function emptySession(id: string, secret: string, client_id: string): Session {
  return {
    id,
    secret,
    client_id,
    link: '',
    ticket: '',
    cookies: new Map(),
    form_token: 'none-yet',
    retrieval_token: '',
  };
}

/** Who asked, as the request says. */
function clientOf({ body, query, headers }: Draft): string {
  const basic = headers.find(({ name }) => name === 'authorization')?.value ?? '';
  if (basic.startsWith('Basic ')) return Buffer.from(basic.slice(6), 'base64').toString().split(':')[0] ?? '';
  const members = body.type === 'form' ? body.members : query;
  if (body.type === 'json') return typeof body.value['client_id'] === 'string' ? body.value['client_id'] : '';
  return members.find(({ name }) => name === 'client_id')?.value ?? 'shop';
}

/** What a snapshot's code says, in the form of today's script or in that of release 0.1; '' where there is none. */
export function qrText(qr: unknown): string {
  const { frames } = (qr ?? {}) as { readonly frames?: readonly { readonly text: string }[] };
  return frames?.[0]?.text ?? shownText(qr as QrCode | null);
}
