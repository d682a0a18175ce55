const MINUTE_MS = 60_000;

/** Counts the requests of any last minute, and lets no more through than it is told. */
export interface Limit {
  /** False when it is one too many; that one does not count. */
  admit(most: number): boolean;
  /** The most that came in any minute so far, those turned away included. */
  readonly mostInAMinute: number;
  readonly turnedAway: number;
}

export function createLimit(now: () => number): Limit {
  let admitted: number[] = [];
  let came: number[] = [];
  let mostInAMinute = 0;
  let turnedAway = 0;
  return {
    get mostInAMinute() {
      return mostInAMinute;
    },
    get turnedAway() {
      return turnedAway;
    },
    admit(most) {
      const from = now() - MINUTE_MS;
      came = [...came.filter((at) => at > from), now()];
      mostInAMinute = Math.max(mostInAMinute, came.length);
      admitted = admitted.filter((at) => at > from);
      if (admitted.length >= most) {
        turnedAway += 1;
        return false;
      }
      admitted.push(now());
      return true;
    },
  };
}
