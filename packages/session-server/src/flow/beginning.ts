import { type Connector, isConnectorError, waitOf } from '../connectors/connector.ts';
import type { Choice, InitializedSession, Session, Trouble } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { FlowError } from './flow-error.ts';
import { WATCH } from './kinds.ts';
import type { Pushes } from './pushes.ts';
import { refusal } from './refusal.ts';
import type { Loaded, SessionRows } from './session-rows.ts';
import { whyOf } from './trace.ts';
import type { Upstream } from './upstream.ts';

/** That a session was looked at is remembered this much longer than the session waits for its scan, in ms. */
const WATCHED_RETENTION_MS = 600_000;

/**
 * When a provider's session begins: not before a browser watches ours. A stranger who creates
 * sessions and never looks at them costs the provider nothing.
 */
export interface Beginning {
  /** Whether a watcher has ever looked at the session, on whatever node. */
  isWatched(session: Session): Promise<boolean>;
  /** A watcher looks. */
  watched(session: Session): Promise<void>;
  /** The choice that waits for its provider's session; null when nothing has to begin. Mode `direct` never waits: its identifier is not stored. */
  pending(session: Session): Choice | null;
  /**
   * Begins what the session waits for, and answers the session with its codes. Where the provider
   * refuses, the choice is withdrawn, so that nothing begins again before the person chooses again.
   * @throws ConnectorError; FlowError `invalid_transition` when the session went another way meanwhile
   */
  beginPending(session: Session, choice: Choice): Promise<Loaded>;
  /** Chooses and begins in one change. Where the provider refuses, the codes that are shown stay, and the story has it. @throws ConnectorError, FlowError */
  choose(session: InitializedSession, choice: Choice, identifier: string | null): Promise<Loaded>;
}

export interface BeginningDependencies {
  readonly store: Store;
  readonly rows: SessionRows;
  readonly upstream: Upstream;
  readonly pushes: Pushes;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** Hears of a provider that did not begin. For the log. */
  readonly onFailure: (session_id: string, connector: string, error: unknown) => void;
}

export function createBeginning(deps: BeginningDependencies): Beginning {
  const { store, rows, upstream, pushes, connectors } = deps;
  const watches = collectionOf(store, WATCH);
  /** What begins in this process right now: who looks or chooses meanwhile waits for the same. */
  const underWay = new Map<string, Promise<Loaded>>();

  const isUpstream = (connector: string): boolean => (connectors.get(connector)?.upstream ?? null) !== null;

  const once = (session: Session, { connector, mode }: Choice, work: () => Promise<Loaded>): Promise<Loaded> => {
    const key = JSON.stringify([session.id, connector, mode]);
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const begun = work().finally(() => underWay.delete(key));
    underWay.set(key, begun);
    return begun;
  };

  /** Not of what is no failure of the provider: the session went another way, too many came at once, or the person mistyped. */
  const tell = (session: Session, { connector }: Choice, cause: unknown): void => {
    const expected =
      cause instanceof FlowError ||
      (isConnectorError(cause) && (cause.code === 'rate_limited' || cause.code === 'identifier_refused'));
    if (!expected) deps.onFailure(session.id, connector, cause);
  };

  /** `onlyPending`: not where the session has gone another way, or another node was faster. */
  const begin: typeof tryToBegin = (session, choice, how) =>
    tryToBegin(session, choice, how).catch((cause: unknown) => {
      tell(session, choice, cause);
      throw cause;
    });

  const tryToBegin = async (
    session: Session,
    choice: Choice,
    { identifier, onlyPending }: { readonly identifier: string | null; readonly onlyPending: boolean },
  ): Promise<Loaded> => {
    const { connector, mode } = choice;
    const push = mode === 'direct' ? await pushes.reserve(connector, identifier, session.browser) : null;
    // The provider first: where it refuses, nothing of ours is half-made.
    const begun = await upstream.begin(session, choice, identifier, push).catch(async (cause: unknown) => {
      if (push !== null) await pushes.withdraw(push, cause);
      await withdraw(session, choice, cause);
      throw cause;
    });
    const result = await rows.apply(session.id, { type: 'choose', choice, upstream: begun }, (before, now) =>
      onlyPending && !isPending(before, choice) ? null : upstream.order(session, begun, now),
    );
    if (result.ok) return result;
    await upstream.abandon(session, choice, begun);
    throw refusal(result.error);
  };

  const withdraw = async (session: Session, choice: Choice, cause: unknown): Promise<void> => {
    const { now } = await rows.load(session.id);
    const event = { type: 'withdraw', trouble: troubleOf(cause, now) } as const;
    const stillPending = (before: Session): readonly [] | null => (isPending(before, choice) ? [] : null);
    const why = whyOf(cause);
    const withdrawn = await rows.apply(session.id, event, stillPending, why);
    // What is shown is another choice, or none. That this one failed is part of the story all the same.
    if (!withdrawn.ok) await rows.apply(withdrawn.session, { type: 'unbegun', choice }, undefined, why);
  };

  const concerns = ({ offers }: Session): boolean => offers.some(({ id }) => isUpstream(id));

  return {
    async isWatched(session) {
      return (await watches.get(session.id)).row !== null;
    },
    async watched(session) {
      if (session.status !== 'initialized' || session.upstream !== null || !concerns(session)) return;
      const expires_at = session.expires_at + WATCHED_RETENTION_MS;
      // Another node that was faster said the same.
      await watches.update(session.id, (row) => (row === null ? { value: null, expires_at } : null));
    },
    pending(session) {
      if (session.status !== 'initialized' || session.choice === null || session.upstream !== null) return null;
      const { choice } = session;
      return choice.mode !== 'direct' && isUpstream(choice.connector) ? choice : null;
    },
    beginPending: (session, choice) =>
      once(session, choice, () => begin(session, choice, { identifier: null, onlyPending: true })),
    choose(session, choice, identifier) {
      const work = (): Promise<Loaded> => begin(session, choice, { identifier, onlyPending: false });
      // Two people typed two identifiers: neither waits for the other's.
      return choice.mode === 'direct' ? work() : once(session, choice, work);
    },
  };
}

function isPending(session: Session, { connector, mode }: Choice): boolean {
  if (session.status !== 'initialized' || session.upstream !== null) return false;
  return session.choice?.connector === connector && session.choice.mode === mode;
}

/** What watchers are told of a provider that did not begin. */
function troubleOf(cause: unknown, now: number): Trouble {
  const limited = isConnectorError(cause) && cause.code === 'rate_limited';
  const wait_s = limited ? waitOf(cause) : null;
  return {
    error: limited ? 'rate_limited' : 'connector_unavailable',
    retry_at: wait_s === null ? null : now + wait_s * 1000,
  };
}
