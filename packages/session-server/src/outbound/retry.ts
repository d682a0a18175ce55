import type { Timers } from '../jobs/timers-port.ts';

/** What a call needs of the server. */
export interface OutboundContext {
  /** With limits of its own, see `createLimitedFetch`. */
  readonly fetch: typeof fetch;
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
  /** The pause between two tries: resolves after `duration_ms`, or once `signal` aborts; never rejects. */
  readonly sleep: (duration_ms: number, signal?: AbortSignal) => Promise<void>;
  readonly timers: Pick<Timers, 'limit'>;
}

/** How one try at a call ended. */
export type Try<T> =
  | { readonly final: true; readonly value: T }
  /** A later try may succeed. */
  | {
      readonly final: false;
      /** The provider's own `Retry-After`, in s; 0 where it names no time. */
      readonly after_s: number;
      /** What the last try of all comes to. May throw. */
      readonly otherwise: () => T;
    };

/** A call is tried at most this often, … */
export const TRIES = 4;
/** … no try begins later than this after the first, in ms, … */
export const RETRY_WINDOW_MS = 8_000;
/** … and all of them together end within this, in ms: the time that one call may take. */
const TOTAL_MS = 10_000;
/** The first wait, in ms. It doubles each time; half of it is drawn by chance. */
const FIRST_WAIT_MS = 200;

/**
 * Tries until an answer is final, with growing waits between the tries. Gives up early when the
 * provider names a time that is out of reach, or when `signal` aborts.
 * @param attempt gets the signal that ends a later try; undefined where there is none
 */
export async function retried<T>(
  context: OutboundContext,
  attempt: (signal: AbortSignal | undefined) => Promise<Try<T>>,
  signal?: AbortSignal,
): Promise<T> {
  const began = context.now();
  let limited = signal;
  for (let tries = 1; ; tries += 1) {
    const result = await attempt(limited);
    if (result.final) return result.value;
    const wait = waitAfter(tries, result.after_s, context.randomBytes(1)[0] ?? 0);
    const elapsed = context.now() - began;
    if (tries >= TRIES || elapsed + wait > RETRY_WINDOW_MS || signal?.aborted === true) return result.otherwise();
    await context.sleep(wait, signal);
    const left = context.timers.limit(Math.max(TOTAL_MS - (context.now() - began), 1));
    limited = signal === undefined ? left : AbortSignal.any([signal, left]);
  }
}

/**
 * The wait before the next try, in ms.
 * @param tries how many were made
 * @param after_s what the provider asked for, in s
 * @param die 0 to 255, by chance: callers that failed together do not come back together
 */
export function waitAfter(tries: number, after_s: number, die: number): number {
  const chance = die / 255;
  const backoff = FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + chance / 2);
  return Math.ceil(Math.max(backoff, after_s * (1000 + 100 * chance)));
}

/** Nothing was sent: no address, no route, no listener, no connection in time. */
const UNSENT_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** The connection broke; whether the request arrived is not known. */
const DROPPED_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET']);

/**
 * What a failed `fetch` says of the connection. `unsent`: the provider surely never got the request.
 * Told by the error's code alone (undici's and Node's); anything else is `other`.
 */
export function failureOf(error: unknown): 'unsent' | 'dropped' | 'other' {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  if (typeof cause !== 'object' || cause === null) return 'other';
  const { code, syscall } = cause as { readonly code?: unknown; readonly syscall?: unknown };
  if (typeof code !== 'string') return 'other';
  if (UNSENT_CODES.has(code)) return 'unsent';
  // Node's TLS: the peer hung up before the handshake was through. It names the peer and no system call.
  if (code === 'ECONNRESET' && syscall === undefined && 'host' in cause) return 'unsent';
  return DROPPED_CODES.has(code) ? 'dropped' : 'other';
}
