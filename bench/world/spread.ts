/** Rounds, taken in turn, and what they say together. */
import type { Spread } from '../bench.ts';

/** @throws RangeError if there is no sample, or one is no number. */
export function spreadOf(samples: readonly number[]): Spread {
  if (samples.length === 0 || samples.some((sample) => !Number.isFinite(sample))) {
    throw new RangeError(`no figures to take a median of: ${samples.join(', ')}`);
  }
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    low: sorted[0] ?? 0,
    median: quantile(sorted, 0.5),
    high: sorted.at(-1) ?? 0,
    samples: sorted.length,
  };
}

/** Of sorted figures; between two of them it is what lies between. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [below = 0, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}

/** One that is measured in turn with others. A round answers figures by name: CPU and time of the same work, for example. */
export interface Contestant<Name extends string = string> {
  readonly name: string;
  round(): Promise<Readonly<Record<Name, number>>>;
}

/**
 * All rounds of all contestants: first, second, third, then third, second, first, and so on. What else the machine does,
 * and how warm it is, falls on all alike. The rounds of warming up are forgotten.
 */
export async function interleave<Name extends string>(
  contestants: readonly Contestant<Name>[],
  given: { readonly rounds: number; readonly warmUp?: number; readonly say: (progress: string) => void },
): Promise<readonly Readonly<Record<Name, Spread>>[]> {
  const { rounds, warmUp = 1, say } = given;
  const figures = contestants.map((): Record<Name, number>[] => []);
  for (let round = -warmUp; round < rounds; round += 1) {
    const order = [...contestants.keys()];
    for (const n of round % 2 === 0 ? order : order.toReversed()) {
      const contestant = contestants[n];
      if (contestant === undefined) continue;
      say(round < 0 ? `${contestant.name}, warming up` : `${contestant.name}, round ${round + 1} of ${rounds}`);
      const figure = await contestant.round();
      if (round >= 0) figures[n]?.push(figure);
    }
  }
  return figures.map((of) => {
    const names = Object.keys(of[0] ?? {}) as Name[];
    return Object.fromEntries(names.map((name) => [name, spreadOf(of.map((each) => each[name]))])) as Record<
      Name,
      Spread
    >;
  });
}
