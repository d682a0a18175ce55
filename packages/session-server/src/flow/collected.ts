import { type Bus, type Change, lookUntil } from '../bus/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { Session } from '../session/index.ts';
import type { WalletPort } from './wallet-port.ts';
import type { SessionRows } from './session-rows.ts';

/** How long the phone waits to hear of the other screen, in ms: a screen that watches collects at once. */
const WAIT_MS = 2_000;

/**
 * Whether the browser that began has collected the code of a confirmed session. Waits for it without
 * looking again and again: changes of this process wake it, and the last look finds those of others.
 */
export function createCollected(
  rows: Pick<SessionRows, 'load'>,
  bus: Bus,
  timers: Pick<Timers, 'sleep'>,
  for_ms: number = WAIT_MS,
): WalletPort['collected'] {
  return async (session_id) => {
    let known = 0;
    const look = async (change: Change | null): Promise<boolean | null> => {
      // A message may come late: from before the confirmation, even.
      const newer = change !== null && change.session.version > known ? change : null;
      const { session } = newer ?? (await rows.load(session_id, (seen) => isCollected(seen.session) === true));
      known = session.version;
      return isCollected(session);
    };
    return (await lookUntil(session_id, look, { bus, timers, for_ms })) ?? false;
  };
}

/** Null while it may still be. */
function isCollected(session: Session): boolean | null {
  if (session.status === 'completed') return true;
  if (session.status !== 'confirmed') return false;
  // A code of a request that was replaced since has no owner any more.
  return session.code !== null && session.code.at > 0 ? true : null;
}
