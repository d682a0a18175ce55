import { partitionOf } from '../store/partition.ts';

/** Fresh ids: two hex digits, the partition, in front of 26 random characters (130 bits). */
export interface Ids {
  /** Of an authorization request: draws the partition of all that comes from it. */
  first(): string;
  /** Of something that comes from what has that id: in the same partition. */
  beside(id: string): string;
}

export function createIds(deps: { readonly newId: () => string; readonly randomInt: (below: number) => number }): Ids {
  return {
    first: () => deps.randomInt(256).toString(16).toUpperCase().padStart(2, '0') + deps.newId(),
    beside: (id) => partitionOf(id) + deps.newId(),
  };
}
