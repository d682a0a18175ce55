import type { Request, Response } from 'express';
import { countedNetworks } from '../../session/index.ts';
import { HttpError, answerTo } from '../http-error.ts';
import {
  type RateLimitKeys,
  type RateLimitName,
  type RateLimits,
  type RateVerdict,
  rateLimitHeaders,
  rateLimited,
} from './rate-limits.ts';
import type { StoreRoom } from './store-room.ts';

/** Who finds the store full is told to come back after this long, in s. */
const FULL_RETRY_S = 60;

type Failures = Extract<RateLimitName, `${string}_failures`>;
type Held = {
  readonly [Name in RateLimitName]: RateLimitKeys[Name] extends { readonly key: string } ? Name : never;
}[RateLimitName];
type ByNetwork = Exclude<RateLimitName, Failures | Held>;

/**
 * The rate limits as routes ask for them, with the headers set. Requests of anybody count for the
 * caller's networks. Where a request presents something (a token, a ticket, a secret), that is
 * checked first: what fails counts for the networks, and only failures are refused for it. So no caller
 * is locked out by another's failures.
 */
export interface Limits {
  /** Counts one request for the caller's networks. @throws FlowError `rate_limited` */
  count<Name extends ByNetwork>(
    name: Name,
    request: Request,
    response: Response,
    rest: Omit<RateLimitKeys[Name], 'address_prefix'>,
  ): Promise<void>;
  /** Counts one request for what it presents. @throws FlowError `rate_limited` */
  countHeld(name: Held, response: Response, key: string): Promise<void>;
  /**
   * Before something is stored for a caller: a full store keeps what it has, so that sign-ins under way end
   * well. @throws HttpError `server_error` 503
   */
  assertRoom(response: Response): Promise<void>;
  /**
   * Does `work`. When that fails by the caller's fault, and `counts` says that it is about this
   * limit, the failure counts for the caller's networks.
   * @param counts default: every failure that is the caller's fault
   * @throws what `work` throws; FlowError `rate_limited` in its place once there were too many
   */
  guard<T>(name: Failures, request: Request, work: () => Promise<T>, counts?: (cause: unknown) => boolean): Promise<T>;
}

/** Addresses whose networks are remembered; past that the oldest is forgotten. */
const ADDRESSES = 1_000;

export function createLimits(limits: RateLimits, clientAddress: (request: Request) => string, room: StoreRoom): Limits {
  const known = new Map<string, ReturnType<typeof countedNetworks>>();
  const networksOf = (address: string): ReturnType<typeof countedNetworks> => {
    const found = known.get(address);
    if (found !== undefined) return found;
    const made = countedNetworks(address);
    const [oldest] = known.keys();
    if (known.size >= ADDRESSES && oldest !== undefined) known.delete(oldest);
    known.set(address, made);
    return made;
  };
  /**
   * A narrow network that is over its limit uses up nothing of the wide one; and where the wide one
   * is over, nothing is stored for each of its narrow ones, of which there are very many.
   */
  const takeAll = async <Name extends RateLimitName>(
    name: Name,
    request: Request,
    rest: Omit<RateLimitKeys[Name], 'address_prefix'>,
  ): Promise<RateVerdict> => {
    const networks = networksOf(clientAddress(request)).map(({ key, share }) => ({
      share,
      key: { ...rest, address_prefix: key } as unknown as RateLimitKeys[Name],
    }));
    const over = networks.findLast(({ key }) => limits.remembers(name, key));
    let tightest: RateVerdict | null = null;
    for (const { key, share } of over === undefined ? networks : [over]) {
      const verdict = await limits.take(name, key, share);
      if (tightest === null || !verdict.allowed || verdict.remaining < tightest.remaining) tightest = verdict;
      if (!verdict.allowed) break;
    }
    return tightest!;
  };
  const answer = (verdict: RateVerdict, response: Response): void => {
    response.set(rateLimitHeaders(verdict));
    if (!verdict.allowed) throw rateLimited(verdict);
  };

  return {
    async count(name, request, response, rest) {
      answer(await takeAll(name, request, rest), response);
    },
    async countHeld(name, response, key) {
      answer(await limits.take(name, { key }), response);
    },
    async assertRoom(response) {
      if (!(await room.isFull())) return;
      response.set('Retry-After', String(FULL_RETRY_S));
      throw new HttpError('server_error', 'no sign-in can begin right now: try again in a minute', 503);
    },
    async guard(name, request, work, counts = () => true) {
      try {
        return await work();
      } catch (cause) {
        // What is wrong here or at a provider is not the caller's fault, and a limit counts once.
        const { status } = answerTo(cause);
        if (status >= 500 || status === 429 || !counts(cause)) throw cause;
        const verdict = await takeAll(name, request, {});
        throw verdict.allowed ? cause : rateLimited(verdict);
      }
    },
  };
}
