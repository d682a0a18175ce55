import {
  type Connector,
  ConnectorError,
  isConnectorError,
  type Requester,
  type UpstreamRequest,
  type UpstreamStarted,
  type UpstreamStatus,
} from '../connectors/connector.ts';
import { type Bus, type Change, lookUntil } from '../bus/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { Secrets } from '../secrets/index.ts';
import {
  askedScope,
  type Choice,
  countedNetworks,
  type InitializedSession,
  type Push,
  type RetrievedSession,
  type Session,
  type SessionEvent,
  singleClaims,
  type UpstreamState,
} from '../session/index.ts';
import { collectionOf, inserting } from '../store/collection.ts';
import type { Store, Write } from '../store/store.ts';
import type { UpstreamTokensPort } from '../upstream-tokens/index.ts';
import { cancelOrder, createCancelUpstream } from './cancel-upstream.ts';
import { soundStarted, soundStatus } from './connector-answers.ts';
import { unmetBy } from './demands.ts';
import { FOLLOWERS } from './flow-workers.ts';
import { FlowError } from './flow-error.ts';
import { createFollowed } from './followed.ts';
import type { Ids } from './ids.ts';
import { UPSTREAM } from './kinds.ts';
import type { Pushes } from './pushes.ts';
import { assertRecent } from './recent-authentication.ts';
import type { Applied, SessionRows } from './session-rows.ts';
import { type Why, whyOf } from './trace.ts';
import { drawWords } from './words.ts';

/** The holder's id where the provider does not identify the device. */
const HOLDER = 'upstream';
/** What other processes made of a session is seen this often, in ms. */
const LOOK_MS = 5_000;
/** Who finds no place is told to come back after this long, in s. */
const FULL_RETRY_S = 10;
/** No sign-in takes longer, whatever a provider says of its session, in ms. */
const LONGEST_MS = 3_600_000;

/** Sessions that a provider conducts and ours follows: begun, followed under a lease, and called off. */
export interface Upstream {
  /**
   * Begins the provider's session for a choice, before anything of ours changes; null where the
   * provider has none. What begins is to be stored together with `follow`'s order, or abandoned.
   * @throws ConnectorError also `rate_limited` where the network, or this process, has too many
   */
  begin(session: Begun, choice: Choice, identifier: string | null, push: Push | null): Promise<UpstreamState | null>;
  /** Whether `upstream` has begun for this identifier. */
  isFor(upstream: UpstreamState, connector: string, identifier: string | null): boolean;
  /** What is stored with a session whose provider's session has begun: a process must follow it. */
  order(session: Begun, upstream: UpstreamState | null, now: number): readonly Write[];
  /** What has begun could not be stored: the provider is told that no browser waits. */
  abandon(session: Begun, choice: Choice, upstream: UpstreamState | null): Promise<void>;
  /** For the jobs: follows one of the provider's sessions until its end, or until `signal` aborts. */
  follow(run: string, signal: AbortSignal): Promise<void>;
  /** For the jobs: tells the provider that no browser waits. Resolves once it was told, or the order is put off. */
  cancel(id: string): Promise<void>;
}

type Begun = Pick<Session, 'id' | 'created_at' | 'request' | 'client_name' | 'browser' | 'policy' | 'upstream_tokens'>;
type Following = (InitializedSession | RetrievedSession) & {
  readonly choice: Choice;
  readonly upstream: UpstreamState;
};

export interface UpstreamDependencies {
  readonly store: Store;
  readonly rows: SessionRows;
  readonly bus: Bus;
  readonly pushes: Pushes;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly secrets: Pick<Secrets, 'fingerprint' | 'subject'>;
  readonly ids: Ids;
  readonly upstreamTokens: Pick<UpstreamTokensPort, 'take' | 'drop'>;
  readonly timers: Pick<Timers, 'sleep'>;
  /** A whole number from 0 up to, not including, `below`. */
  readonly randomInt: (below: number) => number;
  /** A session ended because of its provider. `error` is for the log. */
  readonly onFailure: (session_id: string, connector: string, error: unknown) => void;
}

