import type { ConnectorContext, Requester } from '../connector.ts';
import { rateLimited } from '../shared/rest-period.ts';
import { createQueue } from './queue.ts';
import type { ResolvedPasbyOptions } from './options.ts';

/**
 * pasby counts a minute by when requests reach it, the budget by when they are taken. Between the
 * two may lie this much, in ms; it is added to the minute, so that pasby sees no more than its limit
 * in any minute either.
 */
const TRANSIT_MS = 5_000;
const WINDOW_MS = 60_000 + TRANSIT_MS;

/** New sign-ins never take more than this, so that those already waiting hear of their answer. */
const STARTS_SHARE = 0.8;
/** Asking again and again, where no stream holds, leaves this much to new sign-ins. */
const POLLS_SHARE = 0.5;

/**
 * Who may make how many of the requests that pasby allows in a minute. A sign-in that waits for an answer
 * goes before one that begins: while one whose stream broke off cannot be served, none begins.
 */
export interface Allowance {
  /**
   * For beginning a sign-in: `calls` requests and its stream, at once or not at all, and no network
   * more than its share.
   * @throws ConnectorError `rate_limited`
   */
  begin(calls: number, requester: Requester): Promise<void>;
  /** The stream that `begin` paid for: from now on it may be opened once, on this node, soon. */
  prepay(request: string, begun_at: number): void;
  /** Waits for the turn of a session's stream, unless it is paid for. */
  stream(request: string, signal: AbortSignal): Promise<void>;
  /** Waits for the turn of asking once, after a stream broke off. */
  recover(signal: AbortSignal): Promise<void>;
  /** Waits for the turn of asking again. */
  poll(signal: AbortSignal): Promise<void>;
  /** @throws ConnectorError `rate_limited` */
  cancel(): Promise<void>;
}

export function createAllowance(
  options: Pick<ResolvedPasbyOptions, 'baseUrl' | 'egress' | 'requestsPerMinute'>,
  context: ConnectorContext,
  assertWelcome: () => Promise<void>,
): Allowance {
  const limit = options.requestsPerMinute;
  // pasby counts by address: two apps of one server share what one address may.
  const name = `pasby|${new URL(options.baseUrl).host}|${options.egress}`;
  const all = context.budget(name, limit, WINDOW_MS);
  const starts = context.budget(`${name}|starts`, Math.floor(limit * STARTS_SHARE), WINDOW_MS);
  const polls = context.budget(`${name}|polls`, Math.floor(limit * POLLS_SHARE), WINDOW_MS);

  const recovering = createQueue(async () => {
    await assertWelcome();
    await all.take(1);
  }, context.timers);
  const polling = createQueue(async () => {
    await assertWelcome();
    await polls.take(1);
    await all.take(1);
  }, context.timers);
  /** Until when a paid stream may be opened, by request. */
  const paid = new Map<string, number>();

  return {
    async begin(calls, requester) {
      await assertWelcome();
      if (recovering.held > 0)
        throw rateLimited('pasby: start', Math.ceil((recovering.held / limit) * (WINDOW_MS / 1000)) + 1);
      await starts.take(calls + 1, requester);
      await all.take(calls + 1);
    },
    prepay(request, begun_at) {
      for (const [each, until] of paid) if (until <= context.now()) paid.delete(each);
      paid.set(request, begun_at + TRANSIT_MS);
    },
    async stream(request, signal) {
      const until = paid.get(request) ?? 0;
      paid.delete(request);
      if (until <= context.now()) await recovering.turn(signal);
    },
    recover: (signal) => recovering.turn(signal),
    poll: (signal) => polling.turn(signal),
    async cancel() {
      await assertWelcome();
      await all.take(1);
    },
  };
}
