import type { Connector, UpstreamRequest, UpstreamStart, UpstreamStatus } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/connector.ts';
import type { Choice, InitializedSession, RetrievedSession, Session } from '../session/index.ts';
import type { Row, Store, Write } from '../store/store.ts';
import type { CancelOrder } from './cancel-upstream.ts';
import type { Changes } from './changes.ts';
import { assertRecent } from './recent-authentication.ts';
import type { SessionRows } from './session-rows.ts';

/** Whoever the provider let in, where it does not tell us apart: the session then has one holder all the same. */
const HOLDER = 'upstream';
/** A follower whose node died loses the session to another after this long, in ms. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** Telling a provider that nobody waits is tried this often. */
const CANCEL_ATTEMPTS = 3;

/** Sessions that a provider conducts and ours follows: begun, followed under a lease, and called off. */
export interface Upstream {
  /** Begins the provider's session for the present choice, unless it has begun. @throws ConnectorError */
  begin(session: InitializedSession, identifier: string | null): Promise<Session>;
  /** For the due loop: follows one session until its end, while this node holds the lease. */
  follow(session_id: string): Promise<void>;
  /** For the due loop: tells the provider that nobody waits. */
  cancel(id: string): Promise<void>;
  /** Lets go of everything; other nodes take over. */
  close(): Promise<void>;
}

export interface UpstreamDependencies {
  readonly store: Store;
  readonly rows: SessionRows;
  readonly changes: Changes;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** A session ended because of its provider. `error` is for the log. */
  readonly onFailure: (session_id: string, connector: string, error: unknown) => void;
}

type Following = InitializedSession | RetrievedSession;

