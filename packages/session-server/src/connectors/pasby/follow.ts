import { readEvents, parseJson } from '../../outbound/index.ts';
import { type ConnectorContext, isConnectorError, unavailable } from '../connector.ts';
import type { Allowance } from './allowance.ts';
import { readAnswer } from './answer.ts';
import type { PasbyApi } from './api.ts';
import type { ProviderState } from './begin.ts';
import { delay } from './queue.ts';
import { type Opens, type State, stateOf, stateOfModel } from './state.ts';

/** The stream of a session, and one more should it break off; then pasby is asked. */
const STREAMS = 2;
/** Between two questions lies at least this much, in ms; pasby's documentation says 1 to 3 s. */
const POLL_MS = 3_000;
/** So many answers in a row that are none end the sign-in. */
const PATIENCE = 6;
/** Waiting after those doubles from `POLL_MS` up to this, in ms. */
const LONGEST_PAUSE_MS = 30_000;
/** An event holds one request's model: some dozen claims of 700 characters. pasby sends one every 2 s. */
const EVENTS = { event: 262_144, silence_ms: 6_000 };
/** pasby may be a little late with its own end, in ms. */
const GRACE_MS = 2_000;

export interface FollowDependencies {
  readonly api: PasbyApi;
  readonly allowance: Allowance;
  readonly now: ConnectorContext['now'];
  readonly opens: Opens;
  readonly timers: ConnectorContext['timers'];
}

/**
 * What becomes of a request, each change once, until its end: one stream that lives until pasby's
 * own end of the request; when it breaks off one question and one new stream; when that breaks off
 * too, questions. All of them wait for their turn.
 * @throws ConnectorError `connector_unavailable`
 */
export async function* follow(
  providerState: ProviderState,
  dependencies: FollowDependencies,
  signal: AbortSignal,
): AsyncGenerator<Exclude<State, { type: 'waiting' } | { type: 'broken' }>> {
  const end = new AbortController();
  const left = Math.max(0, providerState.expires_at + GRACE_MS - dependencies.now());
  const stopTimer = dependencies.timers.after(left, () => end.abort());
  let retrieved = false;
  let broken = 0;
  try {
    for await (const state of states(providerState, dependencies, AbortSignal.any([signal, end.signal]))) {
      if (state.type === 'broken') {
        broken += 1;
        if (broken >= PATIENCE) throw unavailable(state.detail, state.reason ?? null);
        continue;
      }
      broken = 0;
      if (state.type === 'waiting' || (state.type === 'retrieved' && retrieved)) continue;
      yield state;
      if (state.type !== 'retrieved') return;
      retrieved = true;
    }
  } catch (cause) {
    // What was interrupted by its end or by the caller throws, too.
    if (!signal.aborted && !end.signal.aborted) throw cause;
  } finally {
    stopTimer();
  }
  if (!signal.aborted) yield { type: 'expired' };
}

/** Every state that is heard of, for ever. */
async function* states(
  providerState: ProviderState,
  { api, allowance, opens, timers }: FollowDependencies,
  signal: AbortSignal,
): AsyncGenerator<State> {
  const ask = async (): Promise<State> => {
    const answer = await unlessLimited(() => api.ping(providerState.request, signal));
    return answer === null ? { type: 'waiting' } : stateOf(answer, providerState, opens);
  };
  for (let streams = 0; streams < STREAMS; streams += 1) {
    await allowance.stream(providerState.request, signal);
    const opened = await unlessLimited(() => api.stream(providerState.request, signal));
    if (opened?.type === 'events') {
      for await (const state of heard(opened.body, providerState, { opens, timers }, signal)) {
        // A stream that says what is no state is no use; what it is about may still be asked.
        if (state.type === 'broken') break;
        yield state;
      }
    }
    await allowance.recover(signal);
    yield await ask();
  }
  for (let pause = POLL_MS; ;) {
    await delay(pause, signal, timers);
    await allowance.poll(signal);
    const state = await ask();
    yield state;
    pause = state.type === 'broken' ? Math.min(pause * 2, LONGEST_PAUSE_MS) : POLL_MS;
  }
}

async function* heard(
  body: ReadableStream<Uint8Array>,
  providerState: ProviderState,
  { opens, timers }: Pick<FollowDependencies, 'opens' | 'timers'>,
  signal: AbortSignal,
): AsyncGenerator<State> {
  try {
    for await (const event of readEvents(body, EVENTS, signal, timers)) {
      const answer = readAnswer(200, event);
      // The envelope of a ping or of an error, or the bare model.
      yield answer.type === 'broken'
        ? stateOfModel(parseJson(event), providerState, opens)
        : stateOf(answer, providerState, opens);
    }
  } catch (cause) {
    // An event without end: the stream is no use, but pasby may be asked.
    if (!(cause instanceof RangeError)) throw cause;
  }
}

/** Null where pasby itself said to come back later: the next turn waits for that. */
async function unlessLimited<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (cause) {
    if (isConnectorError(cause) && cause.code === 'rate_limited') return null;
    throw cause;
  }
}
