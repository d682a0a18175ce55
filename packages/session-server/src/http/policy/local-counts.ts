import { hash } from 'node:crypto';
import type { Counted } from './shared-counts.ts';

/** Windows counted at a time; past that the oldest is forgotten, which lets its holder begin anew. */
const WINDOWS = 20_000;

/**
 * Counts requests in this process alone, one at each call, in a fixed amount of memory. Keys may be
 * secrets and of any length: only their hashes are kept.
 */
export function createLocalCounts(now: () => number): (key: string, window_ms: number) => Promise<Counted> {
  /** In the order in which the windows began. */
  const windows = new Map<string, { count: number; readonly resets_at: number }>();
  return (key, window_ms) => {
    const hashed = hash('sha256', key, 'base64');
    const known = windows.get(hashed);
    if (known !== undefined && known.resets_at > now()) {
      known.count += 1;
      return Promise.resolve({ ...known });
    }
    windows.delete(hashed);
    const [oldest] = windows.keys();
    if (windows.size >= WINDOWS && oldest !== undefined) windows.delete(oldest);
    const begun = { count: 1, resets_at: now() + window_ms };
    windows.set(hashed, begun);
    return Promise.resolve({ ...begun });
  };
}
