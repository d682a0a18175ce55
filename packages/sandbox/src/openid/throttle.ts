import type { RequestHandler } from 'express';

const LIMIT = 1000;
const WINDOW_S = 60;

export interface Throttle {
  readonly handler: RequestHandler;
  /** The next `requests` are answered with 429. */
  tighten(requests: number, retry_after: number): void;
}

/** Says how much is left, as Paswad's documentation has it, and refuses when a script asked for that. */
export function createThrottle(newRequestId: () => string): Throttle {
  let refusals = 0;
  let retryAfter = 0;
  return {
    tighten(requests, retry_after) {
      refusals = requests;
      retryAfter = retry_after;
    },
    handler(_req, res, next) {
      const refused = refusals > 0;
      res.set({
        'RateLimit-Limit': String(LIMIT),
        'RateLimit-Remaining': refused ? '0' : String(LIMIT - 1),
        'RateLimit-Reset': String(refused ? retryAfter : WINDOW_S),
      });
      if (!refused) {
        next();
        return;
      }
      refusals -= 1;
      res.status(429).set('Retry-After', String(retryAfter)).json({
        error: 'rate_limited',
        error_description: 'Rate limit exceeded.',
        request_id: newRequestId(),
      });
    },
  };
}
