import type { UpstreamTokens } from '../connectors/connector.ts';
import { type KindOf, kindOf } from '../store/kinds.ts';

/** What a provider issued with a sign-in, for the one client that may use it. */
export interface KeptTokens {
  /** The sign-in's session, whose id its grant has too. */
  readonly session_id: string;
  readonly connector: string;
  /** Null once the provider has refused to renew them. */
  readonly tokens: UpstreamTokens | null;
  /** When these were issued. Ms since the epoch, as all times here. */
  readonly issued_at: number;
  /** Until when the process that renews them has the turn; 0 where none does. */
  readonly renewing_until: number;
  /** The provider could not be had: it is not asked again before this. */
  readonly rest_until: number;
  /** How often they were revoked in vain. */
  readonly attempts: number;
}

/** They rest this much longer than they are due, in ms: until then their revocation is tried again. */
export const RETENTION_MS: number = 2 * 86_400_000;

/** By a random id. Due when the sign-in may be over. */
export const UPSTREAM_TOKENS: KindOf<KeptTokens> = kindOf('upstream_tokens');

/** A sign-in is over: its tokens are due at once. */
export interface TokensEnd {
  readonly tokens_id: string;
}

/** By an id of the order's own. Due at once. */
export const UPSTREAM_TOKENS_END: KindOf<TokensEnd> = kindOf('upstream_tokens_end');
