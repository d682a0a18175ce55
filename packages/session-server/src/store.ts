/**
 * `@beckon/session-server/store`: the contract of stores, by name, to write one in a package of one's own.
 * `storeConformance` of `@beckon/session-server/testing` holds a store against it. `checkWrites`, `sealValue`,
 * `openValue` and `partitionOf` are what every store does in the same way.
 */
export { checkWrites } from './store/check-writes.ts';
export { partitionOf } from './store/partition.ts';
export { type Place, openValue, sealValue } from './store/sealed-rows.ts';
export { StoreError, type StoreErrorCode, isStoreError } from './store/store-error.ts';
export type { At, Kind, Row, Sealer, Store, StoreConfig, StoreContext, Usage, Write, Writes } from './store/store.ts';
