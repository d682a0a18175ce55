/**
 * What is derived from, and sealed under, the configured secrets. Owns keyed hashes, sealing at
 * rest, derived codes and tokens, and `sub`. Depends on node:crypto alone. Leaves what they stand
 * for to the rooms that ask.
 */
export {
  createSecrets,
  hashSecret,
  newSecret,
  personOf,
  sameBytes,
  sameText,
  type Secrets,
  type SecretsOptions,
} from './secrets.ts';
export { createDerivedTokens, type DerivedToken, type DerivedTokens, type TokenKind } from './derived-token.ts';
