import { isEnd, isSnapshot, type SessionHandle, type Snapshot } from '@beckon/protocol';
import { connect, fetchStatus, onWake, type Connection, type Credentials, type Timer } from '../transport/index.ts';
import { sessionApi } from './api.ts';
import { limited, pause, type Answer, type Refusal } from './call.ts';
import { idleFlowState, type FlowEvent, type Picked } from './flow-state.ts';
import { browserEnvironment, type SignInEnvironment } from './environment.ts';
import { memoryOf, type Memory } from './memory.ts';
import { isMade, needsIdentifier, openingChoice, type Choice } from './opening-choice.ts';
import { reduce } from './reduce.ts';
import type { Problem, SignIn, SignInOptions } from './sign-in.ts';
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

/** Waiting for the server longer than this is said, in ms. */
const SLOW_MS = 8_000;
/** Where the page should have left by itself, a person is shown the way after this, in ms. */
const LEAVES_MS = 3_000;

/** How long a page that was put away asks what became of its sign-in, in ms. */
const LOOK_LIMIT_MS = 3_000;

/** Without an answer it is asked again by itself within this long, in ms, and within twice as long each time. */
const AGAIN_MS = 10_000;
const LONGEST_AGAIN_MS = 300_000;
/** What may be over without anything that the person does. */
const PASSING = new Set(['network', 'server_error']);

/** At most this is added, by chance, to the pause that the server asks for: pages that it refused together return apart. */
const SPREAD_MS = 1_000;

/**
 * A sign-in that has not begun: call `start()`. Nothing is sent, listened to or timed before that,
 * nor after `close()`; `start()` after `close()` begins anew.
 */
