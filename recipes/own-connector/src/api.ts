import { type ConnectorContext, ConnectorError, isConnectorError } from '@beckon/session-server/connector';
import type { z } from 'zod';
import type { Acme } from './options.ts';

/** A call that only reads is tried this often. */
const TRIES = 4;
/** The wait before the second try, in ms; it doubles. */
const FIRST_WAIT_MS = 200;

export interface Api {
  /** Tried again after a failure of the server or the connection. @throws ConnectorError */
  get<T>(path: string, shape: z.ZodType<T>, signal?: AbortSignal): Promise<T>;
  /** Tried once: the app may have acted although its answer was lost. @throws ConnectorError */
  post<T>(path: string, body: object, shape: z.ZodType<T>): Promise<T>;
  /** What is gone already is no failure. @throws ConnectorError */
  remove(path: string): Promise<void>;
}

/** The app's HTTP API: every answer is checked, and every failure is one of the contract's errors. */
export function createApi({ apiUrl, apiKey }: Acme, { fetch, sleep }: ConnectorContext): Api {
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = {
      authorization: `Bearer ${apiKey}`,
      accept: 'application/json',
      'content-type': 'application/json',
    };
    const response = await fetch(apiUrl + path, { ...init, headers });
    if (response.status === 429) {
      await response.body?.cancel();
      throw limited(Number(response.headers.get('retry-after')));
    }
    return response;
  };
  const read = async <T>(response: Response, shape: z.ZodType<T>): Promise<T> => {
    const body = shape.safeParse(response.ok ? await response.json() : null);
    if (!body.success) throw unavailable(`an answer of status ${response.status} has another form`);
    return body.data;
  };
  /** What `fetch` and JSON throw may quote the answer: only its name is told. */
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw isConnectorError(cause) ? cause : unavailable(cause instanceof Error ? cause.name : 'no answer');
    }
  };

  return {
    get: (path, shape, signal) =>
      explained(async () => {
        for (let tries = 1; ; tries += 1) {
          try {
            return await read(await call(path, { method: 'GET', signal: signal ?? null }), shape);
          } catch (cause) {
            const final = isConnectorError(cause) && cause.code === 'rate_limited';
            if (final || tries >= TRIES || signal?.aborted === true) throw cause;
            await sleep(FIRST_WAIT_MS * 2 ** (tries - 1), signal);
          }
        }
      }),
    post: (path, body, shape) =>
      explained(async () => read(await call(path, { method: 'POST', body: JSON.stringify(body) }), shape)),
    remove: (path) =>
      explained(async () => {
        const response = await call(path, { method: 'DELETE' });
        await response.body?.cancel();
        if (!response.ok && response.status !== 404) throw unavailable(`a removal was answered ${response.status}`);
      }),
  };
}

/** `message` is for people, `detail` for the operator's log: neither has anything in it that the app said. */
export function unavailable(detail: string): ConnectorError {
  return new ConnectorError('connector_unavailable', 'the approval app cannot be reached right now', `Acme: ${detail}`);
}

export function refused(detail: string): ConnectorError {
  return new ConnectorError('callback_refused', 'this approval was not accepted', `Acme: ${detail}`);
}

function limited(seconds: number): ConnectorError {
  const retry_after_s = Number.isSafeInteger(seconds) && seconds > 0 ? seconds : 30;
  return new ConnectorError('rate_limited', 'the approval app is busy', 'Acme: 429', retry_after_s);
}
