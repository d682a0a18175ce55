/**
 * The door of the bench: what a bench is, and what it answers. A file in `rows/` is one topic. `main.ts` runs them,
 * `world/` starts what they measure, `peers/` has what they are compared with.
 *
 * The server that is measured is the build, in a process of its own, with SQLite on disk. What asks it is in another
 * process.
 */

export interface Bench {
  /** As it is named on the command line: the name of its file in `rows/`. */
  readonly name: string;
  /** The heading of its table. */
  readonly title: string;
  run(context: BenchContext): Promise<readonly Row[]>;
}

export interface BenchContext {
  /** Ratios of the right size in at most 20 s for each bench, instead of figures to publish. */
  readonly quick: boolean;
  /** One line of progress. */
  readonly say: (progress: string) => void;
  /** Empty, on disk; it is removed afterwards. */
  readonly folder: string;
  /** Another checkout to measure in turn with this one; null for none. */
  readonly against: string | null;
}

export interface Row {
  /** Kebab-case, unique among all rows, and the same in every run. */
  readonly id: string;
  readonly title: string;
  /** Of every figure of this row: `ms`, `µs`, `MB`, `KB`, `%`, `×`, … */
  readonly unit: string;
  readonly ours: Spread;
  readonly peers: readonly Peer[];
  /** Null where nothing was promised. */
  readonly must: Bound | null;
  readonly aim: Bound | null;
  /** Which of two figures is the better one. Default `less`. */
  readonly better?: 'less' | 'more';
  /** What a reader must know to read the figure rightly. One sentence. */
  readonly note?: string;
}

export interface Peer {
  readonly name: string;
  /** Of the package that ran. */
  readonly version: string;
  readonly value: Spread;
}

/** What several rounds measured. */
export interface Spread {
  /** The least and the most of any round: nothing is left out. */
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** How many rounds. */
  readonly samples: number;
}

export interface Bound {
  /** For example `≤ 1.25 × oidc-provider`, or `≥ 1.7 ×` where more is better. */
  readonly text: string;
  /** In the unit of the row, already multiplied. */
  readonly limit: number;
}

/** Whether the median keeps to the bound. */
export function isMet({ ours, better = 'less' }: Row, bound: Bound): boolean {
  return better === 'more' || bound.text.startsWith('≥') ? ours.median >= bound.limit : ours.median <= bound.limit;
}
