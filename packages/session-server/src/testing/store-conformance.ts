import { describe } from 'vitest';
import { slowStore } from './slow-store.ts';
import { restCases } from './store-conformance/at-rest.ts';
import { dueWorkCases } from './store-conformance/due-work.ts';
import { incrementCases } from './store-conformance/counts.ts';
import { raceCases } from './store-conformance/races.ts';
import { rowCases } from './store-conformance/rows.ts';
import { tagCases } from './store-conformance/tags.ts';
import type { OpenStore } from './store-conformance/store-under-test.ts';

export type { StoreUnderTest } from './store-conformance/store-under-test.ts';

/**
 * What every store must keep, as a vitest suite: `store.ts` in examples, races included. Every case
 * runs twice: on the store as it is, and on the same store with answers that take 0 to 4 ms, so that
 * others get in between.
 *
 * @param open opens an empty store that reads the time from `clock`; called for each case. The
 *   suite closes what it opened; directories and servers are the caller's to clear away.
 */
export function storeConformance(name: string, open: OpenStore): void {
  describe(`${name} keeps the store contract`, () => {
    allCases(open);
    describe('when every answer is late', () => {
      allCases(async (clock) => {
        const { store, ...rest } = await open(clock);
        return { store: slowStore(store), ...rest };
      });
    });
  });
}

function allCases(open: OpenStore): void {
  describe('rows', () => {
    rowCases(open);
  });
  describe('races', () => {
    raceCases(open);
  });
  describe('due work', () => {
    dueWorkCases(open);
  });
  describe('counts', () => {
    incrementCases(open);
  });
  describe('tags', () => {
    tagCases(open);
  });
  describe('at rest', () => {
    restCases(open);
  });
}
