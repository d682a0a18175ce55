import { FlowError } from '../../flow/index.ts';
import { createLocalCounts } from './local-counts.ts';
import { createSharedCounts, type Counted, type SharedCountsOptions } from './shared-counts.ts';

/** What each limit counts by. */
export interface RateLimitKeys {
  /** `POST /session`, `/renew`, and `/authorize` answered as JSON. */
  readonly sessions: ClientAndNetwork;
  /** `POST /session`, `/authorize` and `/oauth/logout`, before anything of the request is known or stored. */
  readonly authorizations: Network;
  /** PAR, token and userinfo, once the client is known: a website's backend has one address for everybody. */
  readonly oauth_calls: ClientAndNetwork;
  /** What anybody may read: discovery, keys, association files, `/ready`. */
  readonly public_reads: Network;
  /** `POST /session/{id}/connector`: each one may begin a session at a provider. */
  readonly choices: Network;
  /** The same, by session. */
  readonly session_choices: Held;
  /** `GET /session/{id}/status`, by session. */
  readonly status_reads: Held;
  /** `POST /session/{id}/cancel`, `/confirm` and `/start` together, by session. */
  readonly session_calls: Held;
  /** `/information` and `/update`, by the wallet's access token. */
  readonly wallet_calls: Held;
  /** The phone page, by its link. */
  readonly scans: Held;
  /** `/session/{id}/start` by its ticket, `/callback/{connector}` by its `state`. */
  readonly redirects: Held;
  /** `POST /webhooks/{connector}`, by connector, once the delivery is known to be genuine. */
  readonly webhooks: Held;
  /** Links whose MAC is not ours. They never end a session: else anybody who saw a QR code could. */
  readonly mac_failures: Network;
  /** Wallet access tokens that do not verify. */
  readonly wallet_failures: Network;
  /** Calls with a session's id that lack its secret, or come from a page of another website. */
  readonly session_failures: Network;
  /** Client authentications and access tokens that do not verify. */
  readonly client_failures: Network;
  /** Tickets and callbacks that belong to no sign-in of that browser. */
  readonly redirect_failures: Network;
  /** Deliveries whose signature does not verify. */
  readonly webhook_failures: Network;
}

interface Network {
  /** A key that `countedNetworks` makes of the client address. */
  readonly address_prefix: string;
}
interface ClientAndNetwork extends Network {
  readonly client_id: string;
}
/**
 * Something that only its holder presents: a token, a ticket, a session whose secret was checked.
 * Strangers cannot use up such a limit, because what they present is another key.
 */
interface Held {
  readonly key: string;
}

export type RateLimitName = keyof RateLimitKeys;

const MINUTE_MS = 60_000;

interface RateLimit {
  /** Hits per window for each key; of IPv6, for each /64. */
  readonly hits: number;
  readonly window_ms: number;
  /**
   * Where requests are counted. `shared`: in each process, which shares its counts with all others, for volume. `store`:
   * in the store each time, for all processes together and to the last one, for guesses. `process`: in each process
   * alone, for what costs less than a write to the store, and for keys that a stranger can make up without end.
   */
  readonly counted: 'shared' | 'store' | 'process';
}

const shared = (hits: number, window_ms: number = MINUTE_MS): RateLimit => ({ hits, window_ms, counted: 'shared' });
const inStore = (hits: number): RateLimit => ({ hits, window_ms: MINUTE_MS, counted: 'store' });
const inProcess = (hits: number): RateLimit => ({ hits, window_ms: MINUTE_MS, counted: 'process' });

/**
 * Every rate limit there is: so many requests per window for each key. Each leaves far more room than
 * people need, a company behind one address included; they are there for scripts that run away.
 * `rateLimitFactor` of the configuration multiplies all.
 */