export function createUpstream({ store, rows, changes, connectors, onFailure }: UpstreamDependencies): Upstream {
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();

  /** One status of the provider becomes what it means for ours. True when there is nothing more to hear. */
  const hear = async (id: string, status: UpstreamStatus): Promise<boolean> => {
    switch (status.status) {
      case 'retrieved':
        await retrieve(id);
        return false;
      case 'restarted': {
        const session = await rows.load(id);
        if (session.status !== 'initialized' || session.choice === null) return false;
        await rows.apply(id, { type: 'start', choice: session.choice, upstream: status.started });
        return false;
      }
      case 'confirmed': {
        await retrieve(id);
        const session = await rows.load(id);
        assertRecent(status.identity, session.request, await store.now());
        const scope = session.request.scope;
        await rows.apply(id, { type: 'confirm', holder: HOLDER, number: null, identity: status.identity, scope });
        return true;
      }
      case 'declined':
        await retrieve(id);
        await rows.apply(id, { type: 'decline', holder: HOLDER, reason: 'user', message: null });
        return true;
      case 'expired':
        await rows.apply(id, { type: 'expire' });
        return true;
    }
  };
  const retrieve = (id: string): Promise<unknown> =>
    rows.apply(id, { type: 'retrieve', holder: HOLDER, party: null, number: '' });

  const followed = async (id: string): Promise<{ session: Following; connector: Connector } | null> => {
    const session = await rows.load(id).catch(() => null);
    if (session === null || (session.status !== 'initialized' && session.status !== 'retrieved')) return null;
    const connector = session.choice === null ? undefined : connectors.get(session.choice.connector);
    return session.upstream === null || connector === undefined ? null : { session, connector };
  };

  const run = async (id: string, abort: AbortController): Promise<void> => {
    const found = await followed(id);
    if (found === null) return letGo(store, id);
    const { session, connector } = found;
    const renew = setInterval(() => void keepLease(store, id), RENEW_MS);
    const stopIfOver = async (): Promise<void> => {
      const now = await followed(id);
      if (now === null || now.session.choice?.mode !== session.choice?.mode) abort.abort();
    };
    // The browser cancelled, chose another way, or the session ran out: nobody waits for the provider.
    const stop = changes.subscribe(id, () => {
      void stopIfOver();
    });
    try {
      const start = startOf(session, null);
      const { upstream } = connector;
      if (upstream === null || session.upstream === null) return;
      for await (const status of upstream.follow(session.upstream.kept, start, abort.signal)) {
        if (await hear(id, status)) break;
      }
    } catch (cause) {
      if (abort.signal.aborted) return;
      onFailure(id, connector.id, cause);
      const passing = cause instanceof ConnectorError && cause.code !== 'callback_refused';
      await rows.apply(id, { type: 'fail', error: passing ? 'temporarily_unavailable' : 'server_error' });
    } finally {
      clearInterval(renew);
      stop();
    }
    if (!closing && (await followed(id)) === null) await letGo(store, id);
  };
  let closing = false;

  return {
    async begin(session, identifier) {
      const choice = session.choice;
      const connector = choice === null ? undefined : connectors.get(choice.connector);
      const upstream = connector?.upstream ?? null;
      if (choice === null || upstream === null || session.upstream !== null) return session;
      const started = await upstream.start(startOf(session, identifier));
      const event = { type: 'start', choice, upstream: { ...started } } as const;
      const result = await rows.apply(session.id, event, (_before, now) => [followRow(session.id, now)]);
      if (!result.ok) {
        // Chosen otherwise, cancelled or over in the meantime: what has just begun is nobody's.
        await upstream.cancel(started.kept).catch(() => undefined);
      }
      return result.session;
    },
    follow(id) {
      const existing = running.get(id);
      if (existing !== undefined || closing) return Promise.resolve();
      const abort = new AbortController();
      const done = run(id, abort)
        .catch((cause: unknown) => onFailure(id, '', cause))
        .finally(() => running.delete(id));
      running.set(id, { abort, done });
      // The due loop goes on; the lease is renewed by the follower itself.
      return Promise.resolve();
    },
    async cancel(id) {
      const row = await store.get<CancelOrder>('upstream_cancel', id);
      if (row === null) return;
      const connector = connectors.get(row.value.connector);
      const cancelled = await connector?.upstream?.cancel(row.value.kept).then(
        () => true,
        () => false,
      );
      if (cancelled !== false || row.value.attempts + 1 >= CANCEL_ATTEMPTS) {
        await store.commit([{ op: 'remove', kind: 'upstream_cancel', id, version: row.version }]);
        return;
      }
      const attempts = row.value.attempts + 1;
      const due_at = (await store.now()) + 1000 * 4 ** attempts;
      await store.commit([
        {
          op: 'swap',
          kind: 'upstream_cancel',
          row: { ...row, version: row.version + 1, due_at, value: { ...row.value, attempts } },
        },
      ]);
    },
    async close() {
      closing = true;
      for (const { abort } of running.values()) abort.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

/** What a connector hears of a session. */
export function startOf(
  session: Pick<Session, 'id' | 'request' | 'client_name'> & { readonly choice: Choice | null },
  identifier: string | null,
): UpstreamStart {
  return {
    session_id: session.id,
    mode: session.choice?.mode ?? 'qr',
    identifier,
    request: upstreamRequestOf(session),
  };
}

export function upstreamRequestOf({ request, client_name }: Pick<Session, 'request' | 'client_name'>): UpstreamRequest {
  const { client_id, scope, prompt, linking, max_age, login_hint, ui_locales, acr_values } = request;
  return { client_id, client_name, scope, prompt, linking, max_age, login_hint, ui_locales, acr_values };
}

/** Due at once, for whichever node looks first. A follower may outlive its session by no more than an hour. */
function followRow(id: string, now: number): Write {
  const row: Row = { id, version: 1, expires_at: now + 3_600_000, due_at: now, value: null };
  return { op: 'insert', kind: 'upstream', row };
}

async function keepLease(store: Store, id: string): Promise<void> {
  const row = await store.get('upstream', id);
  if (row === null) return;
  const due_at = (await store.now()) + LEASE_MS;
  await store.commit([{ op: 'swap', kind: 'upstream', row: { ...row, version: row.version + 1, due_at } }]);
}

async function letGo(store: Store, id: string): Promise<void> {
  const row = await store.get('upstream', id);
  if (row !== null) await store.commit([{ op: 'remove', kind: 'upstream', id, version: row.version }]);
}
