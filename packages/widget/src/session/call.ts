import { isErrorBody } from '@beckon/protocol';
import { backoffMs, onWake, retryAfterMs } from '../transport/index.ts';
import type { SignInEnvironment } from './environment.ts';
import type { Problem } from './sign-in.ts';

export type Answer<T> = ({ readonly ok: true; readonly value: T } & Answered) | Refusal;

/** `code`, `description` and when to come back (null: not said), as `Problem` has them. */
export interface Refusal extends Problem {
  readonly ok: false;
}

interface Answered {
  /** Under which the server's log has the call; null where nothing answered, or did not say. */
  readonly requestId: string | null;
}

/** Attempts before `network` or the server's own error is told. */
const ATTEMPTS = 5;
const TIME_LIMIT_MS = 10_000;
/** The same for a call that the server answers once a provider has answered it, for which it waits 10 s itself. */
export const PROVIDER_LIMIT_MS = 15_000;
/** A person waits: a server that asks for more patience than this is told on as `rate_limited` and the like. */
const PATIENCE_MS = 5_000;
/** Nor does it wait longer than this for what explains to the developer. */
const EXPLAIN_LIMIT_MS = 3_500;

export interface Call {
  /** The page's own backend may know the visitor by its cookie; another site's must not be sent ours. */
  readonly of: 'server' | 'request_url';
  readonly url: string;
  readonly bearer: string | null;
  readonly body: unknown;
  /** How long one attempt may take, in ms. Default 10 s. */
  readonly limit?: number | undefined;
}

/**
 * Posts JSON and reads what `guard` accepts. Tries again where that may help: no answer, a server
 * that is overloaded or starting. Resolves with an error code of the wire contract, `network`, or what
 * `environment.explain` found instead; rejects only when `signal` is aborted.
 */
export async function call<T>(
  { fetch, ...environment }: SignInEnvironment,
  { of, url, bearer, body, limit: limit_ms = TIME_LIMIT_MS }: Call,
  guard: (value: unknown) => value is T,
  signal: AbortSignal,
): Promise<Answer<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const headers = new Headers({ accept: 'application/json', 'content-type': 'application/json' });
    if (bearer !== null) headers.set('authorization', `Bearer ${bearer}`);
    const limit = limited(environment, limit_ms, signal);
    const last = attempt === ATTEMPTS;
    let refusal: Refusal = { ok: false, code: 'network', description: '', retryAt: null, requestId: null };
    let atLeastMs = 0;
    /** What the developer may be to blame for: no answer, or one of another kind than was asked for. */
    let odd: Response | null | undefined;
    try {
      const credentials = of === 'server' ? 'omit' : 'same-origin';
      const init = { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store', credentials } as const;
      const response = await fetch(url, { ...init, signal: limit.signal });
      const answer: unknown = await response.json().catch(() => null);
      signal.throwIfAborted();
      const requestId = response.headers.get('x-request-id');
      if (response.ok && guard(answer)) return { ok: true, value: answer, requestId };
      // Frameworks say `Not Found` there.
      const ours = isErrorBody(answer) && /^\w+$/.test(answer.error) ? answer : null;
      // Proxies limit as well, in words of their own.
      const tooMany = response.status === 429;
      const code = tooMany ? 'rate_limited' : (ours?.error ?? 'server_error');
      const now = environment.now();
      atLeastMs = retryAfterMs(response.headers.get('retry-after'), now);
      const retryAt = atLeastMs > 0 ? now + atLeastMs : null;
      refusal = { ok: false, code, description: ours?.error_description ?? '', retryAt, requestId };
      // What the server could not reach in its time it need not try at once again.
      const passing = tooMany || (response.status >= 500 && code !== 'connector_unavailable');
      if (!passing && !ours) odd = response;
      else if (!passing || atLeastMs > PATIENCE_MS) return refusal;
    } catch {
      // No answer at all; what went wrong is not for scripts to know.
      if (last || attempt === 1) odd = null;
    } finally {
      limit.release();
    }
    signal.throwIfAborted();
    if (odd !== undefined && environment.explain) {
      const found = environment.explain({ of, url, answer: odd, last });
      const code = await Promise.race([found, pause(environment, EXPLAIN_LIMIT_MS, signal, false)]);
      if (code) return { ...refusal, code };
    }
    if (last || odd) return refusal;
    await pause(environment, Math.max(atLeastMs, backoffMs(attempt, environment.random)), signal, atLeastMs === 0);
  }
}

type Clock = Omit<SignInEnvironment, 'fetch'>;

/** A signal that is also aborted when time is up. */
export function limited(
  environment: Clock,
  limit_ms: number,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const own = new AbortController();
  const release = () => {
    environment.clearTimeout(timer);
    own.abort();
  };
  const timer = environment.setTimeout(release, limit_ms);
  // It hears of `signal` until it is aborted itself, at the latest once it is not needed any more.
  signal.addEventListener('abort', release, own);
  if (signal.aborted) release();
  return { signal: own.signal, release };
}

/** Waits `ms`, or less when the page wakes, if it may. Rejects at once when `signal` is aborted. */
export async function pause(environment: Clock, ms: number, signal: AbortSignal, mayWake: boolean): Promise<void> {
  signal.throwIfAborted();
  const time = limited(environment, ms, signal);
  const stopWaking = mayWake ? onWake(environment, time.release) : null;
  await new Promise((resolve) => time.signal.addEventListener('abort', resolve));
  stopWaking?.();
  signal.throwIfAborted();
}
