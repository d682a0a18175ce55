import type { Secrets } from '../secrets/index.ts';
import type { AuthorizationRequest } from '../session/index.ts';
import type { Next } from '../store/collection.ts';
import { type KeptRows, keptCollectionOf } from '../store/kept-rows.ts';
import { partitionOf } from '../store/partition.ts';
import type { At, Row, Store, Write } from '../store/store.ts';
import { FlowError } from './flow-error.ts';
import type { Ids } from './ids.ts';
import { type PushedRequest, REQUEST } from './kinds.ts';

const URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';
/** A request that a session began with is remembered this much longer, so that it can never serve a second code, in ms. */
const RETENTION_MS = 3_600_000;
/** One that none began with: a minute in which a late page still reads that it is over, in ms. */
const UNUSED_MS = 60_000;
/** Sessions of one request that may be live at a time: a page that was reloaded, another tab. */
const LIVE_SESSIONS = 3;
/** Sessions that one request may begin in its life; a session that is renewed by its holder counts once. */
const SESSIONS_IN_ALL = 10;
/** What a `request_uri` of release 0.1 ends with, which stored its request under that id. Later ones have two digits more. */
const ID_OF_0_1 = /^[0-9A-HJKMNP-TV-Z]{26}$/;
/** The key under which a request is sealed that its page carries. */
const CARRIED = 'carried_request';

/** What a `request_uri` that got about is held to: it was meant for one page. */
export type RequestLimit = 'live_sessions' | 'sessions_in_all';

export interface PushedRequestsDependencies {
  readonly store: Pick<Store, 'now'>;
  readonly kept: KeptRows;
  readonly lifetime_ms: number;
  readonly ids: Ids;
  readonly secrets: Pick<Secrets, 'fingerprint' | 'seal' | 'open'>;
  readonly isLive: (session_id: string) => Promise<boolean>;
  /** Ends a session, and tells its watchers; false where it had ended. */
  readonly end: (session_id: string) => Promise<boolean>;
  readonly onLimit: (limit: RequestLimit, client_id: string) => void;
}

/** A `request_uri` and for how long it is good, in seconds. */
export interface RequestUri {
  readonly request_uri: string;
  readonly expires_in: number;
}

/** A request that may be signed in for. */
export interface OpenRequest {
  /** The id of its row, of which its partition is. */
  readonly id: string;
  readonly request: AuthorizationRequest;
  /** Its row as it was read, or is known; null where it was not looked for, or is none. */
  readonly row: Row<PushedRequest> | null;
  /** What is to rest once a session begins; null where it rests already. */
  readonly carried: PushedRequest | null;
}

/** Authorization requests (RFC 9126): opened and renewed as often as it takes, consumed by the first code. */
export interface PushedRequests {
  /** Rests a request of a client's backend. */
  push(request: AuthorizationRequest): Promise<RequestUri>;
  /** Seals a request into its own `request_uri`, for a page to carry: nothing rests before a session begins. */
  carry(request: AuthorizationRequest): Promise<RequestUri>;
  /**
   * For a page: a request that was consumed is good for it while the session of that code lives, which the
   * page may have kept. @throws FlowError `request_expired` when unknown, over, consumed, another client's, or used up
   */
  look(client_id: string, request_uri: string): Promise<AuthorizationRequest>;
  /**
   * For a session that is to begin, or for the caller's `former`, which may have consumed it.
   * @param former null where the caller has no session
   * @throws FlowError as `look`
   */
  open(client_id: string, request_uri: string, former: string | null): Promise<OpenRequest>;
  /** As `open`, for a session that already serves it; `id` is the row's. */
  reopen(id: string): Promise<OpenRequest>;
  /**
   * Gives a session its place, and stores what `beside` answers with it: the session itself where it
   * begins here. Where all places are taken the oldest session ends. A renewal takes the place of the
   * session that it `replaces`; where that has none any more, it counts as another beginning.
   * @throws FlowError `request_expired`, also when too many have begun
   */
  enter(
    request: OpenRequest,
    session_id: string,
    options: { readonly replaces: string | null; readonly beside: (now: number) => readonly Write[] },
  ): Promise<void>;
  /** A session that serves another request now gives its place back: what begins here does not end it. */
  leave(id: string, session_id: string): Promise<void>;
  /**
   * The write that claims the request for this session's codes, to be stored with the first of them; none where it has
   * claimed it before. Null where another session's code was first. It may be made of a row that is old: then the commit
   * does not hold, and `consume` finds out.
   */
  consuming(id: string, session_id: string): Promise<readonly Write[] | null>;
  /** Claims the request for this session's codes; false when another session's code was first. */
  consume(id: string, session_id: string): Promise<boolean>;
}

