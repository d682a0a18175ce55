import { isSnapshot, type SessionHandle, type Snapshot } from '@beckon/protocol';
import type { Credentials } from '../transport/index.ts';
import { call, PROVIDER_LIMIT_MS, type Answer } from './call.ts';
import type { SignInEnvironment } from './environment.ts';
import type { Choice } from './opening-choice.ts';
import type { SignInOptions } from './sign-in.ts';

/** The session server's browser side (contract §2, Session API), and the page's own endpoint before it. */
export interface SessionApi {
  /**
   * Asks for an authorization request and starts a session for it. `former`: the session of this
   * page before it was reloaded, which the server goes on with where it can.
   */
  create(former: Former, signal: AbortSignal): Promise<Answer<SessionHandle>>;
  choose(credentials: Credentials, choice: Choice, signal: AbortSignal): Promise<Answer<Snapshot>>;
  /** Says that the link on this device is being opened. Sent even if the page is left at once; nothing waits for it. */
  arm(credentials: Credentials): void;
  renew(credentials: Credentials, signal: AbortSignal): Promise<Answer<SessionHandle>>;
  cancel(credentials: Credentials, signal: AbortSignal): Promise<Answer<Snapshot>>;
  confirm(credentials: Credentials, signal: AbortSignal): Promise<Answer<Snapshot>>;
}

export interface Former {
  readonly id?: string | undefined;
  readonly secret?: string | undefined;
}

export function sessionApi(options: SignInOptions, server: string, environment: SignInEnvironment): SessionApi {
  async function body(signal: AbortSignal): Promise<Answer<object>> {
    const { request } = options;
    if (!('requestUrl' in request)) {
      const own = 'parameters' in request ? request.parameters : { request_uri: request.requestUri };
      return { ok: true, value: { ...own, client_id: options.clientId }, requestId: null };
    }
    const to = { of: 'request_url', url: request.requestUrl, bearer: null, body: {} } as const;
    const pushed = await call(environment, to, isPushed, signal);
    if (!pushed.ok) return pushed;
    const { client_id, request_uri } = pushed.value;
    return { ...pushed, value: { client_id, request_uri } };
  }

  function urlOf({ sessionId }: Credentials, path: string): string {
    return `${server}/session/${encodeURIComponent(sessionId)}/${path}`;
  }

  function post<T>(
    credentials: Credentials,
    path: string,
    payload: object,
    guard: (value: unknown) => value is T,
    signal: AbortSignal,
    limit?: number,
  ): Promise<Answer<T>> {
    const { sessionSecret: bearer } = credentials;
    const to = { of: 'server', url: urlOf(credentials, path), bearer, body: payload, limit } as const;
    return call(environment, to, guard, signal);
  }

  return {
    async create({ id, secret }, signal) {
      const request = await body(signal);
      if (!request.ok) return request;
      const asked = { ...request.value, session_id: secret && id, qr_frames: 'compact' };
      const to = { of: 'server', url: `${server}/session`, bearer: secret ?? null, body: asked } as const;
      return call(environment, to, isHandle, signal);
    },
    choose: (credentials, { connector, mode, loginHint }, signal) => {
      const payload = { connector, mode, login_hint: loginHint ?? undefined };
      return post(credentials, 'connector', payload, isSnapshot, signal, PROVIDER_LIMIT_MS);
    },
    arm(credentials) {
      const headers = { authorization: `Bearer ${credentials.sessionSecret}` };
      const init = { method: 'POST', headers, keepalive: true, credentials: 'omit' } as const;
      // Unheard, the link leads to a page that asks.
      environment.fetch(urlOf(credentials, 'start'), init).catch(() => {});
    },
    renew: (credentials, signal) => post(credentials, 'renew', {}, isHandle, signal),
    cancel: (credentials, signal) => post(credentials, 'cancel', {}, isSnapshot, signal),
    confirm: (credentials, signal) => post(credentials, 'confirm', {}, isSnapshot, signal),
  };
}

function isHandle(value: unknown): value is SessionHandle {
  return isSnapshot(value) && typeof (value as SessionHandle).session_secret === 'string';
}

function isPushed(value: unknown): value is { readonly client_id: string; readonly request_uri: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { client_id, request_uri } = value as Record<string, unknown>;
  return typeof client_id === 'string' && typeof request_uri === 'string';
}
