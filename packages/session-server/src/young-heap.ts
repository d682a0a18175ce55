/** How much memory V8 takes for objects that are new, in a process that is the server's own. An app that mounts the server decides for itself. */
import type { Timers } from './jobs/timers-port.ts';

/**
 * Bytes. V8 doubles this room while much survives in it, up to 128 MiB, and gives it back minutes after a rush is over.
 * With a quarter of it a sign-in costs the same CPU, and a rush of pages that then wait leaves 96 MiB less.
 */
const MOST_BYTES = 32 * 1024 * 1024;
const LOOK_EVERY_MS = 1_000;
/** While a server starts, most of what is new stays: it is held at its smallest until then. `cli.ts` begins that. */
const START_MS = 3_000;

export interface Heap {
  /** Bytes that V8 has for new objects. */
  readonly size: () => number;
  /** 1: it grows no more; 2: it doubles, as V8 would by itself. */
  readonly grow: (factor: 1 | 2) => void;
}

const { getHeapSpaceStatistics, setFlagsFromString } = process.getBuiltinModule('node:v8');

const v8: Heap = {
  size: () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0,
  grow: (factor) => setFlagsFromString(`--semi-space-growth-factor=${factor}`),
};

/** Lets it grow once the server has started, and stops that where it has grown enough; until the returned function is called. */
export function boundYoungHeap({ after }: Pick<Timers, 'after'>, heap: Heap = v8): () => void {
  let factor: 1 | 2 | null = null;
  const look = (): void => {
    // V8 makes it smaller by itself where little is new.
    const next = heap.size() < MOST_BYTES ? 2 : 1;
    if (next !== factor) heap.grow(next);
    factor = next;
    stop = after(LOOK_EVERY_MS, look);
  };
  let stop = after(START_MS, look);
  return () => stop();
}
