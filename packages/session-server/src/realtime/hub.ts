import { isEnd, type Snapshot } from '@beckon/protocol';
import type { Change } from '../bus/index.ts';
import { FlowError, type BrowserPort, type SessionCredentials } from '../flow/index.ts';
import { GONE, type Deadline, type Schedule } from './schedule.ts';

/** Limits and delays of the hub. */
export const HUB_LIMITS = {
  /** Watchers of one session at a time, sockets and held polls together. */
  watchers: 32,
  /** The least time between two looks that time alone asks for, ms. */
  pause_ms: 500,
  /** After a failure of the store: the first retry, then twice as long each time, ms. */
  retry_ms: 500,
  retry_max_ms: 8_000,
} as const;

export type HubLimits = { readonly [K in keyof typeof HUB_LIMITS]: number };

/** A watcher: a socket's subscription or a held poll. Must not throw. */
export interface Watcher {
  /** The first snapshot, then every newer one. After an end there is no more. */
  snapshot(snapshot: Snapshot): void;
  /** There is nothing to watch (any more): unknown session, wrong secret, too many watchers. Final. */
  lost(error: FlowError): void;
}

export interface Hub {
  /**
   * Watches a session until `unwatch`, until an end was told or the watch is lost. Nothing is told before this returns.
   * @param credentials are kept: they must not change
   */
  watch(credentials: SessionCredentials, watcher: Watcher): Watching;
  /** Once more does nothing. */
  unwatch(watching: Watching): void;
  /**
   * The version that the watchers of these credentials were told last, where nothing but a change or the end of its
   * time makes it old; null where a look has to say. It is known here, and asks no store.
   */
  standing(credentials: SessionCredentials): number | null;
  /**
   * Looks at every watched session again, within `within_ms`, and tells what it sees, as new as it was or not: after a
   * change that no session tells by itself.
   */
  lookAgain(within_ms: number): void;
  /** How many sessions are watched, and by how many. */
  readonly sessions: number;
  readonly watchers: number;
  /** Forgets every watch without a message. */
  close(): void;
}

/** One watcher of a session; for `unwatch`. */
export interface Watching {
  readonly watcher: Watcher;
  /** null: it was refused. */
  readonly watch: Watch | null;
  /** The version that it was told last; -1 before the first. */
  told: number;
}

export interface HubOptions {
  readonly flow: Pick<BrowserPort, 'look' | 'subscribe'>;
  readonly schedule: Schedule;
  /** The store failed; the hub tries again by itself. For the log. */
  readonly onError: (error: unknown, session_id: string) => void;
  readonly limits?: Partial<HubLimits> | undefined;
}

/**
 * One watched session, which may wait for minutes beside thousands of others: it keeps no snapshot. A caller
 * with another secret shares nothing with those who brought the right one, and everybody here was let in by the same look.
 */
interface Watch extends Deadline {
  readonly key: string;
  readonly credentials: SessionCredentials;
  /** It is replaced, and never changed: who is told may leave, or bring another. */
  watchers: readonly Watching[];
  /** The newest version that was told; -1 before the first. */
  known: number;
  /** While `confirmed`, a look may bring another code. */
  confirmed: boolean;
  looking: boolean;
  /** What happened while a look was under way, to be looked at next: the newest change; null where the store is to be asked. */
  next: { readonly change: Change | null } | null;
  failures: number;
  unsubscribe: () => void;
}

/**
 * Who watches what. One flow subscription for a session however many watch it; after a change one
 * look (`flow.look`) for all of them, one at a time, and at most one more waiting: a burst of
 * changes costs two looks. While nothing happens nothing is looked at and nothing is told: the frames of a
 * QR code are told for the whole time that they can be scanned in, whose end is looked at.
 */
