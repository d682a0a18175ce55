import type { Lifetimes } from './event.ts';
import type { InitializedSession, SessionCore } from './session.ts';

/** What is known of a session before it exists; the rest follows from the time. */
export type SessionStart = Omit<SessionCore, 'version' | 'created_at' | 'expires_at' | 'story'>;

/**
 * A session as it begins: version 1, no connector chosen, and `unscanned_ms` to be scanned in.
 * `now` is in ms since the epoch. A connector that is settled from the start is chosen by a `choose` event.
 */
export function initialSession(start: SessionStart, now: number, lifetimes: Lifetimes): InitializedSession {
  return {
    ...start,
    version: 1,
    created_at: now,
    expires_at: now + lifetimes.unscanned_ms,
    status: 'initialized',
    choice: null,
    upstream: null,
    trouble: null,
  };
}
