import { isJsonObject, parseJson } from './json.ts';
import { networkReasonOf, wordsOfFailure } from './network-reason.ts';
import { OutboundError } from './outbound-error.ts';
import { type OutboundContext, type Try, failureOf, retried } from './retry.ts';
import { retryAfterSeconds } from './retry-after.ts';

/**
 * When a call that failed is made again (docs/decisions/0030-retried-calls.md):
 * `reads`: it only reads, so after a dropped connection, a 5xx and a 429 too;
 * `unsent`: it acts once, so only where the request surely never got there, or was
 * turned away by a 429 that names the time to come back;
 * `never`: the caller sees to it.
 */
export type Repeat = 'reads' | 'unsent' | 'never';

export interface JsonRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the call; it then fails like any other that got no answer. */
  readonly signal?: AbortSignal;
  /** Default `never`. */
  readonly repeat?: Repeat;
  /** The answer's body is at most this long, in bytes. Default: what `fetch` allows. */
  readonly limit_bytes?: number;
  /** A redirect comes back as an answer, with its `location`. It is never followed. */
  readonly redirect?: 'manual';
}

export interface JsonAnswer {
  readonly status: number;
  /** A JSON object; null where the answer's body is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly location: string | null;
}

/** A provider's passing trouble. */
const PASSING = new Set([500, 502, 503, 504]);

/**
 * Calls an endpoint that answers with a JSON object. Every status but 429 comes back; what
 * is no HTTP answer at all (refused, hanging, too long, redirecting) does not.
 * @param what for the operator's log: who is called and at which endpoint, for example `UAE PASS: token`
 * @throws OutboundError `unavailable`; `rate_limited` for 429, with the time to come back
 */
export async function callJson(
  context: OutboundContext,
  what: string,
  url: string,
  { repeat = 'never', limit_bytes = Infinity, signal, ...request }: JsonRequest = {},
): Promise<JsonAnswer> {
  const init = { ...request, headers: { accept: 'application/json', ...request.headers } };
  const attempt = async (ending: AbortSignal | undefined): Promise<Try<JsonAnswer>> => {
    try {
      const response = await context.fetch(url, ending === undefined ? init : { ...init, signal: ending });
      const named = response.headers.get('retry-after');
      const after_s = named === null ? 0 : retryAfterSeconds(named, context.now());
      if (response.status === 429) {
        await response.body?.cancel();
        const error = new OutboundError(`${what} is rate-limited`, retryAfterSeconds(named, context.now()));
        // A limiter that names a time has let nothing through (RFC 6585 §4).
        return failed(repeat === 'reads' || (repeat === 'unsent' && named !== null), error, after_s);
      }
      const text = await response.text();
      if (Buffer.byteLength(text) > limit_bytes)
        throw new OutboundError(`${what} answered more than ${limit_bytes} bytes`, null, 'too_large');
      const body = parseJson(text);
      const location = response.headers.get('location');
      const value = { status: response.status, body: isJsonObject(body) ? body : null, location };
      if (repeat !== 'reads' || !PASSING.has(response.status)) return { final: true, value };
      return { final: false, after_s, otherwise: () => value };
    } catch (cause) {
      if (cause instanceof OutboundError) throw cause;
      const failure = failureOf(cause);
      const again = (repeat === 'reads' && failure !== 'other') || (repeat === 'unsent' && failure === 'unsent');
      const error = new OutboundError(`${what} failed: ${wordsOfFailure(cause)}`, null, networkReasonOf(cause));
      return failed(again, error, 0);
    }
  };
  return retried(context, attempt, signal);
}

function failed(again: boolean, error: OutboundError, after_s: number): Try<never> {
  if (!again) throw error;
  const otherwise = (): never => {
    throw error;
  };
  return { final: false, after_s, otherwise };
}