export function createUpstream(deps: UpstreamDependencies): Upstream {
  const { store, rows, bus, pushes, connectors, secrets, timers, onFailure } = deps;
  let running = 0;
  const followed = createFollowed(store, secrets);
  const orders = collectionOf(store, UPSTREAM);

  const identifierHash = (connector: string, identifier: string | null): string | null =>
    identifier === null ? null : secrets.fingerprint(JSON.stringify(['identifier', connector, identifier]));

  const stateOf = (
    { qr, link, expires_at, providerState }: UpstreamStarted,
    same: Pick<UpstreamState, 'run' | 'identifier' | 'push' | 'words'>,
    created_at: number,
  ): UpstreamState => {
    const latest = created_at + LONGEST_MS;
    const { run, identifier, push, words } = same;
    const ends = expires_at === null ? null : Math.floor(Math.min(expires_at, latest));
    return { run, identifier, push, words, qr, link, expires_at: ends, provider_state: providerState };
  };

  /** The session while the provider's session `run` is the one that it waits for. */
  const waiting = async (session_id: string, run: string): Promise<Following | null> => {
    const found = await rows.find(session_id);
    return found !== null && isWaitingFor(found.session, run) ? found.session : null;
  };

  /** One status of the provider becomes what it means for ours. True when there is nothing more to hear. */
  const hear = async (session: Following, status: UpstreamStatus): Promise<boolean> => {
    const { id, choice, request, upstream, created_at } = session;
    const { run } = upstream;
    // The choice may change at any moment: what belongs to another run comes too late.
    const apply = (event: SessionEvent, why?: Why): Promise<Applied> =>
      rows.apply(id, event, (before) => (isWaitingFor(before, run) ? [] : null), why);
    const retrieve = (): Promise<Applied> =>
      apply({ type: 'retrieve', choice, holder: HOLDER, device: null, number: '' });
    switch (status.status) {
      case 'retrieved':
        await retrieve();
        return false;
      case 'restarted':
        await apply({ type: 'restart', upstream: stateOf(status.started, upstream, created_at) });
        return false;
      case 'provider_state':
        await apply({ type: 'keep', run, provider_state: status.providerState });
        return false;
      case 'confirmed': {
        const { identity, tokens } = status;
        const connector = connectors.get(choice.connector);
        const kept = connector === undefined ? null : await deps.upstreamTokens.take(session, connector, tokens);
        // By the time it is now: the session may have waited for a while.
        try {
          if (request.max_age !== null) assertRecent(identity, request, (await rows.load(id)).now);
        } catch (cause) {
          await deps.upstreamTokens.drop(kept);
          throw cause;
        }
        await retrieve();
        const unmet = unmetBy(request, choice.connector, identity, secrets);
        if (unmet !== null) {
          await deps.upstreamTokens.drop(kept);
          const { ok } = await apply({ type: 'fail', error: unmet.error }, unmet.why);
          // The person who was asked did say yes.
          if (ok && upstream.push) await pushes.settle(upstream.push, 'approved');
          return true;
        }
        const scope = askedScope(request);
        const confirm = { type: 'confirm', holder: HOLDER, number: null, identity, scope } as const;
        const { ok } = await apply(kept === null ? confirm : { ...confirm, tokens_id: kept });
        if (!ok) await deps.upstreamTokens.drop(kept);
        if (ok && upstream.push) await pushes.settle(upstream.push, 'approved');
        return true;
      }
      case 'declined': {
        const { reason = 'user' } = status;
        await retrieve();
        const { ok } = await apply({ type: 'decline', holder: HOLDER, reason, message: null });
        if (ok && upstream.push) await pushes.settle(upstream.push, reason === 'user' ? 'declined' : reason);
        return true;
      }
      case 'expired':
        await apply({ type: 'expire' });
        return true;
    }
  };

  const follow = async (session: Following, connector: Connector, closing: AbortSignal): Promise<void> => {
    const { id, choice, upstream } = session;
    const { run } = upstream;
    const abort = new AbortController();
    const signal = AbortSignal.any([closing, abort.signal]);
    const over = new AbortController();
    // The browser cancelled, chose another way, or the session ran out: no browser waits for the
    // provider. Other processes' changes are looked for.
    const look = async (change: Change | null): Promise<true | null> => {
      if (over.signal.aborted) return null;
      // A store that fails once may be there at the next look. A message of before our own look tells nothing.
      const still =
        change === null
          ? (await waiting(id, run).catch(() => session)) !== null
          : change.session.version <= session.version || isWaitingFor(change.session, run);
      return still ? null : true;
    };
    const looking = { bus, timers, every_ms: LOOK_MS, signal: over.signal, looked: true };
    void lookUntil(id, look, looking).then((gone) => gone === true && abort.abort());
    let ours = false;
    try {
      const start = {
        session_id: id,
        mode: choice.mode,
        identifier: null,
        words: null,
        requester: requesterOf(session),
        request: requestOf(session),
      };
      for await (const said of connector.upstream?.follow(upstream.provider_state, start, signal) ?? []) {
        if (signal.aborted) break;
        const status = soundStatus(said);
        ours = true;
        if (await hear(session, status)) break;
        ours = false;
      }
    } catch (cause) {
      if (signal.aborted) return;
      onFailure(id, connector.id, cause);
      // Our own store failed, and not the provider: the next holder of the lease hears it again.
      if (ours && !(cause instanceof FlowError)) return;
      const passing = isConnectorError(cause) && cause.code !== 'callback_refused';
      const error = passing ? 'temporarily_unavailable' : 'server_error';
      const stillOurs = (before: Session): readonly [] | null => (isWaitingFor(before, run) ? [] : null);
      await rows.apply(id, { type: 'fail', error }, stillOurs, whyOf(cause));
    } finally {
      over.abort();
    }
  };

  const followRun = async (run: string, signal: AbortSignal): Promise<void> => {
    const { row: order } = await orders.get(run);
    if (order === null) return;
    const { session_id, networks } = order.value;
    const session = await waiting(session_id, run);
    const connector = session === null ? undefined : connectors.get(session.choice.connector);
    if (session !== null && connector !== undefined) await follow(session, connector, signal);
    if ((await waiting(session_id, run)) !== null) return;
    // Its lease may have been renewed meanwhile, which costs no version.
    await orders.remove(order);
    await followed.release(run, networks);
  };

  return {
    async begin(session, choice, identifier, push) {
      const upstream = connectors.get(choice.connector)?.upstream ?? null;
      if (upstream === null) return null;
      if (running >= FOLLOWERS)
        throw new ConnectorError(
          'rate_limited',
          'too many sign-ins wait for an identity app right now',
          `this process follows ${FOLLOWERS} sessions at providers`,
          FULL_RETRY_S,
        );
      const { mode } = choice;
      const run = deps.ids.beside(session.id);
      const networks = followed.networksOf(session.browser.address);
      await followed.admit(run, networks);
      const words = mode === 'direct' && upstream.shows_words === true ? drawWords(deps.randomInt) : null;
      const start = { session_id: session.id, mode, identifier, words, requester: requesterOf(session) };
      try {
        const started = soundStarted(await upstream.start({ ...start, request: requestOf(session) }));
        const identified = identifierHash(choice.connector, identifier);
        return stateOf(started, { run, identifier: identified, push, words }, session.created_at);
      } catch (cause) {
        await followed.release(run, networks);
        throw cause;
      }
    },
    isFor: (upstream, connector, identifier) => upstream.identifier === identifierHash(connector, identifier),
    order({ id, browser }, upstream, now) {
      if (upstream === null) return [];
      const value = { session_id: id, networks: followed.networksOf(browser.address) };
      // Due at once, for whichever node looks first.
      return [inserting(UPSTREAM, upstream.run, { value, expires_at: now + 2 * LONGEST_MS, due_at: now })];
    },
    async abandon({ browser }, choice, upstream) {
      if (upstream === null) return;
      await followed.release(upstream.run, followed.networksOf(browser.address));
      await store.commit((now) => [cancelOrder(upstream.run, choice.connector, upstream.provider_state, now)]);
    },
    async follow(run, signal) {
      running += 1;
      try {
        await followRun(run, signal);
      } catch (cause) {
        onFailure(run, '', cause);
      } finally {
        running -= 1;
      }
    },
    cancel: createCancelUpstream(store, connectors, timers),
  };
}

