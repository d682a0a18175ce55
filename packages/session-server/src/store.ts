/**
 * `@beckon/session-server/store`: the contract of stores, by name, to write one in a package of one's own.
 * `storeConformance` of `@beckon/session-server/testing` holds a store against it. `checkWrites`, `sealValue`,
 * `openValue`, `resealed` and `partitionOf` are what every store does in the same way.
 */
export { checkWrites } from './store/check-writes.ts';
export { partitionOf } from './store/partition.ts';
export { type Place, openValue, resealed, sealValue } from './store/sealed-rows.ts';
export { StoreError, type StoreErrorCode, type StoreReason, isStoreError } from './store/store-error.ts';
export type { At, Kind, Row, Sealer, Store, StoreConfig, StoreContext, Usage, Write, Writes } from './store/store.ts';
export type { WriteTurns } from './store/write-turns.ts';