export function createPushedRequests(deps: PushedRequestsDependencies): PushedRequests {
  const { store, kept, lifetime_ms, ids, secrets } = deps;
  const requests = keptCollectionOf(kept, REQUEST);
  const expires_in = Math.floor(lifetime_ms / 1000);
  const over = (): FlowError =>
    new FlowError('request_expired', 'the authorization request is over: start again at the website');
  /** A `request_uri` begins sessions: the id of its row, which rests in the clear, must not tell it. */
  const rowId = (id: string): string =>
    ID_OF_0_1.test(id) ? id : `${partitionOf(id)}.${secrets.fingerprint(JSON.stringify(['request', id]))}`;
  const fresh = (request: AuthorizationRequest, now: number): PushedRequest => ({
    request,
    expires_at: now + lifetime_ms,
    consumed_by: null,
    places: [],
    begun: 0,
  });
  const used = (value: PushedRequest): Next<PushedRequest> => ({ value, expires_at: value.expires_at + RETENTION_MS });

  const seal = (id: string, value: PushedRequest): string => {
    const plain = JSON.stringify([value.request, value.expires_at]);
    return Buffer.from(secrets.seal(Buffer.from(plain), CARRIED, id)).toString('base64url');
  };
  /** Null for what this server did not seal. */
  const unseal = (id: string, sealed: string): PushedRequest | null => {
    try {
      const plain = Buffer.from(secrets.open(Buffer.from(sealed, 'base64url'), CARRIED, id)).toString();
      const [request, expires_at] = JSON.parse(plain) as [AuthorizationRequest, number];
      return { ...fresh(request, 0), expires_at };
    } catch {
      return null;
    }
  };

  /** The row as it is known, or as the store has it: a request that is over, consumed or used up is so for ever. */
  const find = async (id: string): Promise<At & { readonly row: Row<PushedRequest> | null }> =>
    requests.known(id) ?? (await requests.get(id));
  /** The request as it rests, or as its page carries it. `isGood`: whether it is usable although that session consumed it. */
  const usable = async (
    id: string,
    carried: PushedRequest | null,
    isGood: (consumed_by: string) => boolean | Promise<boolean> = () => false,
  ): Promise<{ readonly value: PushedRequest; readonly row: Row<PushedRequest> | null }> => {
    const { row, now } = await find(id);
    const value = row?.value ?? carried;
    if (value === null || now >= value.expires_at) throw over();
    const { consumed_by } = value;
    if (consumed_by !== null && !(await isGood(consumed_by))) throw over();
    return { value, row };
  };
  const named = (request_uri: string): { readonly id: string; readonly carried: PushedRequest | null } => {
    const text = request_uri.startsWith(URI_PREFIX) ? request_uri.slice(URI_PREFIX.length) : '';
    const [id = '', sealed = ''] = text.split('.');
    return { id: rowId(id), carried: sealed === '' ? null : unseal(id, sealed) };
  };
  const assertRoom = ({ request, begun }: PushedRequest): void => {
    if (begun < SESSIONS_IN_ALL) return;
    deps.onLimit('sessions_in_all', request.client_id);
    throw over();
  };
  const checked = (client_id: string, value: PushedRequest): AuthorizationRequest => {
    // Another client's request is as good as none: nothing is said about it.
    if (value.request.client_id !== client_id) throw over();
    // Before anything is asked of a provider for a session that would not last.
    if (value.consumed_by === null) assertRoom(value);
    return value.request;
  };
  const liveOf = async (places: readonly string[]): Promise<readonly string[]> => {
    const live = await Promise.all(places.map((id) => deps.isLive(id)));
    return places.filter((_, i) => live[i]);
  };

  const leave = async (id: string, session_id: string): Promise<void> => {
    await requests.update(id, (row) => {
      if (row === null || !row.value.places.includes(session_id)) return null;
      return used({ ...row.value, places: row.value.places.filter((place) => place !== session_id) });
    });
  };

  return {
    async push(request) {
      const id = ids.first();
      const { row } = await requests.insert(rowId(id), (now) => {
        const value = fresh(request, now);
        return { value, expires_at: value.expires_at + UNUSED_MS };
      });
      if (row === null) throw new Error('a request id was drawn twice');
      return { request_uri: URI_PREFIX + id, expires_in };
    },
    async carry(request) {
      const id = ids.first();
      // Nothing is read or written here that could say the time.
      const value = fresh(request, await store.now());
      return { request_uri: `${URI_PREFIX}${id}.${seal(id, value)}`, expires_in };
    },
    async look(client_id, request_uri) {
      const { id, carried } = named(request_uri);
      return checked(client_id, (await usable(id, carried, deps.isLive)).value);
    },
    async open(client_id, request_uri, former) {
      const { id, carried } = named(request_uri);
      // Most requests that a page carries begin their first session here: `enter` finds out.
      if (carried !== null && former === null) return { id, request: checked(client_id, carried), row: null, carried };
      const { value, row } = await usable(id, carried, (consumed_by) => consumed_by === former);
      return { id, request: checked(client_id, value), row, carried: row === null ? value : null };
    },
    async reopen(id) {
      const { value, row } = await usable(id, null);
      return { id, request: value.request, row, carried: null };
    },
    async enter({ id, request, row: known, carried }, session_id, { replaces, beside }) {
      const entered = (value: PushedRequest | null, now: number): Next<PushedRequest> => {
        if (value === null || now >= value.expires_at || value.consumed_by !== null) throw over();
        const renews = replaces !== null && value.places.includes(replaces);
        if (!renews) assertRoom(value);
        const places = [...value.places.filter((place) => place !== replaces), session_id];
        const begun = renews ? value.begun : value.begun + 1;
        return { ...used({ ...value, places, begun }), also: beside(now) };
      };
      /** What will do most often, without another look at the row. */
      const atOnce = async (): Promise<Row<PushedRequest> | null> => {
        if (known !== null)
          return (await requests.attempt(known, ({ value }, now) => entered(value, now)))?.row ?? null;
        return carried === null ? null : (await requests.insert(id, (now) => entered(carried, now))).row;
      };
      const row =
        (await atOnce()) ?? (await requests.update(id, (found, now) => entered(found?.value ?? carried, now))).row;
      const places = row?.value.places ?? [];
      if (places.length <= LIVE_SESSIONS) return;
      // Each has its place from its first moment on; of several that come at once the last to look ends what is too much.
      const live = await liveOf(places);
      for (const oldest of live.slice(0, Math.max(0, live.length - LIVE_SESSIONS))) {
        if (await deps.end(oldest)) deps.onLimit('live_sessions', request.client_id);
        // Without its place, its renewal counts as another beginning.
        await leave(id, oldest);
      }
    },
    leave,
    async consuming(id, session_id) {
      const { row } = await find(id);
      // Gone: it was over long ago, so no other session can have begun with it since.
      if (row === null || row.value.consumed_by === session_id) return [];
      if (row.value.consumed_by !== null) return null;
      return [requests.swapping(row, used({ ...row.value, consumed_by: session_id }))];
    },
    async consume(id, session_id) {
      const { row } = await requests.update(id, (found) =>
        found === null || found.value.consumed_by !== null ? null : used({ ...found.value, consumed_by: session_id }),
      );
      // Gone: it was over long ago, so no other session can have begun with it since.
      return row === null || row.value.consumed_by === session_id;
    },
  };
}
