import {
  retryAfterSeconds,
  failureOf,
  type NetworkReason,
  networkReasonOf,
  wordsOfFailure,
} from '../../outbound/index.ts';
import type { ConnectorContext } from '../connector.ts';
import { createRestPeriod, rateLimited } from '../shared/rest-period.ts';
import { type Answer, readAnswer } from './answer.ts';
import { CALLS } from './calls.ts';
import type { PasbyPaths, ResolvedPasbyOptions } from './options.ts';

/** Without a word from pasby how long its limit lasts: its window, in s. */
const LIMIT_WINDOW_S = '60';

/**
 * pasby's HTTP API. Every call counts against its limit: the caller has taken from the budget.
 * Every answer but 429 comes back; what is no answer (refused, hanging, too long) is `broken`.
 */
export interface PasbyApi {
  /** @throws ConnectorError `rate_limited` */
  start(
    path: 'wildcard' | 'sameDevice' | 'differentDevice',
    body: Readonly<Record<string, unknown>>,
    accessToken: string | null,
  ): Promise<Answer>;
  /** v1's bearer for the different-device call; null as token where none came. @throws ConnectorError `rate_limited` */
  authorize(): Promise<{ readonly answer: Answer; readonly token: string | null }>;
  /** @throws ConnectorError `rate_limited` */
  ping(request: string, signal: AbortSignal): Promise<Answer>;
  /** The stream's body once it has begun. @throws ConnectorError `rate_limited` */
  stream(
    request: string,
    signal: AbortSignal,
  ): Promise<{ readonly type: 'events'; readonly body: ReadableStream<Uint8Array> } | Answer>;
  /** @throws ConnectorError `rate_limited` */
  cancel(request: string): Promise<Answer>;
  /** @throws ConnectorError `rate_limited` while pasby wants to be left alone */
  assertWelcome(): Promise<void>;
}

export function createPasbyApi(options: ResolvedPasbyOptions, context: ConnectorContext): PasbyApi {
  const rest = createRestPeriod(context, 'pasby');
  const key = { 'x-api-key': options.apiKey };
  const both = { ...key, 'x-access-secret': options.appSecret };
  const url = (name: keyof ResolvedPasbyOptions['paths']): string => options.baseUrl + options.paths[name];

  const call = (name: keyof ResolvedPasbyOptions['paths'], init: RequestInit, query = ''): Promise<Called> =>
    rest.observe(async () => {
      let response: Response;
      let text: string;
      try {
        response = await context.fetch(url(name) + query, init);
        text = await response.text();
      } catch (cause) {
        const lost = broken(name, wordsOfFailure(cause), networkReasonOf(cause));
        return { answer: failureOf(cause) === 'unsent' ? lost : { ...lost, unanswered: true }, headers: new Headers() };
      }
      assertNotLimited(name, response, context.now());
      const answer = readAnswer(response.status, text);
      return {
        answer: answer.type === 'broken' ? broken(name, answer.detail, answer.reason) : answer,
        headers: response.headers,
      };
    });
  const post = async (
    name: keyof ResolvedPasbyOptions['paths'],
    body: unknown,
    headers: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const { answer } = await call(name, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
    return answer;
  };

  return {
    assertWelcome: () => rest.observe(() => Promise.resolve()),
    start: (path, body, accessToken) =>
      post(path, body, accessToken === null ? both : { ...key, 'x-access-token': accessToken }),
    async authorize() {
      const query = new URLSearchParams({ sub: options.organisation ?? '', app: options.app ?? '' });
      const init = { headers: { accept: 'application/json', ...both } };
      const { answer, headers } = await call('authorize', init, `?${query.toString()}`);
      return { answer, token: tokenOf(answer, headers) };
    },
    ping: (request, signal) => post('ping', { request }, both, signal),
    cancel: (request) => post('cancel', { request }, both),
    stream: (request, signal) =>
      rest.observe(async () => {
        let response: Response;
        try {
          const query = new URLSearchParams({ request });
          const headers = { accept: 'text/event-stream', ...both };
          response = await context.stream(`${url('stream')}?${query.toString()}`, { headers, signal });
          const type = response.headers.get('content-type') ?? '';
          if (response.status === 200 && /^text\/event-stream\b/i.test(type) && response.body !== null)
            return { type: 'events', body: response.body };
          await response.body?.cancel();
        } catch (cause) {
          return broken('stream', wordsOfFailure(cause), networkReasonOf(cause));
        }
        assertNotLimited('stream', response, context.now());
        return broken('stream', `${response.status} without events`);
      }),
  };
}

interface Called {
  readonly answer: Answer;
  readonly headers: Headers;
}

function assertNotLimited(name: keyof PasbyPaths, response: Response, now: number): void {
  if (response.status !== 429) return;
  throw rateLimited(
    `pasby: ${CALLS[name]}`,
    retryAfterSeconds(response.headers.get('retry-after') ?? LIMIT_WINDOW_S, now),
  );
}

/** The SDK reads it from the body, older descriptions from a header. */
function tokenOf(answer: Answer, headers: Headers): string | null {
  const found = [
    answer.type === 'data' ? answer.data['token'] : null,
    headers.get('x-access-token'),
    headers.get('authorization')?.replace(/^Bearer +/i, ''),
  ].find((value): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value));
  return found ?? null;
}

function broken(
  name: keyof PasbyPaths,
  detail: string,
  reason: NetworkReason | null = null,
): Answer & { type: 'broken' } {
  return { type: 'broken', detail: `pasby: ${CALLS[name]}: ${detail}`, reason };
}
