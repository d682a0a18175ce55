import { ConnectorError, type ConnectorContext } from '../connector.ts';
import { rateLimited, retryAfterSeconds } from './retry-after.ts';

export interface JsonRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the call; it then fails like any other that got no answer. */
  readonly signal?: AbortSignal;
  /** A redirect comes back as an answer, with its `location`. It is never followed. */
  readonly redirect?: 'manual';
}

export interface JsonAnswer {
  readonly status: number;
  /** A JSON object; null where the answer's body is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly location: string | null;
}

/**
 * Calls a provider's endpoint that answers with a JSON object. Every status but 429 comes back; what
 * is no HTTP answer at all (refused, hanging, too long, redirecting) does not.
 * @param what for the operator's log: provider and endpoint, for example `UAE PASS: token`
 * @throws ConnectorError `connector_unavailable`; `rate_limited` for 429, with the time to come back
 */
export async function callJson(
  context: Pick<ConnectorContext, 'fetch' | 'now'>,
  what: string,
  url: string,
  request: JsonRequest = {},
): Promise<JsonAnswer> {
  try {
    const headers = { accept: 'application/json', ...request.headers };
    const response = await context.fetch(url, { ...request, headers });
    if (response.status === 429) {
      await response.body?.cancel();
      throw rateLimited(what, retryAfterSeconds(response.headers.get('retry-after'), context.now()));
    }
    const text = await response.text();
    return { status: response.status, body: objectOf(text), location: response.headers.get('location') };
  } catch (cause) {
    if (cause instanceof ConnectorError) throw cause;
    throw unavailable(`${what} failed (${cause instanceof Error ? cause.name : typeof cause})`);
  }
}

export function unavailable(detail: string): ConnectorError {
  return new ConnectorError('connector_unavailable', 'the identity provider cannot be reached right now', detail);
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
