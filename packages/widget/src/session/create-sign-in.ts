import { isEnd, type SessionHandle } from '@beckon/protocol';
import { connect, onWake, type Connection, type Credentials } from '../transport/index.ts';
import { sessionApi } from './api.ts';
import type { Answer } from './call.ts';
import { idleCourse, type CourseEvent } from './course.ts';
import { browserEnvironment, type SignInEnvironment } from './environment.ts';
import { openingChoice, type Choice } from './opening-choice.ts';
import { reduce } from './reduce.ts';
import type { SignIn, SignInOptions } from './sign-in.ts';
import { view } from './view.ts';

/** With these, asking again would get the same answer: the page or its registration must change. */
const HOPELESS = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_scope',
  'login_required',
  'origin_not_allowed',
  'unauthorized_client',
  'unsupported_response_type',
]);
/** Answers to a choice that came too late: the snapshot that made it so is on its way. */
const OVERTAKEN = new Set(['invalid_transition', 'already_claimed', 'session_expired']);

/**
 * A sign-in that has not begun: call `start()`. Nothing is sent, listened to or timed before that,
 * nor after `close()`; `start()` after `close()` begins anew.
 */
export function createSignIn(options: SignInOptions, environment: SignInEnvironment = browserEnvironment()): SignIn {
  const server = options.server.replace(/\/+$/, '');
  const api = sessionApi(options, server, environment);
  const canAskAgain = !('requestUri' in options.request);
  const listeners = new Set<() => void>();

  let course = idleCourse(options);
  let state = view(course);
  /** The calls under way; aborted by whatever makes them pointless. */
  let work = new AbortController();
  let connection: Connection | null = null;
  let credentials: Credentials | null = null;
  /** What the person chose, which a renewed session takes over. */
  let chosen: Choice | null = null;
  let stopWaking: (() => void) | null = null;

  function dispatch(event: CourseEvent): void {
    const next = reduce(course, event, environment.now());
    if (next === course) return;
    const renews = next.step === 'renewing' && course.step !== 'renewing';
    course = next;
    state = view(course);
    const listens = course.step === 'starting' || (course.step === 'following' && !isEnd(course.snapshot.status));
    if (!listens) disconnect();
    if (renews) run(renewSession);
    for (const listener of listeners) listener();
  }

  /** One thing at a time: what was under way is dropped. */
  function run(task: (signal: AbortSignal) => Promise<void>): void {
    work.abort();
    const { signal } = (work = new AbortController());
    task(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  function begin(): void {
    disconnect();
    dispatch({ type: 'started' });
    run(async (signal) => follow(await api.create(signal), signal));
  }

  async function follow(answer: Answer<SessionHandle>, signal: AbortSignal): Promise<void> {
    if (!answer.ok) return fail(answer.code);
    const { session_secret: sessionSecret, ...opened } = answer.value;
    const own = (credentials = { server, sessionId: opened.session_id, sessionSecret });
    const { connector, loginHint } = options;
    const choice = openingChoice(opened, chosen, { connector, loginHint, phone: environment.isPhone() });
    const made = choice === null ? null : await api.choose(own, choice, signal);
    if (made !== null && !made.ok && !OVERTAKEN.has(made.code)) return fail(made.code);
    const snapshot = made?.ok ? made.value : opened;
    dispatch({ type: 'session', snapshot });
    // Whoever was told of the session may have closed it.
    if (signal.aborted || isEnd(snapshot.status)) return;
    connection = connect(
      own,
      {
        onSnapshot: (heard) => dispatch({ type: 'snapshot', snapshot: heard }),
        onState: (heardBy) => dispatch({ type: 'connection', connection: heardBy }),
        onError: (code) => (code === 'session_expired' ? dispatch({ type: 'expired' }) : fail(code)),
      },
      environment,
    );
  }

  async function renewSession(signal: AbortSignal): Promise<void> {
    const answer = credentials === null ? null : await api.renew(credentials, signal);
    if (answer?.ok) return follow(answer, signal);
    if (answer?.code === 'request_expired' && !canAskAgain) return dispatch({ type: 'request_over' });
    if (answer === null || answer.code === 'request_expired' || answer.code === 'session_not_found') return begin();
    fail(answer.code);
  }

  function fail(code: string): void {
    const mendable = code === 'request_expired' ? canAskAgain : !HOPELESS.has(code);
    dispatch({ type: 'failed', code, canRetry: mendable });
    // Once the network is back nobody should have to press a button for it.
    if (code === 'network' && state.phase === 'failed') stopWaking = onWake(environment, start);
  }

  function disconnect(): void {
    connection?.close();
    connection = null;
    stopWaking?.();
    stopWaking = null;
  }

  function start(): void {
    if (state.phase === 'idle' || state.phase === 'failed') begin();
  }

  return {
    getSnapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start,
    choose(connector, mode, loginHint) {
      const choice = (chosen = { connector, mode, loginHint: loginHint ?? options.loginHint ?? null });
      const own = credentials;
      if (course.step !== 'following' || course.snapshot.status !== 'initialized' || own === null) return;
      run(async (signal) => {
        const answer = await api.choose(own, choice, signal);
        if (answer.ok) dispatch({ type: 'snapshot', snapshot: answer.value });
        else if (!OVERTAKEN.has(answer.code)) fail(answer.code);
      });
    },
    renew() {
      const over = state.phase === 'declined' || state.phase === 'cancelled';
      if (over ? course.refresh !== 'never' : state.phase === 'expired' && state.canRenew)
        dispatch({ type: 'renewed' });
    },
    cancel() {
      const own = credentials;
      if (course.step === 'idle' || state.phase === 'completed') return;
      if (course.step !== 'following' || own === null) {
        work.abort();
        dispatch({ type: 'left' });
        return;
      }
      run(async (signal) => {
        const answer = await api.cancel(own, signal);
        if (answer.ok) dispatch({ type: 'snapshot', snapshot: answer.value });
        else if (!OVERTAKEN.has(answer.code)) dispatch({ type: 'left' });
      });
    },
    close() {
      work.abort();
      disconnect();
      credentials = null;
      chosen = null;
      dispatch({ type: 'closed' });
    },
  };
}
