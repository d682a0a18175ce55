import express, { type RequestHandler, type Router } from 'express';
import { z } from 'zod';
import { onlyMethods } from './answer.ts';
import { jsonBody } from './guard.ts';
import { read } from './read.ts';

/** What the next calls of a path meet in place of its answer. */
interface Fault {
  readonly answer: 'error' | 'drop' | 'rate_limit';
  /** Seconds. */
  readonly retry_after: number | null;
  left: number;
}

const FaultRequest = z.strictObject({
  path: z
    .string()
    .max(256)
    .regex(/^\/[\w./-]+$/, 'must be a path of the sandbox, such as /uaepass/idshub/userinfo'),
  answer: z.enum(['error', 'drop', 'rate_limit']),
  times: z.int().min(1).max(1000).default(1),
  retry_after: z.int().min(1).max(86_400).nullable().default(null),
});

/** At most this many paths have a fault at once; the oldest goes first. */
const LIMIT = 100;

/**
 * `POST /sandbox/faults` `{ path, answer, times?, retry_after? }`: the next `times` calls of `path` (1 by
 * default) are answered by 500 (`error`) or 429 (`rate_limit`), with `Retry-After` where one is given, or
 * cut off before an answer (`drop`). A feature of the sandbox that no real provider has.
 */
export function createFaults(): { readonly router: Router; readonly handler: RequestHandler } {
  const faults = new Map<string, Fault>();
  const router = express.Router();
  router
    .route('/sandbox/faults')
    .post(...jsonBody, (req, res) => {
      const { path, answer, times, retry_after } = read(FaultRequest, req.body);
      faults.delete(path);
      faults.set(path, { answer, retry_after, left: times });
      const [oldest] = faults.keys();
      if (faults.size > LIMIT && oldest !== undefined) faults.delete(oldest);
      res.status(204).end();
    })
    .all(onlyMethods('POST'));
  return {
    router,
    handler(req, res, next) {
      const fault = faults.get(req.path);
      if (fault === undefined) {
        next();
        return;
      }
      fault.left -= 1;
      if (fault.left === 0) faults.delete(req.path);
      if (fault.answer === 'drop') {
        req.socket.destroy();
        return;
      }
      if (fault.retry_after !== null) res.set('Retry-After', String(fault.retry_after));
      const limited = fault.answer === 'rate_limit';
      res.status(limited ? 429 : 500).json({ error: limited ? 'rate_limited' : 'server_error' });
    },
  };
}
