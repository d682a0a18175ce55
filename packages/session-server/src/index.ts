/** The public API of `@beckon/session-server`, by name. */
export {
  type BeckonConfig,
  type ClientConfig,
  ConfigError,
  type ConfigIssue,
  type CrossDeviceConfig,
  type LifetimesConfig,
  type PublicKeyConfig,
  defineConfig,
} from './config/index.ts';
export type { ConnectorConfig } from './connectors/connector.ts';
export { type DiditFieldNames, type DiditOptions, didit } from './connectors/didit/index.ts';
export { type KrdPassOptions, krdpass } from './connectors/krdpass/index.ts';
export { type OidcOptions, oidc } from './connectors/oidc/index.ts';
export { type PasbyOptions, type PasbyPaths, pasby } from './connectors/pasby/index.ts';
export { type PaswadOptions, paswad } from './connectors/paswad/index.ts';
export { type SopLevel, type UaePassClientOptions, type UaePassOptions, uaepass } from './connectors/uaepass/index.ts';
export { type WalletIssuerOptions, type WalletOptions, wallet } from './connectors/wallet/index.ts';
export { type SqliteOptions, sqlite } from './store/index.ts';
export type { StoreConfig } from './store/store.ts';
export type { LogTarget } from './telemetry/index.ts';
export { type Reloaded, type SessionServer, type SessionServerOptions, createSessionServer } from './server/index.ts';
