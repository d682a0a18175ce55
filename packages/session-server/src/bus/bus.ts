import type { Session } from '../session/index.ts';

/** A session as it is now, and the store's time when it was stored, in ms since the epoch. */
export interface Change {
  readonly session: Session;
  readonly now: number;
}

/**
 * The change feed. It carries the new session, so that no listener has to load, open and parse it
 * again. A feed between processes may lose a message, repeat it, or bring it late: so a listener
 * compares `version`, and looks at the store from time to time all the same.
 */
export interface Bus {
  /** Tells everybody who listens to this session. */
  publish(change: Change): void;
  /** The session is as it was, and yet there is something to look at. */
  wake(session_id: string): void;
  /** Calls `listener` after every change, with null for a mere wake-up, until the returned function is called. It must not throw. */
  subscribe(session_id: string, listener: (change: Change | null) => void): () => void;
}
