import type { Worker } from '../jobs/index.ts';
import type { Flow } from './flow.ts';

/** A process that dies over a row gives it back after this long, in ms. */
const LEASE_MS = 10_000;

/** What flow does later: sessions whose time is over end, and providers hear and are heard of. */
export function flowWorkers(flow: Pick<Flow, 'expire' | 'followUpstream' | 'cancelUpstream'>): readonly Worker[] {
  // Each is short: a follower goes on by itself, under a lease of its own.
  const short = { concurrency: 100, lease_ms: LEASE_MS, renew_ms: null };
  return [
    { ...short, kind: 'session', handle: ({ id }) => flow.expire(id) },
    { ...short, kind: 'upstream', handle: ({ id }) => flow.followUpstream(id) },
    { ...short, kind: 'upstream_cancel', handle: ({ id }) => flow.cancelUpstream(id) },
  ];
}
