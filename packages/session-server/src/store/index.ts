/**
 * Where things are stored. Owns the contract that every store keeps (`store.ts`) and the stores that keep
 * it. Knows rows, versions and times; what a row means belongs to the room that writes it. Depends
 * on nothing but a `Sealer` that it is given. Only `server/` opens one; every other room sees the
 * contract.
 */
export type { Kind, Row, Sealer, Store, StoreConfig, StoreContext, Write } from './store.ts';
export { type SqliteOptions, sqlite } from './sqlite-config.ts';
export { type SqliteStoreOptions, openSqliteStore } from './sqlite.ts';
