import { callProvider, refusalOf, refused } from '../../openid-client/index.ts';
import { isSecureAddress } from '../../outbound/secure-address.ts';
import { type ConnectorContext, unavailable } from '../connector.ts';
import { codeOf } from './confirmed-code.ts';
import type { ResolvedDiditOptions } from './options.ts';

/** A session at Didit. Rests sealed with ours. */
export interface DiditSession {
  readonly session_id: string;
  /** Its holder can read the status: never in a URL of ours, a log or an error. */
  readonly session_token: string;
  /** What the QR code shows and the link leads to. */
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636; null when no challenge was sent. */
  readonly code_verifier: string | null;
  /** Ms since the epoch; null when Didit does not say. */
  readonly expires_at: number | null;
  /** The code that a confirmed status gave; null before. */
  readonly code: string | null;
}

export type DiditStatus =
  /** `unknown`: a word that is none of the documented ones. */
  | { readonly status: 'initialized' | 'retrieved' | 'declined' | 'expired' | 'unknown' }
  | { readonly status: 'confirmed'; readonly code: string };

export interface AuthorizeRequest extends Pick<DiditSession, 'state' | 'nonce' | 'code_verifier'> {
  readonly redirect_uri: string;
  readonly scope: string;
  readonly code_challenge: string | null;
}

export interface SessionApi {
  /** @throws ConnectorError `rate_limited`, `connector_unavailable` */
  authorize(request: AuthorizeRequest): Promise<DiditSession>;
  /** Each call that answers `confirmed` may make a new code and void the one before. @throws ConnectorError also `callback_refused` */
  status(session: DiditSession, signal: AbortSignal): Promise<DiditStatus>;
  /** @throws ConnectorError */
  cancel(session: DiditSession): Promise<void>;
}

export function createSessionApi(options: ResolvedDiditOptions, context: ConnectorContext): SessionApi {
  const names = options.fieldNames;
  const ofSession = (endpoint: string, { session_id }: DiditSession): string =>
    endpoint.replace('{session_id}', () => encodeURIComponent(session_id));

  return {
    async authorize({ redirect_uri, scope, state, nonce, code_challenge, code_verifier }) {
      const { client_id } = options.client;
      const query = new URLSearchParams({ client_id, redirect_uri, response_type: 'code', scope, state, nonce });
      if (code_challenge !== null) {
        query.set('code_challenge', code_challenge);
        query.set('code_challenge_method', 'S256');
      }
      const what = 'Didit: authorize';
      const answer = await callProvider(context, what, `${options.authorizationEndpoint}?${query.toString()}`);
      if (answer.status !== 200 && answer.status !== 201) throw unavailable(refusalOf(what, answer), 'http_status');
      if (answer.body === null) throw unavailable(`${what} answered no JSON object`, 'not_json');
      const session_id = first(answer.body, names.sessionId);
      const session_token = first(answer.body, names.sessionToken);
      if (session_id === null || !/^[\w.~-]{1,256}$/.test(session_id))
        throw unavailable(`${what} answered no session_id`);
      if (session_token === null || !/^[\x21-\x7e]{1,4096}$/.test(session_token))
        throw unavailable(`${what} answered no session_token`);
      const url =
        first(answer.body, names.url) ??
        options.sessionUrl.replace('{session_token}', () => encodeURIComponent(session_token));
      if (!isSessionUrl(url)) throw unavailable(`${what} answered a session URL that no QR code may show`);
      const expires_at = endOf(answer.body, context.now());
      return { session_id, session_token, url, state, nonce, code_verifier, expires_at, code: null };
    },

    async status(session, signal) {
      const what = 'Didit: status';
      const answer = await callProvider(context, what, ofSession(options.statusEndpoint, session), {
        headers: { 'data-session-token': session.session_token },
        // How the code is given is not documented: a redirect with it would be as good as any.
        redirect: 'manual',
        signal,
      });
      if (answer.location !== null && answer.status >= 300 && answer.status < 400)
        return { status: 'confirmed', code: codeOf({ location: answer.location }, names, session.state) };
      if (answer.status === 404 || answer.status === 410) return { status: 'expired' };
      if (answer.status === 401 || answer.status === 403) throw refused(`${what} answered ${answer.status}`);
      if (answer.status !== 200) throw unavailable(refusalOf(what, answer), 'http_status');
      if (answer.body === null) throw unavailable(`${what} answered no JSON object`, 'not_json');
      const word = answer.body['status'];
      if (typeof word !== 'string') throw unavailable(`${what} answered no status`);
      switch (word.trim().toLowerCase()) {
        case 'initialized':
          return { status: 'initialized' };
        case 'retrieved':
          return { status: 'retrieved' };
        case 'confirmed':
          return { status: 'confirmed', code: codeOf(answer.body, names, session.state) };
        case 'declined':
        case 'cancelled':
        case 'canceled':
          return { status: 'declined' };
        case 'expired':
          return { status: 'expired' };
        default:
          return { status: 'unknown' };
      }
    },

    async cancel(session) {
      if (options.cancelEndpoint === null) return;
      const what = 'Didit: cancel';
      const answer = await callProvider(context, what, ofSession(options.cancelEndpoint, session), {
        method: 'POST',
        headers: { 'data-session-token': session.session_token },
      });
      // It is over already, or there is no such call: asking again changes neither.
      const settled = answer.status < 300 || [404, 405, 409, 410].includes(answer.status);
      if (!settled) throw unavailable(refusalOf(what, answer), 'http_status');
    },
  };
}

/** The first of these fields that is a text with something in it. */
function first(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string | null {
  const found = names.map((name) => fields[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : null;
}

/** Short enough for a QR code, and safe to link to. */
function isSessionUrl(text: string): boolean {
  const url = URL.parse(text);
  return isSecureAddress(url) && text.length <= 1024 && url.username === '' && url.password === '';
}

/** From `expires_in` (seconds) or `expires_at` (unix seconds or a date), which Didit may send and does not document. */
function endOf({ expires_in, expires_at }: Readonly<Record<string, unknown>>, now: number): number | null {
  let end = Number.NaN;
  if (typeof expires_in === 'number') end = now + expires_in * 1000;
  else if (typeof expires_at === 'number') end = expires_at * 1000;
  else if (typeof expires_at === 'string') end = Date.parse(expires_at);
  return Number.isFinite(end) && end > now ? end : null;
}
