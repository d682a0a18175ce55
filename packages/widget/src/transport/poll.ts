import { isErrorBody, isSnapshot, type Snapshot } from '@beckon/protocol';
import { backoffMs, retryAfterMs } from './backoff.ts';
import type { Timer } from './environment.ts';
import { fetchStatus } from './status.ts';
import type { Transport } from './transport.ts';
import { onWake } from './wake.ts';

/** The longest that the server holds a request. */
const WAIT_S = 25;
/** What a request may take beyond what it asked to be held for. */
const GRACE_MS = 10_000;
/** Between two requests when the server answers without news and without holding. */
const IDLE_GAP_MS = 1_000;
/** No watcher is sent away for longer: its session would be over. */
const LONGEST_GAP_MS = 60_000;
/** Statuses that say "later", though they are 4xx (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4). */
const PASSING = new Set([408, 425, 429]);

/** Long poll of `GET /session/{id}/status`. */
export const connectByPoll: Transport = (credentials, events, environment) => {
  let running: AbortController | null = null;
  let timer: Timer = null;
  let failures = 0;
  /** Until when the server wants to be left alone. */
  let notBefore = 0;
  /** What the last answer said; null after a gap, when what is known may be old and the answer must not wait. */
  let known: Snapshot | null = null;
  let closed = false;

  function after(ms: number, run: () => void): void {
    environment.clearTimeout(timer);
    timer = environment.setTimeout(run, ms);
  }

  async function ask(): Promise<void> {
    const request = new AbortController();
    running = request;
    const since = known;
    after((since === null ? 0 : WAIT_S * 1000) + GRACE_MS, () => {
      request.abort();
      fail(0);
    });
    const startedAt = environment.now();
    let response: Response;
    let body: unknown;
    try {
      const query = since === null ? '' : `?after=${since.version}&wait=${WAIT_S}`;
      ({ response, body } = await fetchStatus(credentials, query, environment, request.signal));
    } catch {
      if (!request.signal.aborted) fail(0);
      return;
    }
    if (request.signal.aborted) return;
    if (response.ok && isSnapshot(body)) {
      hear(body, since?.version !== body.version || environment.now() - startedAt >= IDLE_GAP_MS);
    } else if (isErrorBody(body) && response.status >= 400 && response.status < 500 && !PASSING.has(response.status)) {
      close();
      events.onError(body.error);
    } else {
      // Without an error of the wire contract this is a proxy or a captive portal speaking: it passes.
      fail(retryAfterMs(response.headers.get('retry-after'), environment.now()));
    }
  }

  function hear(snapshot: Snapshot, worthTheWait: boolean): void {
    known = snapshot;
    failures = 0;
    after(worthTheWait ? 0 : IDLE_GAP_MS, start);
    events.onState('poll');
    if (!closed) events.onSnapshot(snapshot);
  }

  function fail(atLeastMs: number): void {
    failures += 1;
    const told = Math.min(atLeastMs, LONGEST_GAP_MS);
    notBefore = environment.now() + told;
    after(Math.max(told, backoffMs(failures, environment.random)), startAfresh);
    events.onState('reconnecting');
  }

  function start(): void {
    running?.abort();
    void ask();
  }

  function startAfresh(): void {
    known = null;
    start();
  }

  function leave(): void {
    environment.clearTimeout(timer);
    running?.abort();
  }

  function close(): void {
    closed = true;
    stopWaking();
    leave();
  }

  // A request that was held while the device slept may never be answered: a new one costs little.
  function wake(): void {
    const ms = notBefore - environment.now();
    if (ms > 0) after(ms, startAfresh);
    else startAfresh();
  }

  const stopWaking = onWake(environment, wake, leave);
  after(0, start);
  return { close };
};
