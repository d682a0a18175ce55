import type { Worker } from '../jobs/index.ts';
import { SESSION, UPSTREAM, UPSTREAM_CANCEL } from './kinds.ts';

/** A process that dies over a row gives it back after this long, in ms. */
const LEASE_MS = 10_000;
/** Providers' sessions that one process follows at once: each holds a connection or a timer. */
export const FOLLOWERS = 5_000;
/** A follower whose process died loses the session to another one after this long, in ms; … */
const FOLLOW_LEASE_MS = 15_000;
/** … while it lives it renews that, this often, in ms. */
const FOLLOW_RENEW_MS = 5_000;

/** Orders that one process delivers at once: so many answers of slow providers keep no other order waiting. */
const TELLERS = 1_000;
/** Telling takes as long as a provider's answer, so its lease is renewed this often, in ms. */
const TELL_RENEW_MS = 3_000;

/** What is due, by the ids of its rows. */
interface DueWork {
  /** Ends the session if its time is over. */
  expire(session_id: string): Promise<void>;
  /** Does what is owed to a provider. */
  followUpstream(run: string, signal: AbortSignal): Promise<void>;
  cancelUpstream(id: string): Promise<void>;
}

/** What flow does later: sessions whose time is over end, and providers hear and are heard of. */
export function flowWorkers(flow: DueWork): readonly Worker[] {
  const short = { concurrency: 100, lease_ms: LEASE_MS, renew_ms: null };
  return [
    { ...short, kind: SESSION.name, handle: ({ id }) => flow.expire(id) },
    {
      kind: UPSTREAM.name,
      concurrency: FOLLOWERS,
      lease_ms: FOLLOW_LEASE_MS,
      renew_ms: FOLLOW_RENEW_MS,
      handle: ({ id }, signal) => flow.followUpstream(id, signal),
    },
    {
      kind: UPSTREAM_CANCEL.name,
      concurrency: TELLERS,
      lease_ms: LEASE_MS,
      renew_ms: TELL_RENEW_MS,
      handle: ({ id }) => flow.cancelUpstream(id),
    },
  ];
}
