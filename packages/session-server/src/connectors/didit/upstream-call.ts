import { type ConnectorContext, ConnectorError } from '../connector.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

/**
 * One call to Didit. `what` names it in the operator's log.
 * @throws ConnectorError `rate_limited`; `connector_unavailable` when there is no answer, or a server error
 */
export async function callDidit(
  context: ConnectorContext,
  what: string,
  url: string,
  init: RequestInit,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await context.fetch(url, {
      ...init,
      headers: { accept: 'application/json', ...(init.headers as Record<string, string> | undefined) },
    });
    text = await response.text();
  } catch (cause) {
    throw unavailable(`${what}: no answer (${cause instanceof Error ? cause.name : typeof cause})`);
  }
  const { status, headers } = response;
  if (status === 429) {
    const wait = retryAfter(headers.get('retry-after'), context.now());
    throw new ConnectorError('rate_limited', BUSY, `didit: ${what}: answered 429`, wait);
  }
  if (status >= 500) throw unavailable(`${what}: answered ${status}`);
  return { status, headers, json: parse(text) };
}

const UNREACHABLE = 'Didit cannot be reached right now';
const BUSY = 'Didit has too many requests right now';

export function unavailable(detail: string): ConnectorError {
  return new ConnectorError('connector_unavailable', UNREACHABLE, `didit: ${detail}`);
}

/** An answer that must not be believed. */
export function refused(detail: string): ConnectorError {
  return new ConnectorError('callback_refused', "Didit's answer was refused", `didit: ${detail}`);
}

/** RFC 9110 §10.2.3, in whole seconds from 1 to 3600; 30 without one. */
function retryAfter(value: string | null, now: number): number {
  const text = value?.trim() ?? '';
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 3600) : 30;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
