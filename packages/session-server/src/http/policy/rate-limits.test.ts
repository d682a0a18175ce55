import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import {
  createRateLimits,
  RATE_LIMITS,
  rateLimited,
  rateLimitHeaders,
  type RateLimitName,
  type RateLimits,
} from './rate-limits.ts';

interface Setting {
  readonly limits: RateLimits;
  readonly clock: FakeClock;
  readonly keys: () => readonly string[];
  readonly hits: () => number;
  readonly limited: RateLimitName[];
}

/** Limits over a counter that keeps the store's contract for `increment`. */
function setting(factor?: number): Setting {
  const clock = createFakeClock();
  const windows = new Map<string, { count: number; resets_at: number }>();
  const limited: RateLimitName[] = [];
  let hits = 0;
  const limits = createRateLimits({
    async increment(given) {
      hits += 1;
      return given.map(({ key, window_ms, by }) => {
        const known = windows.get(key);
        const begun = { count: 0, resets_at: clock.now() + window_ms };
        const live = known !== undefined && known.resets_at > clock.now() ? known : begun;
        const next = { ...live, count: live.count + by };
        windows.set(key, next);
        return next;
      });
    },
    now: clock.now,
    after: () => () => {},
    failed: (error) => expect.unreachable(String(error)),
    factor,
    onLimited: (name) => limited.push(name),
  });
  return { limits, clock, keys: () => [...windows.keys()], hits: () => hits, limited };
}

const SHOP = { client_id: 'shop', address_prefix: '127.0.0.0/24' };
const network = (n: number): { address_prefix: string } => ({ address_prefix: `network ${n}` });
/** Makes `sessions` 3 a minute. */
const TINY = 3 / RATE_LIMITS.sessions.hits;

test('hits within the limit are allowed, the next is not, and a new window starts afresh', async () => {
  const { limits, clock, limited } = setting(TINY);
  const take = async (): Promise<[boolean, number]> => {
    const { allowed, remaining } = await limits.take('sessions', SHOP);
    return [allowed, remaining];
  };
  expect([await take(), await take(), await take(), await take()]).toEqual([
    [true, 2],
    [true, 1],
    [true, 0],
    [false, 0],
  ]);
  expect(limited).toEqual(['sessions']);
  clock.advance(59_999);
  expect((await take())[0]).toBe(false);
  clock.advance(1);
  expect(await take()).toEqual([true, 2]);
});

test('limits do not count for one another: other client, other network, other limit', async () => {
  const { limits } = setting(TINY);
  for (let n = 0; n < 4; n += 1) await limits.take('sessions', SHOP);
  expect((await limits.take('sessions', { ...SHOP, client_id: 'spa' })).allowed).toBe(true);
  expect((await limits.take('sessions', { ...SHOP, address_prefix: '192.0.2.0/24' })).allowed).toBe(true);
  expect((await limits.take('mac_failures', network(1))).allowed).toBe(true);
});

test('the order in which a key is written does not matter', async () => {
  const { limits, keys } = setting();
  await limits.take('sessions', { client_id: 'a', address_prefix: 'b' });
  await limits.take('sessions', { address_prefix: 'b', client_id: 'a' });
  await limits.close();
  expect(keys()).toHaveLength(1);
});

test('property: different keys never share a counter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), fc.string(), fc.string(), async (a, b, c, d) => {
      fc.pre(a !== c || b !== d);
      const { limits, keys } = setting();
      await limits.take('sessions', { client_id: a, address_prefix: b });
      await limits.take('sessions', { client_id: c, address_prefix: d });
      await limits.close();
      expect(keys()).toHaveLength(2);
    }),
  );
});

test('by default a demo at full speed from one address is not limited: 600 sign-ins a minute', async () => {
  const { limits } = setting();
  for (let n = 0; n < 600; n += 1) {
    const verdicts = await Promise.all([
      limits.take('sessions', SHOP),
      limits.take('oauth_calls', SHOP),
      limits.take('choices', network(1)),
    ]);
    expect(verdicts.filter(({ allowed }) => !allowed)).toEqual([]);
  }
});

test('a limit never falls below one request', async () => {
  const { limits } = setting(0.000_001);
  expect(await limits.take('sessions', SHOP)).toMatchObject({ allowed: true, limit: 1 });
});

test('a refused key is refused from memory, without a write to the store, until its window ends', async () => {
  const { limits, clock, hits } = setting(3 / RATE_LIMITS.mac_failures.hits);
  for (let n = 0; n < 4; n += 1) await limits.take('mac_failures', network(1));
  const before = hits();
  for (let n = 0; n < 100; n += 1) {
    expect(await limits.take('mac_failures', network(1))).toMatchObject({
      allowed: false,
      remaining: 0,
      resets_in_s: 60,
    });
  }
  expect(hits(), 'writes for refusals').toBe(before);
  expect([limits.remembers('mac_failures', network(1)), limits.remembers('mac_failures', network(2))]).toEqual([
    true,
    false,
  ]);
  expect((await limits.take('mac_failures', network(2))).allowed, 'another network').toBe(true);
  expect((await limits.take('wallet_failures', network(1))).allowed, 'another limit').toBe(true);
  clock.advance(60_000);
  expect((await limits.take('mac_failures', network(1))).allowed).toBe(true);
});

test('what is remembered of refusals is bounded', async () => {
  const { limits, hits } = setting(0.000_001);
  for (let n = 0; n <= 10_000; n += 1) {
    await limits.take('mac_failures', network(n));
    await limits.take('mac_failures', network(n));
  }
  const before = hits();
  await limits.take('mac_failures', network(1));
  await limits.take('mac_failures', network(10_000));
  expect(hits(), 'remembered').toBe(before);
  await limits.take('mac_failures', network(0));
  expect(hits(), 'the oldest is forgotten').toBe(before + 1);
});

test('a share multiplies the limit of one key: a /48 may do more than one /64', async () => {
  const { limits } = setting(TINY);
  expect(await limits.take('sessions', SHOP, 4)).toMatchObject({ limit: 12, remaining: 11 });
});

test('limits on what strangers can make up are counted in this process, in bounded memory', async () => {
  const { limits, hits, clock } = setting(1 / RATE_LIMITS.scans.hits);
  const scan = async (key: string): Promise<boolean> => (await limits.take('scans', { key })).allowed;
  expect([await scan('a'), await scan('a'), await scan('b')]).toEqual([true, false, true]);
  clock.advance(60_000);
  expect([await scan('a'), await scan('a')], 'a new window').toEqual([true, false]);
  for (let n = 0; n < 20_000; n += 1) await scan(`made up ${n}`);
  expect(await scan('a'), 'the oldest is forgotten').toBe(true);
  expect(hits(), 'writes to the store').toBe(0);
});

test('headers tell the limit in seconds; a refusal adds Retry-After', async () => {
  const { limits, clock } = setting(1 / RATE_LIMITS.sessions.hits);
  expect(rateLimitHeaders(await limits.take('sessions', SHOP))).toEqual({
    'RateLimit-Limit': '1',
    'RateLimit-Remaining': '0',
    'RateLimit-Reset': '60',
  });
  clock.advance(58_500);
  const refused = await limits.take('sessions', SHOP);
  expect(rateLimitHeaders(refused)).toEqual({
    'RateLimit-Limit': '1',
    'RateLimit-Remaining': '0',
    'RateLimit-Reset': '2',
    'Retry-After': '2',
  });
  expect(rateLimited(refused)).toMatchObject({ code: 'rate_limited', retry_after_s: 2 });
});
