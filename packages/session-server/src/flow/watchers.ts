import type { Bus } from '../bus/index.ts';
import type { BrowserPort } from './browser-port.ts';

/** Which sessions are watched by their browsers, at this process. */
export interface Watchers {
  readonly subscribe: BrowserPort['subscribe'];
  has(session_id: string): boolean;
}

export function createWatchers(bus: Pick<Bus, 'subscribe'>): Watchers {
  const counts = new Map<string, number>();
  const add = (session_id: string, by: number): void => {
    const count = (counts.get(session_id) ?? 0) + by;
    if (count === 0) counts.delete(session_id);
    else counts.set(session_id, count);
  };
  return {
    subscribe(session_id, listener) {
      const unsubscribe = bus.subscribe(session_id, listener);
      add(session_id, 1);
      let watches = true;
      return () => {
        unsubscribe();
        if (watches) add(session_id, -1);
        watches = false;
      };
    },
    has: (session_id) => counts.has(session_id),
  };
}
