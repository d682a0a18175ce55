import { hash } from 'node:crypto';
import type { WalletHolder } from '../connector.ts';

/** A token that verified, and when it ends, in ms since the epoch. */
export interface Verified {
  readonly holder: WalletHolder;
  readonly expires_at: number;
}

/** A token counts without being verified again for this long, in ms: a key that its issuer withdraws goes on so long. */
const REMEMBERED_MS = 60_000;
/** So many tokens at a time; past that the oldest is forgotten. */
const TOKENS = 1_000;

/**
 * A wallet presents the same token with the scan and with the decision, and verifying a signature is what costs most of
 * both. Only tokens that verified are remembered, by their hash.
 */
export function rememberVerified(
  now: () => number,
  verify: (accessToken: string) => Promise<Verified>,
): (accessToken: string) => Promise<WalletHolder> {
  /** By the token's SHA-256, in the order in which they were verified. */
  const verified = new Map<string, Verified>();
  return async (accessToken) => {
    const key = hash('sha256', accessToken, 'base64url');
    const known = verified.get(key);
    if (known !== undefined && known.expires_at > now()) return known.holder;
    verified.delete(key);
    const fresh = await verify(accessToken);
    const [oldest] = verified.keys();
    if (verified.size >= TOKENS && oldest !== undefined) verified.delete(oldest);
    verified.set(key, { ...fresh, expires_at: Math.min(fresh.expires_at, now() + REMEMBERED_MS) });
    return fresh.holder;
  };
}
