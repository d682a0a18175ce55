import { FlowError } from '../flow/index.ts';

/** What each limit counts by. */
export interface RateLimitKeys {
  /** `POST /session`, `/renew`, and `/authorize` answered as JSON. */
  readonly sessions: ClientAndNetwork;
  /** `POST /session` and `/authorize`, before anything of the request is known or rests. */
  readonly authorizations: Network;
  /** `POST /oauth/par` and `/oauth/token`: a relying party's backend has one address for everybody. */
  readonly oauth_calls: Network;
  /** `GET /session/{id}/status`. */
  readonly status_reads: { readonly session_id: string };
  /** `GET /session/{id}/information` and the phone page. A carrier's NAT is one network. */
  readonly scans: Network;
  /** `/session/{id}/start` and `GET /callback/{connector}`: people on their way to a provider and back. */
  readonly redirects: Network;
  /** `POST /webhooks/{connector}`: a provider delivers for everybody from a few addresses. */
  readonly webhooks: Network;
  /**
   * QR links whose MAC is not ours: counted after the failure. They never end a session: 128 bits
   * cannot be guessed, and whoever saw a QR could otherwise kill it.
   */
  readonly mac_failures: Network;
  /** Wallet tokens that do not verify: counted after the failure. */
  readonly wallet_failures: Network;
}

interface Network {
  /** What `addressPrefix` makes of the client address. */
  readonly address_prefix: string;
}
interface ClientAndNetwork extends Network {
  readonly client_id: string;
}

export type RateLimitName = keyof RateLimitKeys;

const MINUTE_MS = 60_000;

/**
 * Every rate limit there is: so many hits per window for each key. Each leaves far more room than
 * people need, a company behind one address included; they are there for scripts that run away.
 * `rate_limit_factor` of the configuration multiplies all.
 */
export const RATE_LIMITS: {
  readonly [Name in RateLimitName]: { readonly hits: number; readonly window_ms: number };
} = {
  sessions: { hits: 600, window_ms: MINUTE_MS },
  authorizations: { hits: 3_000, window_ms: MINUTE_MS },
  oauth_calls: { hits: 6_000, window_ms: MINUTE_MS },
  status_reads: { hits: 600, window_ms: MINUTE_MS },
  scans: { hits: 3_000, window_ms: MINUTE_MS },
  redirects: { hits: 3_000, window_ms: MINUTE_MS },
  webhooks: { hits: 6_000, window_ms: MINUTE_MS },
  mac_failures: { hits: 600, window_ms: MINUTE_MS },
  wallet_failures: { hits: 600, window_ms: MINUTE_MS },
};

export interface RateVerdict {
  readonly name: RateLimitName;
  readonly allowed: boolean;
  /** Hits per window. */
  readonly limit: number;
  /** Hits left in this window. */
  readonly remaining: number;
  /** Seconds until the window ends, at least 1. */
  readonly resets_in_s: number;
}

export interface RateLimits {
  /** Counts one hit, and says whether it is within the limit. */
  take<Name extends RateLimitName>(name: Name, key: RateLimitKeys[Name]): Promise<RateVerdict>;
  /**
   * The verdict that `take` gave on this node when the limit was exceeded, until its window ends;
   * else null. For limits on failures: asked before the work, so that a guesser learns nothing more.
   */
  blocked<Name extends RateLimitName>(name: Name, key: RateLimitKeys[Name]): RateVerdict | null;
}

export interface RateLimitOptions {
  /** The store's; atomic, and shared by all nodes. */
  readonly hit: (key: string, window_ms: number) => Promise<{ readonly count: number; readonly resets_at: number }>;
  /** Ms since the epoch. */
  readonly now: () => number;
  /** Multiplies every limit. Default 1. */
  readonly factor?: number | undefined;
  /** A request was refused. For metrics. */
  readonly onLimited?: ((name: RateLimitName) => void) | undefined;
}

/** Keys whose refusal is remembered at a time; past that the oldest is forgotten. */
const REMEMBERED = 10_000;

export function createRateLimits({ hit, now, factor = 1, onLimited }: RateLimitOptions): RateLimits {
  /** By key, when its window ends; in the order in which they were refused. */
  const refused = new Map<string, number>();

  const verdict = (name: RateLimitName, count: number, resets_at: number): RateVerdict => {
    const limit = Math.max(1, Math.round(RATE_LIMITS[name].hits * factor));
    const allowed = count <= limit;
    if (!allowed) onLimited?.(name);
    const resets_in_s = Math.max(1, Math.ceil((resets_at - now()) / 1000));
    return { name, allowed, limit, remaining: Math.max(0, limit - count), resets_in_s };
  };

  return {
    async take(name, by) {
      const key = keyOf(name, by);
      const { count, resets_at } = await hit(key, RATE_LIMITS[name].window_ms);
      const result = verdict(name, count, resets_at);
      if (!result.allowed) {
        refused.set(key, resets_at);
        const [oldest] = refused.keys();
        if (refused.size > REMEMBERED && oldest !== undefined) refused.delete(oldest);
      }
      return result;
    },
    blocked(name, by) {
      const key = keyOf(name, by);
      const resets_at = refused.get(key);
      if (resets_at === undefined) return null;
      if (resets_at > now()) return verdict(name, Number.POSITIVE_INFINITY, resets_at);
      refused.delete(key);
      return null;
    },
  };
}

/** One text for one key: no part can be taken for another's end. */
function keyOf(name: RateLimitName, by: RateLimitKeys[RateLimitName]): string {
  return JSON.stringify([name, ...Object.entries(by).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** `RateLimit-*` (draft-ietf-httpapi-ratelimit-headers-03, seconds), and `Retry-After` where it was refused. */
export function rateLimitHeaders(verdict: RateVerdict): Record<string, string> {
  const headers = {
    'RateLimit-Limit': String(verdict.limit),
    'RateLimit-Remaining': String(verdict.remaining),
    'RateLimit-Reset': String(verdict.resets_in_s),
  };
  return verdict.allowed ? headers : { ...headers, 'Retry-After': String(verdict.resets_in_s) };
}

/** What a refused request is answered. */
export function rateLimited(verdict: RateVerdict): FlowError {
  return new FlowError('rate_limited', 'too many requests: see Retry-After', verdict.resets_in_s);
}
