import type { Store } from '../store/store.ts';
import type { NewEvent } from './event.ts';
import { type Recording, tellAlone } from './recording.ts';

/** A request that was refused, as the log has it. Nothing of the person is in it. */
export interface Refused {
  readonly request_id: string;
  readonly method: string;
  /** The pattern. */
  readonly route: string;
  readonly status: number;
  readonly error: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly client_id: string | null;
  readonly connector: string | null;
  readonly session_id: string | null;
}

/** Where the audit trail hears of what has no commit of its own. Returns at once, and never throws. */
export interface Notes {
  /** `network`: whose share it takes; it is not stored. */
  refused(refused: Refused, network: string): void;
  /** A limit was met that no request is answered for. */
  limited(limit: string): void;
  /** What the server or an operator did: nothing that a stranger can repeat. */
  tell(event: NewEvent): void;
  /** Resolves once what was noted is stored. */
  settled(): Promise<void>;
}

export interface NotesDependencies {
  readonly store: Store;
  readonly recording: Recording;
  /** A fresh id: 26 characters. */
  readonly newId: () => string;
  /** Ms of a clock that never goes back. */
  readonly elapsed: () => number;
  /** Whether the store has room for what strangers make it keep. */
  readonly hasRoom: () => Promise<boolean>;
}

/** So many refusals one process notes: of sign-ins, of requests that no sign-in is known of, and of limits that were met. */
const SHARES = {
  sign_in: { minute: 60, day: 5_000 },
  other: { minute: 20, day: 2_000 },
  limit: { minute: 20, day: 1_000 },
} as const;
/** Those of one network in a minute, of all kinds together but for limits: each of those is noted once. */
const PER_NETWORK = 10;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Most characters of a detail. */
const DETAIL_LIMIT = 300;

/**
 * Tells the audit trail of refusals after they are answered. A flood fills nothing: what is over a share is not stored,
 * and is found in the log alone. A limit that is met is told once a minute for each limit and network.
 */
export function createNotes({ store, recording, newId, elapsed, hasRoom }: NotesDependencies): Notes {
  const underWay = new Set<Promise<void>>();
  const minute = createWindow(MINUTE_MS, elapsed);
  const day = createWindow(DAY_MS, elapsed);

  const mayBeStored = (
    { error, detail, session_id }: Pick<Refused, 'error' | 'detail' | 'session_id'>,
    network: string,
  ): boolean => {
    const isLimit = error === 'rate_limited';
    const kind = isLimit ? 'limit' : session_id === null ? 'other' : 'sign_in';
    const own = isLimit ? JSON.stringify([detail, network]) : network;
    const isOver =
      minute.used(kind) >= SHARES[kind].minute ||
      day.used(kind) >= SHARES[kind].day ||
      minute.used(own) >= (isLimit ? 1 : PER_NETWORK);
    if (isOver) return false;
    // No more keys than refusals.
    minute.use(kind);
    day.use(kind);
    minute.use(own);
    return true;
  };
  const keep = (work: () => Promise<unknown>): void => {
    // A store that fails says so where a request needs it.
    const stored: Promise<void> = work()
      .then(() => undefined)
      .catch(() => undefined)
      .finally(() => underWay.delete(stored));
    underWay.add(stored);
  };
  const insert = (beside: string, session_id: string | null, event: NewEvent): Promise<unknown> =>
    tellAlone(store, recording, beside, session_id, event);

  return {
    refused(refused, network) {
      if (!mayBeStored(refused, network)) return;
      keep(async () => {
        if (await hasRoom()) await insert(refused.session_id ?? newId(), refused.session_id, eventOf(refused));
      });
    },
    limited(limit) {
      if (!mayBeStored({ error: 'rate_limited', detail: limit, session_id: null }, '')) return;
      const event: NewEvent = { type: 'request.refused', reason: 'rate_limited', detail: `the limit ${limit} was met` };
      keep(async () => {
        if (await hasRoom()) await insert(newId(), null, event);
      });
    },
    tell(event) {
      keep(() => insert(newId(), null, event));
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}

function eventOf({ request_id, client_id, connector, reason, detail, ...refused }: Refused): NewEvent {
  const { method, route, status, error } = refused;
  return {
    type: 'request.refused',
    request_id,
    client_id,
    connector,
    reason: reason ?? error,
    detail: detail?.slice(0, DETAIL_LIMIT) ?? null,
    data: { method, route, status, error },
  };
}

/** How often each key was used since the window began. */
function createWindow(
  length_ms: number,
  elapsed: () => number,
): { readonly used: (key: string) => number; readonly use: (key: string) => void } {
  let until = Number.NEGATIVE_INFINITY;
  const counts = new Map<string, number>();
  const used = (key: string): number => {
    if (elapsed() >= until) {
      until = elapsed() + length_ms;
      counts.clear();
    }
    return counts.get(key) ?? 0;
  };
  return { used, use: (key) => void counts.set(key, used(key) + 1) };
}
