import type { Request } from 'express';
import { HttpError } from '../http/http-error.ts';

/** Wrong tokens of one address within a minute, */
const MOST = 20;
const WINDOW_MS = 60_000;
/** and of all: who has so many addresses is refused with everybody else who tries. */
const MOST_IN_ALL = 500;

/** Tokens are 256 bits and cannot be guessed: this bounds what is written of those who try. */
export interface WrongTokens {
  /** Counts one more. @throws HttpError `rate_limited` */
  count(request: Request): void;
}

export function createWrongTokens(elapsed: () => number): WrongTokens {
  let window = { until: Number.NEGATIVE_INFINITY, all: 0, addresses: new Map<string, number>() };
  return {
    count(request) {
      const now = elapsed();
      if (now >= window.until) window = { until: now + WINDOW_MS, all: 0, addresses: new Map() };
      const address = request.socket.remoteAddress ?? '';
      const of = (window.addresses.get(address) ?? 0) + 1;
      window.all += 1;
      if (window.all <= MOST_IN_ALL) window.addresses.set(address, of);
      if (of > MOST || window.all > MOST_IN_ALL) {
        request.res?.set('Retry-After', String(Math.max(1, Math.ceil((window.until - now) / 1000))));
        throw new HttpError('rate_limited', 'too many wrong tokens: wait a minute', 429);
      }
    },
  };
}
