import type { Request, Response } from 'express';
import { addressPrefix } from './client-address.ts';
import {
  type RateLimitKeys,
  type RateLimitName,
  type RateLimits,
  rateLimitHeaders,
  rateLimited,
} from './rate-limits.ts';

type ByNetwork = {
  readonly [Name in RateLimitName]: RateLimitKeys[Name] extends { readonly session_id: string } ? never : Name;
}[RateLimitName];

/** The rate limits as routes ask for them: by the caller's network, with the headers set. */
export interface Limits {
  /** Counts one request. @throws FlowError `rate_limited` */
  count<Name extends ByNetwork>(
    name: Name,
    request: Request,
    response: Response,
    rest: Omit<RateLimitKeys[Name], 'address_prefix'>,
  ): Promise<void>;
  /** One watcher's reads. @throws FlowError `rate_limited` */
  countReads(session_id: string, response: Response): Promise<void>;
  /**
   * Does `work`, and counts it when it fails in a way that `guessed` recognises. Whoever has failed
   * too often is refused before the work. @throws what `work` throws, FlowError `rate_limited`
   */
  guard<T>(
    name: 'mac_failures' | 'wallet_failures',
    request: Request,
    guessed: (cause: unknown) => boolean,
    work: () => Promise<T>,
  ): Promise<T>;
}

export function createLimits(limits: RateLimits, clientAddress: (request: Request) => string): Limits {
  const prefixOf = (request: Request): string => addressPrefix(clientAddress(request));
  return {
    async count(name, request, response, rest) {
      const key = { ...rest, address_prefix: prefixOf(request) } as unknown as RateLimitKeys[typeof name];
      const verdict = await limits.take(name, key);
      response.set(rateLimitHeaders(verdict));
      if (!verdict.allowed) throw rateLimited(verdict);
    },
    async countReads(session_id, response) {
      const verdict = await limits.take('status_reads', { session_id });
      response.set(rateLimitHeaders(verdict));
      if (!verdict.allowed) throw rateLimited(verdict);
    },
    async guard(name, request, guessed, work) {
      const key = { address_prefix: prefixOf(request) };
      const blocked = limits.blocked(name, key);
      if (blocked !== null) throw rateLimited(blocked);
      try {
        return await work();
      } catch (cause) {
        if (guessed(cause)) await limits.take(name, key);
        throw cause;
      }
    },
  };
}
