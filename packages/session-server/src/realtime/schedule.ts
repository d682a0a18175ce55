import type { Timers } from '../jobs/timers-port.ts';

/**
 * Many deadlines over one timer: a binary heap of what is due, and a single timer for the earliest.
 * Ten thousand sockets so cost one timer, and a deadline that is called off leaves at once.
 */
export interface Schedule {
  after(delay_ms: number, run: () => void): () => void;
  /** The same without a function for each: for what is kept by the thousand. One that waits already is put off. */
  put(deadline: Deadline, delay_ms: number): void;
  /** Calls it off; nothing where it does not wait. */
  callOff(deadline: Deadline): void;
  /** Ms of the clock that it goes by, which never goes back. */
  elapsed(): number;
  /** How many deadlines are waiting. */
  readonly size: number;
  /** Calls all of them off. */
  clear(): void;
}

/** What is due at some time. The fields are the schedule's own. */
export interface Deadline {
  /** Begins at 0. */
  at: number;
  /** Place in the heap, or `DUE` or `GONE`. */
  index: number;
  run(): void;
}

/** Waits not yet, ran, or was called off: how a deadline begins. */
export const GONE = -1;
/** Taken out of the heap, about to run. */
const DUE = -2;

export function createSchedule(timers: Pick<Timers, 'elapsed' | 'after'>): Schedule {
  const heap: Deadline[] = [];
  /** Of the ring that is under way: out of the heap, not yet run. */
  const due: Deadline[] = [];
  let stopTimer: (() => void) | null = null;
  let timerAt = Number.POSITIVE_INFINITY;

  function place(deadline: Deadline, index: number): void {
    heap[index] = deadline;
    deadline.index = index;
  }

  function rise(deadline: Deadline, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || parent.at <= deadline.at) break;
      place(parent, index);
      index = above;
    }
    place(deadline, index);
  }

  function sink(deadline: Deadline, from: number): void {
    let index = from;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const child = left !== undefined && right !== undefined && right.at < left.at ? right : left;
      if (child === undefined || child.at >= deadline.at) break;
      const below = child.index;
      place(child, index);
      index = below;
    }
    place(deadline, index);
  }

  function remove(deadline: Deadline): void {
    const { index } = deadline;
    if (index < 0) return;
    deadline.index = GONE;
    const last = heap.pop();
    if (last === undefined || last === deadline) return;
    rise(last, index);
    sink(last, last.index);
  }

  function arm(): void {
    const next = heap[0]?.at ?? Number.POSITIVE_INFINITY;
    if (next === timerAt) return;
    stopTimer?.();
    timerAt = next;
    stopTimer = next === Number.POSITIVE_INFINITY ? null : timers.after(Math.max(0, next - timers.elapsed()), ring);
  }

  function ring(): void {
    stopTimer = null;
    timerAt = Number.POSITIVE_INFINITY;
    // Taken out first: what a run schedules for "now" waits for the next ring, so that this one ends.
    const now = timers.elapsed();
    for (let first = heap[0]; first !== undefined && first.at <= now; first = heap[0]) {
      remove(first);
      first.index = DUE;
      due.push(first);
    }
    try {
      for (let next = due.shift(); next !== undefined; next = due.shift()) {
        // Called off by an earlier one of this very ring.
        if (next.index !== DUE) continue;
        next.index = GONE;
        next.run();
      }
    } finally {
      // After a run that threw, the rest still gets its turn.
      for (const left of due.splice(0)) if (left.index === DUE) rise(left, heap.length);
      arm();
    }
  }

  function put(deadline: Deadline, delay_ms: number): void {
    takeOut(deadline);
    deadline.at = timers.elapsed() + delay_ms;
    rise(deadline, heap.length);
    arm();
  }

  function callOff(deadline: Deadline): void {
    takeOut(deadline);
    arm();
  }

  function takeOut(deadline: Deadline): void {
    if (deadline.index === DUE) deadline.index = GONE;
    remove(deadline);
  }

  return {
    elapsed: timers.elapsed,
    after(delay_ms, run) {
      const deadline: Deadline = { at: 0, index: GONE, run };
      put(deadline, delay_ms);
      return () => callOff(deadline);
    },
    put,
    callOff,
    get size() {
      return heap.length;
    },
    clear() {
      for (const deadline of [...heap.splice(0), ...due.splice(0)]) deadline.index = GONE;
      arm();
    },
  };
}
