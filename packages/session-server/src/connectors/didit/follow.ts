import {
  isConnectorError,
  type ConnectorContext,
  type UpstreamStart,
  type UpstreamStarted,
  type UpstreamStatus,
  type UpstreamTokens,
  unavailable,
} from '../connector.ts';
import type { Identity } from '../../session/index.ts';
import type { DiditSession, SessionApi } from './session-api.ts';
import { openNotifications } from './notifications.ts';
import type { ResolvedDiditOptions } from './options.ts';

/** Sessions that Didit ends before anybody scans are replaced this often; ours is over long before, unless Didit's clock is wrong. */
const RESTARTS = 20;
/** Calls that may fail in a row. */
const FAILURES = 5;
/** The longest wait between two failures, in ms. */
const BACKOFF_LIMIT_MS = 30_000;
/** Between two calls for the status at least, whatever the hints say, in ms; less where polls are more frequent. */
const GAP_MS = 250;
/** Answers in a row with a word that no document has, after which the code is not shown any more, */
const TAKEN_SERIOUSLY = 2;
/** and after which the sign-in ends: a minute with the default interval. */
const SURPRISES = 20;
/** After the second at which a session ends, in ms, so that Didit knows it too. */
const END_GRACE_MS = 500;

/** Who came, and what Didit issued with it. */
export interface Identified {
  readonly identity: Identity;
  readonly tokens: UpstreamTokens;
}

export interface FollowDependencies {
  readonly options: ResolvedDiditOptions;
  readonly context: ConnectorContext;
  readonly api: SessionApi;
  readonly begin: (
    start: UpstreamStart,
  ) => Promise<{ readonly session: DiditSession; readonly started: UpstreamStarted }>;
  readonly identify: (code: string, session: DiditSession) => Promise<Identified>;
}

/** Follows a session at Didit to its end; a hint by WebSocket or the clock says when to ask. */
export async function* follow(
  { options, context, api, begin, identify }: FollowDependencies,
  first: DiditSession,
  start: UpstreamStart,
  signal: AbortSignal,
): AsyncGenerator<UpstreamStatus, void> {
  const { timers } = context;
  let session = first;
  let notifications = openNotifications(options.notificationsEndpoint, session.session_token, timers);
  let retrieved = false;
  let restarts = 0;
  let failures = 0;
  let surprises = 0;

  /** What Didit says now; null after a failure that may pass, once the wait for it is over. */
  const attempt = async <T>(call: () => Promise<T>): Promise<T | null> => {
    try {
      const result = await call();
      failures = 0;
      return result;
    } catch (cause) {
      failures += 1;
      if (signal.aborted) return null;
      if (!isConnectorError(cause) || cause.code === 'callback_refused' || failures >= FAILURES) throw cause;
      const backoff = Math.min(options.pollWithoutPushMilliseconds * 2 ** (failures - 1), BACKOFF_LIMIT_MS);
      await timers.sleep(Math.max(backoff, (cause.retry_after_s ?? 0) * 1000), signal);
      return null;
    }
  };

  /** Who came, by a code that another follower read and may have used; null when it is good no more. */
  const resume = async (code: string): Promise<Identified | null> => {
    try {
      return await identify(code, session);
    } catch (cause) {
      // Used by a process that died over it, or too old: the next confirmed status makes another one.
      if (isConnectorError(cause) && cause.code === 'callback_refused') return null;
      throw cause;
    }
  };

  try {
    if (first.code !== null) {
      const identified = await resume(first.code);
      if (identified !== null) {
        yield { status: 'confirmed', ...identified };
        return;
      }
    }
    while (!signal.aborted) {
      const answer = await attempt(() => api.status(session, signal));
      if (signal.aborted) return;
      if (answer === null) continue;
      surprises = answer.status === 'unknown' ? surprises + 1 : 0;
      switch (answer.status) {
        case 'confirmed': {
          // Another call for the status would void this code: the next process that follows goes on with it.
          yield { status: 'provider_state', providerState: { ...session, code: answer.code } };
          yield { status: 'confirmed', ...(await identify(answer.code, session)) };
          return;
        }
        case 'declined':
          yield { status: 'declined' };
          return;
        case 'expired': {
          if (retrieved || restarts >= RESTARTS) {
            yield { status: 'expired' };
            return;
          }
          let begun = null;
          while (begun === null && !signal.aborted) begun = await attempt(() => begin(start));
          if (begun === null) return;
          restarts += 1;
          session = begun.session;
          notifications.close();
          notifications = openNotifications(options.notificationsEndpoint, session.session_token, timers);
          yield { status: 'restarted', started: begun.started };
          break;
        }
        case 'retrieved':
          if (!retrieved) yield { status: 'retrieved' };
          retrieved = true;
          break;
        case 'unknown':
          if (surprises === 1) context.log?.('Didit: status: a word that its documentation does not have');
          if (surprises >= SURPRISES) throw unavailable('Didit: status: a word that its documentation does not have');
          // It is not as it was: the code on the screen may be dead, and the person may be at it in the app.
          if (surprises >= TAKEN_SERIOUSLY && !retrieved) {
            retrieved = true;
            yield { status: 'retrieved' };
          }
          break;
        case 'initialized':
      }
      await timers.sleep(Math.min(GAP_MS, options.pollWithoutPushMilliseconds), signal);
      await notifications.wait(delay(), signal);
    }
  } finally {
    notifications.close();
  }

  /** Until the next look, in ms: by the interval, or when the session ends, if that is sooner. */
  function delay(): number {
    const interval =
      notifications.connected && surprises === 0 ? options.pollMilliseconds : options.pollWithoutPushMilliseconds;
    const left = session.expires_at === null ? Infinity : session.expires_at - context.now() + END_GRACE_MS;
    return left > 0 ? Math.min(interval, left) : interval;
  }
}
