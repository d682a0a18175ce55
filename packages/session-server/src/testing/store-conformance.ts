import { describe } from 'vitest';
import type { FakeClock } from './fake-clock.ts';
import { restCases } from './store-conformance/at-rest.ts';
import { dueWorkCases } from './store-conformance/due-work.ts';
import { hitCases } from './store-conformance/hits.ts';
import { raceCases } from './store-conformance/races.ts';
import { rowCases } from './store-conformance/rows.ts';
import { tagCases } from './store-conformance/tags.ts';
import type { StoreUnderTest } from './store-conformance/store-under-test.ts';

export type { StoreUnderTest } from './store-conformance/store-under-test.ts';

/**
 * What every store must keep, as a vitest suite: `store.ts` in examples, races included.
 *
 * @param open opens an empty store that reads the time from `clock`; called for each case. The
 *   suite closes what it opened; directories and servers are the caller's to clear away.
 */
export function storeConformance(name: string, open: (clock: FakeClock) => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store contract`, () => {
    describe('rows', () => {
      rowCases(open);
    });
    describe('races', () => {
      raceCases(open);
    });
    describe('due work', () => {
      dueWorkCases(open);
    });
    describe('hits', () => {
      hitCases(open);
    });
    describe('tags', () => {
      tagCases(open);
    });
    describe('at rest', () => {
      restCases(open);
    });
  });
}
