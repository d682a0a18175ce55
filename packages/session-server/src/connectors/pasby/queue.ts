import type { Timers } from '../../jobs/timers-port.ts';
import { isConnectorError } from '../connector.ts';

/** Requests that wait for the budget, one after the other: who came first goes first. */
export interface Queue {
  /** Resolves when the request may be made. Rejects when `signal` aborts, or with whatever else `take` throws. */
  turn(signal: AbortSignal): Promise<void>;
  /** Requests whose turn has not come, when the one in front was told to wait; else 0. */
  readonly held: number;
}

/** `take` throws `rate_limited` with the time to wait while there is no room. */
export function createQueue(take: () => Promise<void>, timers: Pick<Timers, 'sleep'>): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let refused = false;

  const front = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      try {
        await take();
        refused = false;
        return;
      } catch (cause) {
        if (!isConnectorError(cause) || cause.code !== 'rate_limited') throw cause;
        refused = true;
        await delay((cause.retry_after_s ?? 1) * 1000, signal, timers);
      }
    }
  };

  return {
    get held() {
      return refused ? waiting : 0;
    },
    async turn(signal) {
      waiting += 1;
      const mine = last.then(() => front(signal));
      last = mine.then(
        () => (waiting -= 1),
        () => {
          waiting -= 1;
          if (waiting === 0) refused = false;
        },
      );
      await untilAborted(mine, signal);
    },
  };
}

/** @throws the signal's reason */
export async function delay(ms: number, signal: AbortSignal, timers: Pick<Timers, 'sleep'>): Promise<void> {
  await timers.sleep(ms, signal);
  if (signal.aborted) throw asError(signal.reason);
}

/** A caller in the middle of the row that gives up does not wait for those in front. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(asError(signal.reason));
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException('given up', 'AbortError');
}
