/**
 * Tokens that a provider issued with a sign-in: given back where no client uses them, else kept while the sign-in
 * lasts, renewed once at a time, and revoked at its end. Owns their rows. Depends on the connectors' and the store's
 * contracts, and on the jobs. Leaves to `flow` when they come, and to `oauth` who reads them and how long they are wanted.
 */
export { tokensEnd } from './end.ts';
export {
  createUpstreamTokens,
  type ReadTokens,
  type UpstreamTokensDependencies,
  type UpstreamTokensPort,
} from './upstream-tokens.ts';
