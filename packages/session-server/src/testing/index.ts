/**
 * What adapters and their tests share. Owns the conformance suites, the fake clock and the wrappers
 * that make races likely. Depends on the contracts alone, and on vitest, which whoever runs a suite
 * brings along. Leaves the harness of a whole server to its own tests.
 */
export { type FakeClock, createFakeClock } from './fake-clock.ts';