export function createHub({ flow, schedule, onError, limits: given }: HubOptions): Hub {
  const limits = { ...HUB_LIMITS, ...given };
  const watches = new Map<string, Watch>();

  /** The session's id: a text of its own for each watch would be a fortieth of its memory. Beside it, with the secret, for those who bring another one. */
  function keyOf({ session_id, session_secret }: SessionCredentials): string {
    const watch = watches.get(session_id);
    const isShared = watch === undefined || watch.credentials.session_secret === session_secret;
    return isShared ? session_id : `${session_id} ${session_secret}`;
  }

  function open(key: string, credentials: SessionCredentials): Watch {
    const watch: Watch = {
      key,
      credentials,
      watchers: NONE,
      known: -1,
      confirmed: false,
      looking: false,
      next: null,
      failures: 0,
      unsubscribe: nothing,
      at: 0,
      index: GONE,
      run: onDeadline,
    };
    watches.set(key, watch);
    // Subscribed before the first look, so that no change falls between the two.
    watch.unsubscribe = flow.subscribe(credentials.session_id, (change) => look(watch, change));
    return watch;
  }

  function drop(watch: Watch): void {
    if (watches.get(watch.key) !== watch) return;
    watches.delete(watch.key);
    watch.watchers = NONE;
    schedule.callOff(watch);
    watch.unsubscribe();
  }

  /** One for all watches. */
  function onDeadline(this: Watch): void {
    look(this);
  }

  function look(watch: Watch, change: Change | null = null): void {
    if (watches.get(watch.key) !== watch) return;
    // Messages may come late, or twice; and what a look changes by itself, it tells.
    if (change !== null && change.session.version <= watch.known) return;
    if (watch.looking) {
      watch.next = { change: watch.next === null ? change : newer(watch.next.change, change) };
      return;
    }
    watch.looking = true;
    schedule.callOff(watch);
    flow
      .look(watch.credentials, change)
      .then(
        (snapshot) => tell(watch, snapshot),
        (error: unknown) => fail(watch, error),
      )
      .catch((error: unknown) => onError(error, watch.credentials.session_id))
      .finally(() => {
        watch.looking = false;
        const { next } = watch;
        watch.next = null;
        if (next !== null) look(watch, next.change);
      });
  }

  function tell(watch: Watch, snapshot: Snapshot): void {
    watch.failures = 0;
    watch.known = Math.max(watch.known, snapshot.version);
    watch.confirmed = snapshot.status === 'confirmed';
    for (const watching of watch.watchers) {
      // A watcher that was told before it may have sent this one away.
      if (snapshot.version <= watching.told || !watch.watchers.includes(watching)) continue;
      watching.told = snapshot.version;
      watching.watcher.snapshot(snapshot);
    }
    if (isEnd(snapshot.status)) drop(watch);
    // Differences of the server's own times only: they need not be this node's clock.
    else lookIn(watch, Math.max(snapshot.expires_at * 1000 - snapshot.server_time_ms, limits.pause_ms));
  }

  function fail(watch: Watch, error: unknown): void {
    if (error instanceof FlowError && error.code !== 'server_error') {
      const { watchers } = watch;
      drop(watch);
      for (const { watcher } of watchers) watcher.lost(error);
      return;
    }
    onError(error, watch.credentials.session_id);
    lookIn(watch, Math.min(limits.retry_ms * 2 ** watch.failures, limits.retry_max_ms));
    watch.failures = Math.min(watch.failures + 1, 16);
  }

  function lookIn(watch: Watch, delay_ms: number): void {
    if (watches.get(watch.key) !== watch) return;
    schedule.put(watch, delay_ms);
  }

  return {
    watch(credentials, watcher) {
      const key = keyOf(credentials);
      const watch = watches.get(key) ?? open(key, credentials);
      if (watch.watchers.length >= limits.watchers) {
        const error = new FlowError('rate_limited', 'too many watch this session', 5);
        queueMicrotask(() => watcher.lost(error));
        return { watcher, watch: null, told: -1 };
      }
      const watching: Watching = { watcher, watch, told: -1 };
      watch.watchers = watch.watchers.concat(watching);
      look(watch);
      return watching;
    },
    unwatch(watching) {
      const { watch } = watching;
      if (watch === null) return;
      watch.watchers = watch.watchers.filter((one) => one !== watching);
      if (watch.watchers.length === 0) drop(watch);
    },
    standing(credentials) {
      const watch = watches.get(keyOf(credentials));
      const isSettled = watch !== undefined && watch.known >= 0 && !watch.looking && watch.failures === 0;
      return isSettled && !watch.confirmed ? watch.known : null;
    },
    lookAgain(within_ms) {
      let n = 0;
      for (const watch of watches.values()) {
        for (const watching of watch.watchers) watching.told = -1;
        if (watch.looking) watch.next = { change: null };
        // One after another: each asks the store.
        else schedule.put(watch, Math.floor((within_ms * n) / watches.size));
        n += 1;
      }
    },
    get sessions() {
      return watches.size;
    },
    get watchers() {
      let count = 0;
      for (const { watchers } of watches.values()) count += watchers.length;
      return count;
    },
    close() {
      for (const watch of watches.values()) drop(watch);
    },
  };
}

/** The newer change; null, which is a question to the store, answers both. */
function newer(one: Change | null, other: Change | null): Change | null {
  if (one === null || other === null) return null;
  return other.session.version < one.session.version ? one : other;
}

const NONE: readonly Watching[] = [];

function nothing(): void {}
