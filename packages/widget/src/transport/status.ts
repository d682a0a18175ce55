import type { TransportEnvironment } from './environment.ts';
import type { Credentials } from './transport.ts';

interface StatusAnswer {
  readonly response: Response;
  /** Null where it is no JSON. */
  readonly body: unknown;
}

/** Asks `GET /session/{id}/status`, and rejects where nothing answers. `query` has its question mark. */
export async function fetchStatus(
  { server, sessionId, sessionSecret }: Credentials,
  query: string,
  { fetch }: Pick<TransportEnvironment, 'fetch'>,
  signal: AbortSignal,
): Promise<StatusAnswer> {
  const response = await fetch(`${server}/session/${encodeURIComponent(sessionId)}/status${query}`, {
    headers: { accept: 'application/json', authorization: `Bearer ${sessionSecret}` },
    cache: 'no-store',
    credentials: 'omit',
    signal,
  });
  return { response, body: await response.json().catch(() => null) };
}
