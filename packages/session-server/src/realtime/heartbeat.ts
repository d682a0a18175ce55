import type { Schedule } from './schedule.ts';

export interface HeartbeatOptions<T> {
  readonly schedule: Pick<Schedule, 'after'>;
  /** Between two beats of one peer, ms; the first may come earlier. */
  readonly every_ms: number;
  /** May call `leave`. */
  readonly beat: (peer: T) => void;
}

export interface Heartbeat<T> {
  join(peer: T): void;
  leave(peer: T): void;
}

/** Peers are taken in this many turns, those that come together in different ones: a few are written to at once. */
const TURNS = 25;

/** One deadline for all peers: each turn is that of a part of them. */
export function createHeartbeat<T>({ schedule, every_ms, beat }: HeartbeatOptions<T>): Heartbeat<T> {
  const turns: readonly Set<T>[] = Array.from({ length: TURNS }, () => new Set());
  let size = 0;
  let joined = 0;
  let next = 0;
  let stop: (() => void) | null = null;

  const turn = (index: number): Set<T> => turns[index % TURNS]!;
  const wait = (): void => {
    stop = schedule.after(every_ms / TURNS, () => {
      stop = null;
      const peers = turn(next);
      next += 1;
      wait();
      // A peer that joins meanwhile is in another turn.
      for (const peer of peers) beat(peer);
    });
  };

  return {
    join(peer) {
      size += 1;
      turn(next + TURNS - 1 - (joined % TURNS)).add(peer);
      joined += 1;
      if (stop === null) wait();
    },
    leave(peer) {
      if (!turns.some((peers) => peers.delete(peer))) return;
      size -= 1;
      if (size > 0) return;
      stop?.();
      stop = null;
    },
  };
}
