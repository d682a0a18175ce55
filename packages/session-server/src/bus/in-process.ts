import type { Bus, Change } from './bus.ts';

interface Listening {
  readonly hear: (change: Change | null) => void;
  /** No more once it unsubscribed, also while a change is being told. */
  hears: boolean;
}

const NONE: readonly Listening[] = [];

export interface InProcessBus extends Bus {
  /** The sessions that have a listener now. */
  listened(): readonly string[];
}

/** The feed within one process: every listener is told before `publish` returns. */
export function createInProcessBus(): InProcessBus {
  /** Of a session with one listener, as most have, that alone: thousands are listened to at a time. */
  const listeners = new Map<string, Listening | readonly Listening[]>();
  const of = (id: string): readonly Listening[] => {
    const found = listeners.get(id) ?? NONE;
    return 'hear' in found ? [found] : found;
  };
  const keep = (id: string, kept: readonly Listening[]): void => {
    const [only, another] = kept;
    if (only === undefined) listeners.delete(id);
    else listeners.set(id, another === undefined ? only : kept);
  };
  const tell = (id: string, change: Change | null): void => {
    for (const each of of(id)) if (each.hears) each.hear(change);
  };
  return {
    publish: (change) => tell(change.session.id, change),
    wake: (id) => tell(id, null),
    subscribe(id, listener) {
      const own: Listening = { hear: listener, hears: true };
      keep(id, [...of(id), own]);
      return () => {
        if (!own.hears) return;
        own.hears = false;
        keep(
          id,
          of(id).filter((each) => each !== own),
        );
      };
    },
    listened: () => [...listeners.keys()],
  };
}
