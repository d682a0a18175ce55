import { isEnd, type Snapshot } from '@beckon/protocol';
import { FlowError, type BrowserPort, type SessionCredentials } from '../flow/index.ts';
import type { Hub } from './hub.ts';
import { createNetworkShares } from './network-shares.ts';
import type { Schedule } from './schedule.ts';

export const POLL_LIMITS = {
  /** A poll is held this long at most, seconds. Below the 30 s after which common proxies give up. */
  wait_s: 25,
  /** Polls held at a time by this process. */
  held: 5_000,
  /** Polls of one network (/24, /64; a /48 has four times as many): a tenth, so that no network holds all. */
  held_per_network: 500,
  /** What a poll over that limit is told to wait, seconds. */
  retry_after_s: 5,
} as const;

export type PollLimits = { readonly [K in keyof typeof POLL_LIMITS]: number };

export interface PollRequest {
  readonly credentials: SessionCredentials;
  /** The client address. */
  readonly address: string;
  /** The version that the caller has; null answers at once. */
  readonly after: number | null;
  /** Seconds; cut to `POLL_LIMITS.wait_s`. */
  readonly wait_s: number;
  /** Aborted when the caller went away. */
  readonly signal: AbortSignal;
}

/** The backend of a website waits for a session of its own. */
export interface ClientPollRequest extends Omit<PollRequest, 'credentials'> {
  readonly session_id: string;
  readonly client_id: string;
}

export interface Polls {
  /**
   * The snapshot: at once when it is newer than `after`, else as soon as it is, else the one that still holds when
   * the wait is over. An ended session is answered at once: nothing newer can come.
   * @throws FlowError as `flow.snapshot` does; `rate_limited` when too many polls are held, in all or for that network.
   * @throws the signal's reason when the caller went away.
   */
  waitForChange(request: PollRequest): Promise<Snapshot>;
  /** The same for the backend of the session's website: what `flow.statusFor` says. @throws as `waitForChange` */
  waitForClient(request: ClientPollRequest): Promise<Snapshot>;
  /** How many polls are held. */
  readonly held: number;
  /** Answers every held poll with what it has, and holds no more: the server is going away. */
  close(): void;
}

export interface PollOptions {
  readonly flow: Pick<BrowserPort, 'snapshot' | 'statusFor' | 'subscribe'>;
  readonly hub: Hub;
  readonly schedule: Schedule;
  /** Multiplies a network's share, up to all, when above 1. Default 1. */
  readonly factor?: number | undefined;
  /** A poll was not held, for there is no place. For metrics. */
  readonly onRefused?: (() => void) | undefined;
  readonly limits?: Partial<PollLimits> | undefined;
}

/** How often a poll of a backend looks for what another node did, in ms. */
const LOOK_MS = 2_000;

export function createPolls({ flow, hub, schedule, factor, onRefused, limits: given }: PollOptions): Polls {
  const limits = { ...POLL_LIMITS, ...given };
  const shares = createNetworkShares({ total: limits.held, per_network: limits.held_per_network, factor });
  const held = new Set<() => void>();
  let closed = false;

  /** Holds a poll that has nothing new yet; `first` is what it would be told now. */
  function hold(request: PollRequest, first: Snapshot, wait_ms: number, release: () => void): Promise<Snapshot> {
    const { credentials, signal } = request;
    const { promise, resolve, reject } = Promise.withResolvers<Snapshot>();
    const answer = (): void => resolve(first);
    const leave = (): void => reject(signal.reason as Error);

    const watching = hub.watch(credentials, {
      snapshot(snapshot) {
        // The hub's first word is what `first` said already, unless something happened in between.
        if (snapshot.version > first.version) resolve(snapshot);
      },
      lost: reject,
    });
    // With the server's time of then, by which the caller sets its clock.
    const stopTimer = schedule.after(wait_ms, () => resolve(flow.snapshot(credentials)));
    held.add(answer);
    signal.addEventListener('abort', leave, { once: true });
    return promise.finally(() => {
      release();
      hub.unwatch(watching);
      stopTimer();
      held.delete(answer);
      signal.removeEventListener('abort', leave);
    });
  }

  /** The same for a website's backend: it looks after each change of the session, and now and then for those of other nodes. */
  function holdForClient(
    { session_id, client_id, signal }: ClientPollRequest,
    first: Snapshot,
    wait_ms: number,
    release: () => void,
  ): Promise<Snapshot> {
    const { promise, resolve, reject } = Promise.withResolvers<Snapshot>();
    const answer = (): void => resolve(first);
    const leave = (): void => reject(signal.reason as Error);
    let last = first;
    const look = async (): Promise<void> => {
      last = await flow.statusFor(session_id, client_id);
      if (last.version > first.version) resolve(last);
    };
    const unsubscribe = flow.subscribe(session_id, () => void look().catch(reject));
    let stopLooking = (): void => undefined;
    const lookOn = (): void => {
      stopLooking = schedule.after(LOOK_MS, () => {
        lookOn();
        look().catch(reject);
      });
    };
    lookOn();
    // Something may have happened between the first look and the subscription.
    look().catch(reject);
    const stopTimer = schedule.after(wait_ms, () => void look().then(() => resolve(last), reject));
    held.add(answer);
    signal.addEventListener('abort', leave, { once: true });
    return promise.finally(() => {
      release();
      unsubscribe();
      stopLooking();
      stopTimer();
      held.delete(answer);
      signal.removeEventListener('abort', leave);
    });
  }

  /** What is newer than the caller has at once, else held. */
  async function answered<R extends Omit<PollRequest, 'credentials'>>(
    request: R,
    look: () => Promise<Snapshot>,
    holding: (request: R, first: Snapshot, wait_ms: number, release: () => void) => Promise<Snapshot>,
  ): Promise<Snapshot> {
    const { after, signal } = request;
    const first = await look();
    signal.throwIfAborted();
    const wait_ms = Math.min(request.wait_s, limits.wait_s) * 1000;
    const hasNews = after === null || first.version > after || isEnd(first.status);
    if (hasNews || wait_ms <= 0 || closed) return first;
    const release = shares.take(request.address);
    if (release === null) {
      onRefused?.();
      throw new FlowError('rate_limited', 'too many requests are waiting', limits.retry_after_s);
    }
    return holding(request, first, wait_ms, release);
  }

  return {
    waitForChange: (request) => answered(request, () => flow.snapshot(request.credentials), hold),
    waitForClient: (request) =>
      answered(request, () => flow.statusFor(request.session_id, request.client_id), holdForClient),
    get held() {
      return held.size;
    },
    close() {
      closed = true;
      for (const answer of held) answer();
    },
  };
}