export function createSignIn(options: SignInOptions, environment: SignInEnvironment = browserEnvironment()): SignIn {
  const server = options.server.replace(/\/+$/, '');
  const api = sessionApi(options, server, environment);
  const { request } = options;
  const canAskAgain = !('requestUri' in request);
  // Where only the page's backend knows the client, its address stands for it. The server compares the requests.
  const client = options.clientId || ('requestUrl' in request && request.requestUrl);
  const tabMemory = memoryOf(environment.tabStorage, `beckon.session ${server} ${client}`);
  const listeners = new Set<() => void>();

  let flowState = idleFlowState(options);
  let state = view(flowState);
  /** The calls under way; aborted by whatever makes them pointless. */
  let work = new AbortController();
  let connection: Connection | null = null;
  let credentials: Credentials | null = null;
  /** What the person chose, which a renewed session takes over. */
  let chosen: Choice | null = null;
  let lastUsed: Memory | null = null;
  let stopWaking: (() => void) | null = null;
  let patience: Timer = null;
  /** Failures in a row that pass by themselves. */
  let outages = 0;
  let nextTry: Timer = null;

  function dispatch(event: FlowEvent): void {
    const next = reduce(flowState, event, environment.now());
    if (next === flowState) return;
    const renews = next.step === 'renewing' && flowState.step !== 'renewing';
    const before = state.phase;
    flowState = next;
    state = view(flowState);
    if (state.phase !== before && (state.phase === 'retrieved' || state.phase === 'confirmed')) remember();
    // What this page knows of its session, until there is nothing left to do with it.
    if (flowState.step === 'following' && (isEnd(flowState.snapshot.status) || flowState.snapshot.redirect_to !== null))
      tabMemory.write(null);
    watchTime();
    const listens =
      flowState.step === 'starting' || (flowState.step === 'following' && !isEnd(flowState.snapshot.status));
    if (!listens) disconnect();
    if (renews) run(renewSession);
    for (const listener of listeners) listener();
  }

  /** From the last thing that happened. */
  function watchTime(): void {
    environment.clearTimeout(patience);
    const leaves = state.phase === 'confirmed' && state.redirectTo !== null;
    const waits = state.phase === 'starting' || (state.phase === 'confirmed' && !state.confirmPerson);
    if (flowState.slow || !waits) return;
    patience = environment.setTimeout(() => dispatch({ type: 'slow' }), leaves ? LEAVES_MS : SLOW_MS);
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
    create();
  }

  function create(): void {
    const [id, secret, first, opened] = tabMemory.read()?.split(' ') ?? [];
    run(async (signal) => {
      const finished = opened && id && secret ? await finishedElsewhere(id, secret, signal) : null;
      if (finished)
        return dispatch({
          type: 'session',
          snapshot: finished,
          picked: null,
          lastUsed: null,
          requestId: first ?? null,
        });
      const answer = await patiently(() => api.create({ id, secret }, signal), signal);
      disconnect();
      return follow(answer, signal, { id, first, opened: opened !== undefined });
    });
  }

  /** The app's link was opened here, and the browser dropped the page meanwhile: another tab may have gone on. */
  async function finishedElsewhere(
    sessionId: string,
    sessionSecret: string,
    signal: AbortSignal,
  ): Promise<Snapshot | null> {
    const limit = limited(environment, LOOK_LIMIT_MS, signal);
    const asked = fetchStatus({ server, sessionId, sessionSecret }, '', environment, limit.signal);
    const body = await asked.then((answer) => answer.body).catch(() => null);
    limit.release();
    signal.throwIfAborted();
    return isSnapshot(body) && body.status === 'completed' ? body : null;
  }

  /** `opened`: the person has followed the link to the app. */
  function keep(own: Credentials, requestId: string | null, opened: boolean): void {
    tabMemory.write(`${own.sessionId} ${own.sessionSecret} ${requestId ?? ''}${opened ? ' opened' : ''}`);
  }

  /** Asks, and again whenever the server said that it may be asked. */
  async function patiently<T>(ask: () => Promise<Answer<T>>, signal: AbortSignal): Promise<Answer<T>> {
    for (;;) {
      const answer = await ask();
      if (answer.ok || answer.code !== 'rate_limited' || answer.retryAt === null) return answer;
      const { now, random } = environment;
      dispatch({ type: 'busy', until: answer.retryAt });
      await pause(environment, answer.retryAt - now() + random() * SPREAD_MS, signal, false);
      dispatch({ type: 'busy', until: null });
    }
  }

  /** `former`: the session that the page asked for, and the id of the request that began it. */
  async function follow(
    answer: Answer<SessionHandle>,
    signal: AbortSignal,
    former: { readonly id?: string | undefined; readonly first?: string | undefined; readonly opened?: boolean } = {},
  ): Promise<void> {
    if (!answer.ok) {
      // For the developer: the card tells people only that the page is not set up.
      const { code, description } = answer;
      if (HOPELESS.has(code)) void environment.explain?.({ of: 'refusal', code, description });
      return fail(answer);
    }
    outages = 0;
    const { session_secret: sessionSecret, ...opened } = answer.value;
    const own: Credentials = (credentials = { server, sessionId: opened.session_id, sessionSecret });
    const same = own.sessionId === former.id;
    const requestId = (same && former.first) || answer.requestId;
    keep(own, requestId, same && former.opened === true);
    const { connector, loginHint } = options;
    const { connector: taken, mode } = opened;
    const resumed = same && taken !== null && mode !== null && (connector ?? taken) === taken;
    // What the person chose before the reload.
    if (resumed) chosen ??= { connector: taken, mode, loginHint: loginHint ?? null };
    const choice = openingChoice(opened, chosen, { connector, loginHint, phone: environment.isPhone() });
    const typesAgain = !resumed && choice === null && chosen !== null && needsIdentifier(chosen);
    const picked = choice ? pickedOf(choice, 'asked') : typesAgain ? pickedOf(chosen!, 'identifier') : null;
    lastUsed = memoryOf(environment.storage, `beckon.last-used ${server} ${options.clientId || opened.client.name}`);
    dispatch({ type: 'session', snapshot: opened, picked, lastUsed: lastUsed.read(), requestId });
    // A listener that was told of the session may have closed it.
    if (signal.aborted || isEnd(opened.status)) return;
    let troubled = opened.version;
    const hear = (snapshot: Snapshot): void => {
      dispatch({ type: 'snapshot', snapshot });
      const { error, status, version } = snapshot;
      if (!error || isEnd(status) || version <= troubled || flowState.step !== 'following' || flowState.picked) return;
      troubled = version;
      // The app did not begin what was chosen: asking for it by name tells why, and when to come back.
      const wanted = chosen ?? choice ?? choiceOf(opened);
      if (wanted && !needsIdentifier(wanted)) pick(own, wanted);
    };
    connection = connect(
      own,
      {
        onSnapshot: hear,
        onState: (heardBy) => dispatch({ type: 'connection', connection: heardBy }),
        onError: (code) => (code === 'session_expired' ? dispatch({ type: 'expired' }) : fail({ code })),
      },
      environment,
    );
    if (choice !== null) pick(own, choice);
  }

  function pick(own: Credentials, choice: Choice): void {
    dispatch({ type: 'picked', picked: pickedOf(choice, 'asked') });
    run(async (signal) => {
      const ask = () => api.choose(own, choice, signal);
      // A person is pushed to when they ask for it, never later by itself.
      const answer = await (choice.mode === 'direct' ? ask() : patiently(ask, signal));
      if (answer.ok) dispatch({ type: 'snapshot', snapshot: answer.value });
      else if (!OVERTAKEN.has(answer.code)) return refuse(choice, answer);
      dispatch({ type: 'picked', picked: null });
    });
  }

  /** The session goes on: the person may choose again. */
  function refuse(choice: Choice, refusal: Refusal): void {
    const { code, description, retryAt, requestId } = refusal;
    const problem = { code, description, retryAt, requestId };
    const others = 'session' in state && (state.session?.connectors.length ?? 0) > 1 && !options.connector;
    const typed = choice.mode === 'direct' && (code === 'invalid_request' || code === 'rate_limited');
    if (typed) dispatch({ type: 'picked', picked: pickedOf(choice, 'identifier', problem) });
    else if (others && code === 'connector_unavailable')
      dispatch({ type: 'picked', picked: pickedOf(choice, 'unavailable', problem) });
    else fail(refusal);
  }

  async function renewSession(signal: AbortSignal): Promise<void> {
    const own = credentials;
    const answer = own === null ? null : await patiently(() => api.renew(own, signal), signal);
    if (answer?.ok) return follow(answer, signal);
    if (answer?.code === 'request_expired' && !canAskAgain) return dispatch({ type: 'request_over' });
    if (answer === null || answer.code === 'request_expired' || answer.code === 'session_not_found') return begin();
    fail(answer);
  }

  /**
   * How long to leave a server alone, in ms: from half of it to the whole, so that pages that lost it together do not come
   * back together, and no less than it asks for.
   */
  function again(failures: number, retryAt: number | null): number {
    const { now, random } = environment;
    const most = Math.min(AGAIN_MS * 2 ** failures, LONGEST_AGAIN_MS);
    return Math.max((most * (1 + random())) / 2, (retryAt ?? 0) - now() + random() * SPREAD_MS);
  }

  function fail({ code, retryAt = null, requestId = null }: Pick<Refusal, 'code'> & Partial<Refusal>): void {
    const mendable = code === 'request_expired' ? canAskAgain : !HOPELESS.has(code) && !code.startsWith('setup_');
    dispatch({ type: 'failed', code, canRetry: mendable, requestId });
    if (!PASSING.has(code) || state.phase !== 'failed') return;
    // Once the network is back the person should not have to press a button for it. A server that said when is not the network.
    stopWaking = onWake(environment, () => environment.now() >= (retryAt ?? 0) && start());
    // What is shown stays: a card that changes every few seconds helps no person. A hidden page waits until it is seen.
    nextTry = environment.setTimeout(() => environment.isVisible() && create(), again(outages, retryAt));
    outages += 1;
  }

  function remember(): void {
    const connector = 'session' in state ? state.session?.connector : null;
    if (connector) lastUsed?.write(connector.id);
  }

  function disconnect(): void {
    connection?.close();
    connection = null;
    stopWaking?.();
    stopWaking = null;
    environment.clearTimeout(nextTry);
  }

  function start(): void {
    if (state.phase === 'idle' || state.phase === 'failed' || (state.phase === 'starting' && state.slow)) begin();
  }

  return {
    getSnapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start,
    choose(connector, mode, loginHint) {
      const hint = options.loginHint ?? null;
      // What the person typed names them: it is sent, and kept nowhere.
      chosen = { connector, mode, loginHint: loginHint === undefined ? hint : null };
      if (flowState.step !== 'following' || credentials === null) return;
      const { snapshot } = flowState;
      // What was begun by an earlier link ends with a fresh one.
      const anew = snapshot.status === 'retrieved' && mode === 'same_device' && isMade(snapshot, { connector, mode });
      if (snapshot.status !== 'initialized' && !anew) return;
      pick(credentials, { connector, mode, loginHint: loginHint ?? hint });
    },
    arm() {
      if (!credentials || state.phase !== 'same_device' || flowState.step !== 'following') return;
      keep(credentials, flowState.requestId, true);
      // Links of other kinds open an app, which comes with a token of its own.
      if (state.url.includes('/start?ticket=')) api.arm(credentials);
    },
    renew() {
      if (
        state.phase === 'confirmed' &&
        state.redirectTo === null &&
        !state.confirmPerson &&
        flowState.refresh !== 'never'
      ) {
        const own = credentials;
        if (own === null) return;
        // The code is another browser's, and that one did not use it.
        return run(async (signal) => {
          const answer = await api.cancel(own, signal);
          if (!answer.ok) return;
          dispatch({ type: 'snapshot', snapshot: answer.value });
          dispatch({ type: 'renewed' });
        });
      }
      const over = state.phase === 'declined' || state.phase === 'cancelled';
      if (over ? flowState.refresh !== 'never' : state.phase === 'expired' && state.canRenew)
        dispatch({ type: 'renewed' });
    },
    cancel() {
      const own = credentials;
      if (flowState.step === 'idle' || state.phase === 'completed') return;
      if (flowState.step !== 'following' || own === null) {
        work.abort();
        tabMemory.write(null);
        dispatch({ type: 'left' });
        return;
      }
      run(async (signal) => {
        // A server that hangs keeps no person here.
        const leave = environment.setTimeout(() => dispatch({ type: 'left' }), SLOW_MS);
        const answer = await api.cancel(own, signal).finally(() => environment.clearTimeout(leave));
        if (answer.ok) dispatch({ type: 'snapshot', snapshot: answer.value });
        else if (!OVERTAKEN.has(answer.code)) dispatch({ type: 'left' });
      });
    },
    confirm() {
      const own = credentials;
      if (state.phase !== 'confirmed' || !state.confirmPerson || own === null) return;
      run(async (signal) => {
        for (let failures = 0; ; failures += 1) {
          const answer = await api.confirm(own, signal);
          // Where it is refused, the question still stands, and the person may press again.
          if (answer.ok) return dispatch({ type: 'snapshot', snapshot: answer.value });
          const { code, retryAt } = answer;
          if (!PASSING.has(code)) return;
          await pause(environment, again(failures, retryAt), signal, retryAt === null);
        }
      });
    },
    close() {
      work.abort();
      disconnect();
      // A page that is put together anew within a moment has not got a session yet, and takes up the former.
      if (credentials !== null) tabMemory.write(null);
      credentials = null;
      chosen = null;
      outages = 0;
      dispatch({ type: 'closed' });
    },
  };
}

/** What the server chose by itself. */
function choiceOf({ connector, mode }: Snapshot): Choice | null {
  return connector && mode ? { connector, mode, loginHint: null } : null;
}

function pickedOf({ connector, mode }: Choice, stage: Picked['stage'], problem: Problem | null = null): Picked {
  return { connector, mode, stage, problem };
}
