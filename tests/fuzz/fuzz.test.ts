import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Findings, run } from './run.ts';
import { assertSignsIn } from './sign-in.ts';
import { type FuzzWorld, startFuzzWorld } from './world.ts';

/**
 * Requests that are mostly right, with one or several parts wrong, to each route of a started server. `BECKON_FUZZ_SEED` makes a run
 * again, as far as the order of answers allows; `BECKON_FUZZ_REQUESTS` says how many requests. With `pnpm test:long` they are 100,000.
 */
const isLong = process.env['BECKON_LONG'] === '1';
/** The slice is the same in each run: a change that breaks it is the one that is tested. The long run looks for what is new. */
const seed = Number(process.env['BECKON_FUZZ_SEED'] ?? (isLong ? Math.floor(Math.random() * 2 ** 32) : 1));
const requests = Number(process.env['BECKON_FUZZ_REQUESTS'] ?? (isLong ? 100_000 : 2_000));
/** What must have been answered well now and then: else what is behind it was not tried. */
const REACHED = [
  'POST /oauth/par',
  'POST /oauth/token',
  'POST /oauth/introspect',
  'POST /session',
  'GET /session/:id/information',
  'POST /session/:id/update',
  'GET /session/:id/start',
  'POST /webhooks/:connector',
  'GET /q/:link',
  'POST /no-script',
  'GET /authorize',
  // Twice among 2,000 requests, on average: a slice may miss it.
  ...(isLong ? ['GET /oauth/userinfo'] : []),
];
/** Requests at a time. */
const LINES = 24;
/** What the server may hold more after the second half than after the first, in bytes: its memories have a limit, and are full by then. */
const MORE_BYTES = 12e6;

vi.setConfig({ testTimeout: isLong ? 900_000 : 60_000, hookTimeout: 60_000 });
afterAll(() => vi.resetConfig());

describe('where limits are wide', () => {
  let world: FuzzWorld;
  let found: Findings;
  const heaps: number[] = [];
  beforeAll(async () => {
    world = await startFuzzWorld({ rateLimitFactor: 1_000_000 });
  });
  afterAll(async () => {
    await world.stop();
  });

  it(`FT-D17a: ${requests} requests (BECKON_FUZZ_SEED=${seed}): each answer is well-formed, none is our failure, no secret is in one`, async () => {
    const halves = { every: Math.floor(requests / 2), run: async () => void heaps.push(await world.heap()) };
    found = await run(world, { seed, requests, lines: LINES, isLimited: false, at: halves });
    if (process.env['BECKON_FUZZ_SHOWN'] === '1') console.log(found.statuses, found.fulfilled, heaps);
    expect(found.problems).toEqual([]);
  });

  it('FT-D17a: that reached what is behind the checks', () => {
    expect(found.lines).toBeGreaterThan(requests / 2);
    expect(Object.keys(found.fulfilled)).toEqual(expect.arrayContaining(REACHED));
  });

  it('FT-D17b: afterwards a person signs in, and the memory is what it was', async () => {
    await assertSignsIn(world);
    const [first = 0, second = 0] = heaps;
    expect(second - first).toBeLessThan(MORE_BYTES);
    expect(world.ended()).toBe(null);
    expect(await world.stop()).toBe(0);
  });
});

it(`FT-D17c: where limits are on, they are told with Retry-After, and nothing else is different (BECKON_FUZZ_SEED=${seed})`, async () => {
  const world = await startFuzzWorld({ rateLimitFactor: 0.02 });
  const found = await run(world, { seed, requests: Math.ceil(requests / 4), lines: LINES, isLimited: true });
  const code = await world.stop();
  expect(found.problems).toEqual([]);
  expect(found.statuses['429'], 'else nothing was limited').toBeGreaterThan(20);
  expect(code).toBe(0);
});
