import type { Bus, Change } from './bus.ts';

export interface InProcessBus extends Bus {
  /** The sessions that have a listener now. */
  listened(): readonly string[];
}

/** The feed within one process: every listener is told before `publish` returns. */
export function createInProcessBus(): InProcessBus {
  const listeners = new Map<string, Set<(change: Change | null) => void>>();
  const tell = (id: string, change: Change | null): void => {
    for (const listener of listeners.get(id) ?? []) listener(change);
  };
  return {
    publish: (change) => tell(change.session.id, change),
    wake: (id) => tell(id, null),
    subscribe(id, listener) {
      const own = (change: Change | null): void => listener(change);
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(own));
      return () => {
        set.delete(own);
        if (set.size === 0 && listeners.get(id) === set) listeners.delete(id);
      };
    },
    listened: () => [...listeners.keys()],
  };
}
