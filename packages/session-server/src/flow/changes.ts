/** Who wants to know when a session changes, within this process. */
export interface Changes {
  publish(session_id: string): void;
  /** Calls `listener` after every change until the returned function is called. */
  subscribe(session_id: string, listener: () => void): () => void;
}

export function createChanges(): Changes {
  const listeners = new Map<string, Set<() => void>>();
  return {
    publish(id) {
      for (const listener of listeners.get(id) ?? []) listener();
    },
    subscribe(id, listener) {
      const own = (): void => listener();
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(own));
      return () => {
        set.delete(own);
        if (set.size === 0 && listeners.get(id) === set) listeners.delete(id);
      };
    },
  };
}