export const RATE_LIMITS: { readonly [Name in RateLimitName]: RateLimit } = {
  sessions: shared(600),
  authorizations: shared(3_000),
  oauth_calls: shared(6_000),
  public_reads: inProcess(6_000),
  // Two for each of 600 sign-ins.
  choices: shared(1_200),
  // Longer than a session waits: these are its choices in its whole life.
  session_choices: shared(30, 10 * MINUTE_MS),
  status_reads: shared(600),
  session_calls: shared(60),
  wallet_calls: inProcess(120),
  scans: inProcess(120),
  redirects: inProcess(60),
  webhooks: shared(6_000),
  mac_failures: inStore(600),
  wallet_failures: inStore(600),
  // A widget whose session is gone asks once more; a company may have many open pages.
  session_failures: inStore(3_000),
  client_failures: inStore(600),
  redirect_failures: inStore(600),
  webhook_failures: inStore(600),
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
  /**
   * Counts one request, and says whether it is within the limit.
   * @param share multiplies the limit for this key. Default 1.
   */
  take<Name extends RateLimitName>(name: Name, key: RateLimitKeys[Name], share?: number): Promise<RateVerdict>;
  /** Whether `take` would refuse this key from memory: asked where another key would be counted before it. */
  remembers<Name extends RateLimitName>(name: Name, key: RateLimitKeys[Name]): boolean;
  /** Resolves once the store has heard of everything that was counted. */
  close(): Promise<void>;
}

export interface RateLimitOptions extends SharedCountsOptions {
  /** Multiplies every limit. Default 1. */
  readonly factor?: number | undefined;
  /** A request was refused. For metrics. */
  readonly onLimited?: ((name: RateLimitName) => void) | undefined;
}

/** Counts one request on a key, of which `limit` are allowed in a window of `window_ms`. */
type Count = (key: string, window_ms: number, limit: number) => Promise<Counted>;

/** Keys whose refusal is remembered at a time; past that the oldest is forgotten. */
const REMEMBERED = 10_000;

export function createRateLimits(options: RateLimitOptions): RateLimits {
  const { increment, now, factor = 1, onLimited } = options;
  const sharedCounts = createSharedCounts(options);
  const counts: Readonly<Record<RateLimit['counted'], Count>> = {
    shared: (key, window_ms, limit) => sharedCounts.take(key, window_ms, limit),
    store: async (key, window_ms) => (await increment([{ key, window_ms, by: 1 }]))[0]!,
    process: createLocalCounts(now),
  };
  /** By key, when its window ends; in the order in which they were refused. Spares the store a write for each refusal. */
  const refused = new Map<string, number>();

  const limitOf = (name: RateLimitName, share: number): number =>
    Math.max(1, Math.round(RATE_LIMITS[name].hits * factor)) * share;
  const verdict = (name: RateLimitName, share: number, count: number, resets_at: number): RateVerdict => {
    const limit = limitOf(name, share);
    const allowed = count <= limit;
    if (!allowed) onLimited?.(name);
    const resets_in_s = Math.max(1, Math.ceil((resets_at - now()) / 1000));
    return { name, allowed, limit, remaining: Math.max(0, limit - count), resets_in_s };
  };

  const stillRefused = (key: string): number | null => {
    const resets_at = refused.get(key);
    if (resets_at === undefined || resets_at > now()) return resets_at ?? null;
    refused.delete(key);
    return null;
  };

  return {
    async take(name, by, share = 1) {
      const key = keyOf(name, by);
      const over = stillRefused(key);
      if (over !== null) return verdict(name, share, Number.POSITIVE_INFINITY, over);
      const { window_ms, counted } = RATE_LIMITS[name];
      const { count, resets_at } = await counts[counted](key, window_ms, limitOf(name, share));
      const result = verdict(name, share, count, resets_at);
      // Counting again in this process costs no more than looking here.
      if (!result.allowed && counted !== 'process') {
        refused.set(key, resets_at);
        const [oldest] = refused.keys();
        if (refused.size > REMEMBERED && oldest !== undefined) refused.delete(oldest);
      }
      return result;
    },
    remembers: (name, by) => stillRefused(keyOf(name, by)) !== null,
    close: () => sharedCounts.close(),
  };
}

/** One text for one key: every part has its place, so none can be taken for another's end. */
function keyOf(name: RateLimitName, by: Partial<ClientAndNetwork & Held>): string {
  return JSON.stringify([name, by.client_id, by.address_prefix, by.key]);
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
  const { name, limit, resets_in_s } = verdict;
  const detail = `the limit ${name} of ${limit} requests was met`;
  return new FlowError('rate_limited', 'too many requests: see Retry-After', resets_in_s, null, null, detail);
}
