import type { Secrets } from '../secrets/index.ts';
import type { AuthorizationRequest } from '../session/index.ts';
import type { Row, Store } from '../store/store.ts';
import { FlowError } from './flow.ts';

const URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';
/** A request that a session began with is remembered this much longer, so that it can never serve a second code, in ms. */
const RETENTION_MS = 3_600_000;
/** One that none began with: a minute in which a late page still reads that it is over, in ms. */
const UNUSED_MS = 60_000;
/** Sessions of one request that may be live at a time: a page that was reloaded, another tab. */
const LIVE_SESSIONS = 3;
/** Sessions that one request may begin in its life; a session that is renewed by its holder counts once. */
const SESSIONS_IN_ALL = 10;

interface PushedRequest {
  readonly request: AuthorizationRequest;
  /** Ms since the epoch. */
  readonly expires_at: number;
  /** The session whose code burned it; null while it may still be used. */
  readonly burned_by: string | null;
  /** Sessions that have a place, the oldest first. Requests that an older version stored lack these two. */
  readonly places?: readonly string[];
  /** How many sessions have begun. */
  readonly begun?: number;
}

/** What a `request_uri` that got about is held to: it was meant for one page. */
export type RequestLimit = 'live_sessions' | 'sessions_in_all';

export interface PushedRequestsDependencies {
  readonly store: Store;
  readonly lifetime_ms: number;
  readonly newId: () => string;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  readonly isLive: (session_id: string) => Promise<boolean>;
  /** Ends a session, and tells its watchers; false where it had ended. */
  readonly end: (session_id: string) => Promise<boolean>;
  readonly onLimit: (limit: RequestLimit, client_id: string) => void;
}

/** Authorization requests at rest (RFC 9126): opened and renewed as often as it takes, burned by the first code. */
export interface PushedRequests {
  push(request: AuthorizationRequest): Promise<{ readonly request_uri: string; readonly expires_in: number }>;
  /**
   * For a page: a request that was burned is good for it while the session of that code lives, which the
   * page may have kept. @throws FlowError `request_expired` when unknown, over, burned, another client's, or used up
   */
  look(client_id: string, request_uri: string): Promise<AuthorizationRequest>;
  /**
   * For a session that is to begin, or for the caller's `former`, which may have burned it; `id` is the row's.
   * @param former null where the caller has no session
   * @throws FlowError as `look`
   */
  open(
    client_id: string,
    request_uri: string,
    former: string | null,
  ): Promise<{ readonly id: string; readonly request: AuthorizationRequest }>;
  /** As `open`, for a session that already serves it. */
  reopen(id: string): Promise<AuthorizationRequest>;
  /**
   * Gives a session that has just begun its place; where all are taken the oldest session ends. A
   * renewal takes the place of the session that it `replaces`; where that has none any more, it
   * counts as another beginning. @throws FlowError `request_expired`, also when too many have begun
   */
  enter(id: string, session_id: string, replaces: string | null): Promise<void>;
  /** A session that serves another request now gives its place back: what begins here does not end it. */
  leave(id: string, session_id: string): Promise<void>;
  /** Claims the request for this session's codes; false when another session's code was first. */
  burn(id: string, session_id: string): Promise<boolean>;
}

