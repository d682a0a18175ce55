import { StoreError } from './store-error.ts';
import type { Kind, Row } from './store.ts';

/** Makes a value of one schema out of one of the schema before. */
export type Upgrade = (value: never) => unknown;

/**
 * What a kind of rows is: the type of its values, and how values of earlier releases are read. Each
 * room has a `kinds.ts` with its own, for what a row means is known there alone.
 */
export interface KindOf<T> {
  readonly name: Kind;
  /** The schema of what this release writes: 1, and one more for each upgrade. */
  readonly schema: number;
  readonly upgrades: readonly Upgrade[];
  /** By which else its rows are found, besides their ids; null where there is none. */
  readonly tagsOf: ((value: T) => readonly string[]) | null;
  /** Whether a row's tags stay as they were when it was inserted: a change of the row then writes none. */
  readonly tagsStay: boolean;
}

export interface KindOptions<T> {
  /** From schema 1 to 2, from 2 to 3, … Default: none. */
  readonly upgrades?: readonly Upgrade[];
  /** Default: none. */
  readonly tagsOf?: (value: T) => readonly string[];
  /** Default false. */
  readonly tagsStay?: boolean;
}

/**
 * @example const CODE = kindOf<Code>('code', { upgrades: [(old: OldCode) => ({ ...old, uses: 0 })] });
 */
export function kindOf<T>(name: Kind, { upgrades = [], tagsOf, tagsStay = false }: KindOptions<T> = {}): KindOf<T> {
  return { name, schema: upgrades.length + 1, upgrades, tagsOf: tagsOf ?? null, tagsStay };
}

/**
 * A row as this release writes it: one of an earlier schema goes through its upgrades.
 * @throws StoreError `newer_schema` when a newer release wrote it
 */
export function upgraded<T>(kind: KindOf<T>, row: Row): Row<T> {
  const { name, schema, upgrades } = kind;
  if (row.schema === schema) return row as Row<T>;
  if (row.schema > schema) {
    throw new StoreError(
      'newer_schema',
      `${name}|${row.id} has schema ${row.schema}, this software knows ${schema}: it was written by a newer release. ` +
        'Run that release on every node, or give this one a store of its own.',
    );
  }
  const value = upgrades.slice(row.schema - 1).reduce<unknown>((old, upgrade) => upgrade(old as never), row.value);
  return { ...row, schema, value: value as T };
}