type Asking = Pick<Session, 'request' | 'client_name' | 'policy' | 'upstream_tokens'>;

/** What a connector hears of a session. */
export function upstreamRequestOf(session: Asking, cross_device: boolean): UpstreamRequest {
  const { request, client_name } = session;
  const { client_id, prompt, linking, max_age, login_hint, ui_locales, acr_values } = request;
  const scope = scopeAtProvider(session, cross_device);
  const claims = singleClaims(request, scope);
  return { client_id, client_name, scope, ...claims, prompt, linking, max_age, login_hint, ui_locales, acr_values };
}

/** `offline_access` concerns the provider where its refresh token is kept, and the website is granted one of ours too. */
export function scopeAtProvider(
  { request, policy, upstream_tokens }: Pick<Asking, 'request' | 'policy' | 'upstream_tokens'>,
  cross_device: boolean,
): readonly string[] {
  const scope = askedScope(request);
  const isGranted = !cross_device || (policy.scope?.includes('offline_access') ?? true);
  return upstream_tokens === true && isGranted ? scope : scope.filter((each) => each !== 'offline_access');
}

/** Nothing is asked for that would not be granted: such a sign-in is always one across devices. */
function requestOf(session: Begun): UpstreamRequest {
  const request = upstreamRequestOf(session, true);
  const cap = session.policy.scope;
  if (cap === null) return request;
  const scope = request.scope.filter((each) => cap.includes(each));
  return { ...request, scope, ...singleClaims(session.request, scope) };
}

function requesterOf({ browser, request }: Pick<Session, 'browser' | 'request'>): Requester {
  return {
    networks: countedNetworks(browser.address).map(({ key }) => key),
    client_authenticated: request.client_authenticated,
  };
}

function isWaitingFor(session: Session, run: string): session is Following {
  return (session.status === 'initialized' || session.status === 'retrieved') && session.upstream?.run === run;
}
