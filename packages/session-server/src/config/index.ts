/**
 * What an operator writes. Owns the configuration's shape, its defaults, its checks (every mistake
 * reported at once) and where it is loaded from. The only room that reads the environment. Leaves
 * acting on it to `server/`.
 */
export type {
  BeckonConfig,
  ClientConfig,
  CrossDeviceConfig,
  LifetimesConfig,
  PublicKeyConfig,
} from './beckon-config.ts';
export { type ConfigIssue, ConfigError } from './config-error.ts';
export { defineConfig } from './define-config.ts';
export { type ConfigFile, configFile, findConfigFile, SECRETS_FILE, secretsFileWarnings } from './load.ts';
export { type ConfigWarning, notesOf, warningsOf } from './warnings.ts';
export {
  clientOfRegistration,
  type Registration,
  registrationIssues,
  registrationWarnings,
  type RegistrationContext,
} from './registration.ts';
export { resolveConfig, type Settings, type StoreSettings } from './resolve.ts';
export type { OperatorToken } from './schema.ts';
