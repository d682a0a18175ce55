import type { Timers } from '../jobs/index.ts';
import type { Session } from '../session/index.ts';
import type { Changes } from './changes.ts';
import type { WalletPort } from './wallet-port.ts';
import type { SessionRows } from './session-rows.ts';

/** How long the phone waits to hear of the other screen, in ms: a screen that watches collects at once. */
const WAIT_MS = 2_000;

/**
 * Whether the browser that began has collected the code of a confirmed session. Waits for it without
 * looking again and again: changes of this process wake it, and the last look finds those of others.
 */
export function createCollected(
  rows: SessionRows,
  changes: Changes,
  timers: Pick<Timers, 'sleep'>,
  wait_ms: number = WAIT_MS,
): WalletPort['collected'] {
  return async (session_id) => {
    const answered = new AbortController();
    const over = timers.sleep(wait_ms, answered.signal).then(() => true);
    let changed = Promise.withResolvers<boolean>();
    const unsubscribe = changes.subscribe(session_id, () => changed.resolve(false));
    try {
      for (let last = false; ; last = await Promise.race([over, changed.promise])) {
        // Before looking: what changes meanwhile is looked at again.
        changed = Promise.withResolvers();
        const collected = isCollected((await rows.load(session_id)).session);
        if (collected !== null || last) return collected ?? false;
      }
    } finally {
      answered.abort();
      unsubscribe();
    }
  };
}

/** Null while it may still be. */
function isCollected(session: Session): boolean | null {
  if (session.status === 'completed') return true;
  if (session.status !== 'confirmed') return false;
  // A code of a request that was replaced since is nobody's any more.
  return session.code !== null && session.code.at > 0 ? true : null;
}
