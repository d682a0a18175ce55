/** Numbers that a seed decides, so that a run can be made again. */
export interface Random {
  /** From 0 to 1, without 1. */
  next(): number;
  /** A whole number from 0 to `below`, without that. */
  int(below: number): number;
  /** True in that part of all cases. */
  chance(part: number): boolean;
  /** @throws RangeError for an empty list */
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32: small, and even enough to choose requests by. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    chance: (part) => next() < part,
    pick(from) {
      if (from.length === 0) throw new RangeError('there is nothing to pick from');
      return from[int(from.length)]!;
    },
  };
}
