/**
 * What adapters and their tests share. Owns the conformance suites, the fake clock, example
 * sessions and the wrapper that makes races likely. Depends on the contracts alone, and on vitest,
 * which the package that runs a suite brings along. Leaves the harness of a whole server to `test-support/`.
 */
export { exampleSealer } from './example-sealer.ts';
export { EXAMPLE_BROWSER, EXAMPLE_LIFETIMES, exampleSession } from './example-session.ts';
export {
  type ConnectorUnderTest,
  type Decision,
  type Delivery,
  type Lie,
  type LieKind,
  type Person,
  connectorConformance,
} from './connector-conformance.ts';
export { connectorContext } from './connector-context.ts';
export { type FakeClock, createFakeClock } from './fake-clock.ts';
export { slowStore } from './slow-store.ts';
export { type StoreUnderTest, storeConformance } from './store-conformance.ts';
