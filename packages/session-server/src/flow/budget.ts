import { ConnectorError, type Budget } from '../connectors/connector.ts';
import type { Store } from '../store/store.ts';

/** When what was taken was taken, ms since the epoch, oldest first: never more entries than the limit. */
type Log = readonly number[];

/**
 * A budget that every node shares: a sliding log in one row, so that no window of `window_ms`,
 * however it is laid, sees more than `limit`. A fixed window would let twice as much through
 * around its border.
 */
export function createBudget(store: Store, name: string, limit: number, window_ms: number): Budget {
  return {
    async take(count) {
      if (count > limit) throw new RangeError(`a budget of ${limit} never has ${count}`);
      for (;;) {
        const row = await store.get<Log>('budget', name);
        const now = await store.now();
        const log = (row?.value ?? []).filter((at) => at > now - window_ms);
        if (log.length + count > limit) {
          // Room comes when the entries that are in the way fall out of the window.
          const freed = log[log.length + count - limit - 1] ?? now;
          const wait_ms = freed + window_ms - now;
          throw new ConnectorError(
            'rate_limited',
            'too many sign-ins with this identity app right now',
            `the budget "${name}" of ${limit} in ${window_ms} ms is used up`,
            Math.max(1, Math.ceil(wait_ms / 1000)),
          );
        }
        const taken = [...log, ...Array.from({ length: count }, () => now)];
        const next = {
          id: name,
          version: (row?.version ?? 0) + 1,
          expires_at: now + window_ms,
          due_at: null,
          value: taken,
        };
        if (await store.commit([{ op: row === null ? 'insert' : 'swap', kind: 'budget', row: next }])) return;
      }
    },
  };
}
