import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import type { ResolvedDiditOptions } from './options.ts';
import { callDidit, refused, unavailable } from './upstream-call.ts';

/** A session at Didit. Rests sealed with ours. */
export interface DiditSession {
  readonly session_id: string;
  /** Lets whoever has it read the status: never in a URL of ours, a log or an error. */
  readonly session_token: string;
  /** What the QR code shows and the link leads to. */
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636; null when no challenge was sent. */
  readonly code_verifier: string | null;
  /** Ms since the epoch; null when Didit does not say. */
  readonly expires_at: number | null;
}

export type DiditStatus =
  | { readonly status: 'initialized' | 'retrieved' | 'declined' | 'expired' | 'unknown' }
  | { readonly status: 'confirmed'; readonly code: string };

export interface DiditTokens {
  readonly access_token: string;
  readonly id_token: string | null;
}

export interface AuthorizeRequest extends Pick<DiditSession, 'state' | 'nonce' | 'code_verifier'> {
  readonly redirect_uri: string;
  readonly scope: string;
  readonly code_challenge: string | null;
}

export interface DiditApi {
  /** @throws ConnectorError */
  authorize(request: AuthorizeRequest): Promise<DiditSession>;
  /** Each call that answers `confirmed` may make a new code and void the one before. @throws ConnectorError */
  status(session: DiditSession, signal: AbortSignal): Promise<DiditStatus>;
  /** @throws ConnectorError */
  redeem(code: string, session: DiditSession, redirect_uri: string): Promise<DiditTokens>;
  /** Null where it is switched off. @throws ConnectorError */
  userinfo(access_token: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** Null where it is switched off. @throws ConnectorError also when the token does not count */
  introspect(access_token: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** @throws ConnectorError */
  cancel(session: DiditSession): Promise<void>;
}

const record = z.record(z.string().max(128), z.unknown());
const tokenSchema = z.object({
  access_token: z
    .string()
    .min(1)
    .max(16_384)
    .regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  id_token: z.string().min(1).max(65_536).nullish(),
});
/** Tells the operator what to mend; anything else that the token endpoint may say is not repeated. */
const TOKEN_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];

export function createDiditApi(options: ResolvedDiditOptions, context: ConnectorContext): DiditApi {
  const names = options.field_names;
  // As Didit writes it: no percent-encoding of the two (which RFC 6749 §2.3.1 has).
  const basic = `Basic ${Buffer.from(`${options.client_id}:${options.client_secret}`).toString('base64')}`;
  const form = (fields: Record<string, string>): { headers: Record<string, string>; body: string } => ({
    headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
  const ofSession = (endpoint: string, { session_id }: DiditSession): string =>
    endpoint.replace('{session_id}', () => encodeURIComponent(session_id));

  return {
    async authorize({ redirect_uri, scope, state, nonce, code_challenge, code_verifier }) {
      const query = new URLSearchParams({
        client_id: options.client_id,
        redirect_uri,
        response_type: 'code',
        scope,
        state,
        nonce,
      });
      if (code_challenge !== null) {
        query.set('code_challenge', code_challenge);
        query.set('code_challenge_method', 'S256');
      }
      const answer = await callDidit(context, 'authorize', `${options.authorization_endpoint}?${query.toString()}`, {});
      const fields = record.safeParse(answer.json);
      if (answer.status !== 200 && answer.status !== 201) throw unavailable(`authorize: answered ${answer.status}`);
      if (!fields.success) throw unavailable('authorize: its answer is no JSON object');
      const session_id = first(fields.data, names.session_id);
      const session_token = first(fields.data, names.session_token);
      if (session_id === null || !/^[\w.~-]{1,256}$/.test(session_id)) throw unavailable('authorize: no session_id');
      if (session_token === null || !/^[\x21-\x7e]{1,4096}$/.test(session_token))
        throw unavailable('authorize: no session_token');
      const url =
        first(fields.data, names.url) ??
        options.session_url.replace('{session_token}', () => encodeURIComponent(session_token));
      if (!isSessionUrl(url)) throw unavailable('authorize: its session URL is not one that a QR code may show');
      return {
        session_id,
        session_token,
        url,
        state,
        nonce,
        code_verifier,
        expires_at: endOf(fields.data, context.now()),
      };
    },

    async status(session, signal) {
      // A redirect with the code would be as good an answer as any: how it is given is not documented.
      const answer = await callDidit(context, 'status', ofSession(options.status_endpoint, session), {
        headers: { 'data-session-token': session.session_token },
        redirect: 'manual',
        signal,
      });
      if (answer.status >= 300 && answer.status < 400)
        return {
          status: 'confirmed',
          code: codeOf({ location: answer.headers.get('location') }, { ...names, location: ['location'] }, session),
        };
      if (answer.status === 404 || answer.status === 410) return { status: 'expired' };
      if (answer.status !== 200) throw refused(`status: answered ${answer.status}`);
      const fields = record.safeParse(answer.json);
      if (!fields.success) throw unavailable('status: its answer is no JSON object');
      const status = typeof fields.data['status'] === 'string' ? fields.data['status'].trim().toLowerCase() : '';
      switch (status) {
        case 'initialized':
        case 'retrieved':
        case 'declined':
        case 'expired':
          return { status };
        case 'cancelled':
        case 'canceled':
          return { status: 'declined' };
        case 'confirmed':
          return { status, code: codeOf(fields.data, names, session) };
        default:
          return { status: 'unknown' };
      }
    },

    async redeem(code, session, redirect_uri) {
      const fields = {
        code,
        grant_type: 'authorization_code',
        redirect_uri,
        ...(session.code_verifier === null ? {} : { code_verifier: session.code_verifier }),
      };
      const init =
        options.token_request === 'form'
          ? form(fields)
          : { headers: { authorization: basic, 'content-type': 'application/json' }, body: JSON.stringify(fields) };
      const answer = await callDidit(context, 'token', options.token_endpoint, { method: 'POST', ...init });
      if (answer.status !== 200) {
        const error = record.safeParse(answer.json).data?.['error'];
        const known = TOKEN_ERRORS.find((each) => each === error);
        throw refused(`token: answered ${answer.status}${known === undefined ? '' : ` ${known}`}`);
      }
      const tokens = tokenSchema.safeParse(answer.json);
      if (!tokens.success) throw unavailable('token: its answer is not one of a token endpoint');
      return { access_token: tokens.data.access_token, id_token: tokens.data.id_token ?? null };
    },

    async userinfo(access_token) {
      if (options.userinfo_endpoint === null) return null;
      const answer = await callDidit(context, 'userinfo', options.userinfo_endpoint, {
        headers: { authorization: `Bearer ${access_token}` },
      });
      if (answer.status !== 200) throw refused(`userinfo: answered ${answer.status}`);
      const claims = record.safeParse(answer.json);
      if (!claims.success) throw unavailable('userinfo: its answer is no JSON object');
      return claims.data;
    },

    async introspect(access_token) {
      if (options.introspection_endpoint === null) return null;
      const answer = await callDidit(context, 'introspection', options.introspection_endpoint, {
        method: 'POST',
        ...form({ token: access_token }),
      });
      if (answer.status !== 200) throw refused(`introspection: answered ${answer.status}`);
      const claims = record.safeParse(answer.json);
      if (!claims.success) throw unavailable('introspection: its answer is no JSON object');
      if (claims.data['active'] !== true) throw refused('introspection: the access token does not count');
      const client = claims.data['client_id'];
      if (client !== undefined && client !== options.client_id)
        throw refused('introspection: the access token is for another client');
      return claims.data;
    },

    async cancel(session) {
      if (options.cancel_endpoint === null) return;
      const answer = await callDidit(context, 'cancel', ofSession(options.cancel_endpoint, session), {
        method: 'POST',
        headers: { 'data-session-token': session.session_token },
      });
      // 404 and 409: it is over already, or Didit knows no such call. Asking again changes neither.
      if (answer.status >= 400 && answer.status !== 404 && answer.status !== 409)
        throw unavailable(`cancel: answered ${answer.status}`);
    },
  };
}

/** The first of these fields that is a text with something in it. */
function first(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  const found = names.map((name) => fields[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : null;
}

/** @throws ConnectorError unless the answer holds exactly one code, and the state that was sent if any */
function codeOf(
  fields: Readonly<Record<string, unknown>>,
  names: Pick<ResolvedDiditOptions['field_names'], 'code' | 'location'>,
  session: DiditSession,
): string {
  const found: (readonly [code: string, state: unknown])[] = [];
  const plain = first(fields, names.code);
  if (plain !== null) found.push([plain, fields['state']]);
  for (const name of names.location) {
    const value = fields[name];
    const url = typeof value === 'string' ? URL.parse(value) : null;
    if (url === null) continue;
    const { searchParams } = url;
    if (searchParams.has('error')) throw refused('status: a redirect with an error came with confirmed');
    if (searchParams.getAll('code').length > 1 || searchParams.getAll('state').length > 1)
      throw refused('status: a parameter of its redirect is doubled');
    const code = searchParams.get('code');
    if (code !== null) found.push([code, searchParams.get('state') ?? undefined]);
  }
  const [code, ...others] = new Set(found.map(([value]) => value));
  if (code === undefined) throw unavailable('status: confirmed without a code; see the option field_names');
  if (others.length > 0) throw refused('status: confirmed with more than one code');
  if (found.some(([, state]) => state !== undefined && state !== null && state !== session.state))
    throw refused('status: confirmed with another state than was sent');
  if (!/^[\x21-\x7e]{1,4096}$/.test(code)) throw refused('status: its code is none');
  return code;
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Short enough for a QR code, and safe to link to. */
function isSessionUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || text.length > 1024 || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
}

/** From `expires_in` (seconds) or `expires_at` (unix seconds or a date), which Didit may send and does not document. */
function endOf(fields: Readonly<Record<string, unknown>>, now: number): number | null {
  const { expires_in: left, expires_at: at } = fields;
  const end =
    typeof left === 'number'
      ? now + left * 1000
      : typeof at === 'number'
        ? at * 1000
        : typeof at === 'string'
          ? Date.parse(at)
          : Number.NaN;
  return Number.isFinite(end) && end > now ? end : null;
}