export function createPushedRequests(deps: PushedRequestsDependencies): PushedRequests {
  const { store, lifetime_ms, newId } = deps;
  const over = (): FlowError =>
    new FlowError('request_expired', 'the authorization request is over: start again at the website');
  /** A `request_uri` begins sessions: the id of its row, which rests in the clear, must not tell it. */
  const rowId = (id: string): string => deps.secrets.fingerprint(JSON.stringify(['request', id]));
  const rowIdIn = (request_uri: string): string =>
    rowId(request_uri.startsWith(URI_PREFIX) ? request_uri.slice(URI_PREFIX.length) : '');
  /** `isGood`: whether it is usable although that session burned it. */
  const usable = async (
    id: string,
    isGood: (burned_by: string) => boolean | Promise<boolean> = () => false,
  ): Promise<Row<PushedRequest>> => {
    const row = await store.get<PushedRequest>('request', id);
    if (row === null || (await store.now()) >= row.value.expires_at) throw over();
    const { burned_by } = row.value;
    if (burned_by !== null && !(await isGood(burned_by))) throw over();
    return row;
  };
  const swap = ({ version, ...row }: Row<PushedRequest>, changes: Partial<PushedRequest>): Promise<boolean> => {
    const value = { ...row.value, ...changes };
    const changed = { ...row, version: version + 1, expires_at: value.expires_at + RETENTION_MS, value };
    return store.commit([{ op: 'swap', kind: 'request', row: changed }]);
  };
  const assertRoom = ({ request, begun = 0 }: PushedRequest): void => {
    if (begun < SESSIONS_IN_ALL) return;
    deps.onLimit('sessions_in_all', request.client_id);
    throw over();
  };
  const checked = (client_id: string, value: PushedRequest): AuthorizationRequest => {
    // Another client's request is as good as none: nothing is said about it.
    if (value.request.client_id !== client_id) throw over();
    // Before anything is asked of a provider for a session that would not last.
    if (value.burned_by === null) assertRoom(value);
    return value.request;
  };
  const liveOf = async (places: readonly string[]): Promise<readonly string[]> => {
    const live = await Promise.all(places.map((id) => deps.isLive(id)));
    return places.filter((_, i) => live[i]);
  };
  return {
    async push(request) {
      const expires_at = (await store.now()) + lifetime_ms;
      const value: PushedRequest = { request, expires_at, burned_by: null, places: [], begun: 0 };
      const id = newId();
      const row: Row = { id: rowId(id), version: 1, expires_at: expires_at + UNUSED_MS, due_at: null, value };
      if (!(await store.commit([{ op: 'insert', kind: 'request', row }])))
        throw new Error('a request id was drawn twice');
      return { request_uri: URI_PREFIX + id, expires_in: Math.floor(lifetime_ms / 1000) };
    },
    async look(client_id, request_uri) {
      const { value } = await usable(rowIdIn(request_uri), deps.isLive);
      return checked(client_id, value);
    },
    async open(client_id, request_uri, former) {
      const id = rowIdIn(request_uri);
      const { value } = await usable(id, (burned_by) => burned_by === former);
      return { id, request: checked(client_id, value) };
    },
    async reopen(id) {
      return (await usable(id)).value.request;
    },
    async enter(id, session_id, replaces) {
      for (;;) {
        const row = await usable(id);
        const { places = [], begun = 0 } = row.value;
        const renews = replaces !== null && places.includes(replaces);
        if (!renews) assertRoom(row.value);
        const live = await liveOf(places.filter((place) => place !== replaces));
        // The oldest ends before the new one has its place, so that no session is ever without one;
        // who comes at the same time finds that it has ended, and ends no other for the same reason.
        const surplus = live.slice(0, Math.max(0, live.length - LIVE_SESSIONS + 1));
        for (const oldest of surplus) {
          if (await deps.end(oldest)) deps.onLimit('live_sessions', row.value.request.client_id);
        }
        const kept = [...live.slice(surplus.length), session_id];
        if (await swap(row, { places: kept, begun: renews ? begun : begun + 1 })) return;
      }
    },
    async leave(id, session_id) {
      for (;;) {
        const row = await store.get<PushedRequest>('request', id);
        const { places = [] } = row?.value ?? {};
        if (row === null || !places.includes(session_id)) return;
        if (await swap(row, { places: places.filter((place) => place !== session_id) })) return;
      }
    },
    async burn(id, session_id) {
      for (;;) {
        const row = await store.get<PushedRequest>('request', id);
        // Gone: it was over long ago, so no other session can have begun with it since.
        if (row === null) return true;
        if (row.value.burned_by !== null) return row.value.burned_by === session_id;
        if (await swap(row, { burned_by: session_id })) return true;
      }
    },
  };
}
