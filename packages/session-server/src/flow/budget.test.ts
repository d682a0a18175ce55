import { randomBytes, randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Budget } from '../connectors/connector.ts';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import { createFakeClock, slowStore } from '../testing/index.ts';
import { createBudget } from './budget.ts';

const secret = (): string => randomBytes(32).toString('base64url');
const secrets = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
const open = (now: () => number): ReturnType<typeof openSqliteStore> =>
  openSqliteStore({ path: ':memory:', sealer: secrets, now, wait: () => Promise.resolve() });

it('never lets more than the limit through in any window, whenever it is asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 3 })), { maxLength: 60 }),
      async (steps) => {
        const clock = createFakeClock();
        const budget = createBudget(open(clock.now), secrets, 'b', 5, 100);
        const taken: number[] = [];
        for (const [wait, count] of steps) {
          clock.advance(wait);
          const let_through = await budget.take(count).then(
            () => true,
            () => false,
          );
          if (let_through) taken.push(...Array.from({ length: count }, () => clock.now()));
          const inWindow = taken.filter((at) => at > clock.now() - 100).length;
          expect(inWindow).toBeLessThanOrEqual(5);
          expect(let_through || inWindow + count > 5, 'refused though there was room').toBe(true);
        }
      },
    ),
  );
});

it('tells when to come back, and then lets through', async () => {
  const clock = createFakeClock();
  const budget = createBudget(open(clock.now), secrets, 'b', 2, 60_000);
  await budget.take(1);
  clock.advance(10_000);
  await budget.take(1);
  await expect(budget.take(1)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 50 });
  await expect(budget.take(2)).rejects.toMatchObject({ retry_after_s: 60 });
  clock.advance(50_000);
  await expect(budget.take(1)).resolves.toBeUndefined();
});

// Every grant makes all that ask at the same time look again, so the work grows with limit times callers.
it('lets exactly the limit through when 100 ask at once on a slow store', async () => {
  const clock = createFakeClock();
  const store = slowStore(open(clock.now), () => randomInt(2));
  const answers = await Promise.allSettled(
    Array.from({ length: 100 }, () => createBudget(store, secrets, 'b', 20, 60_000).take(1)),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
}, 30_000);

describe('what is taken for a requester', () => {
  const take = (budget: Budget, network: string, client_authenticated = false): Promise<boolean> =>
    budget.take(1, { networks: [network, 'a /48'].slice(0, network.includes(':') ? 2 : 1), client_authenticated }).then(
      () => true,
      () => false,
    );
  const takeAll = async (budget: Budget, network: string, authenticated = false): Promise<number> => {
    let taken = 0;
    while (await take(budget, network, authenticated)) taken += 1;
    return taken;
  };

  it('FT-A3a: once a window is half used, no network has more than a tenth of what is left', async () => {
    const clock = createFakeClock();
    const budget = createBudget(open(clock.now), secrets, 'b', 100, 60_000);
    expect(await takeAll(budget, '192.0.2.0/24'), 'alone: half').toBe(50);
    expect(await takeAll(budget, '198.51.100.0/24'), 'a tenth of what is left').toBe(4);
    expect(await takeAll(budget, '203.0.113.0/24'), 'a tenth of what is left then').toBe(4);
    await expect(
      budget.take(1, { networks: ['192.0.2.0/24'], client_authenticated: true }),
      'is told when its own fall out of the window',
    ).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 60 });
    clock.advance(60_000);
    expect(await take(budget, '192.0.2.0/24')).toBe(true);
  });

  it('FT-A3a: a /48 is one network, whatever /64 of it asks', async () => {
    const budget = createBudget(open(createFakeClock().now), secrets, 'b', 100, 60_000);
    await takeAll(budget, '192.0.2.0/24');
    let taken = 0;
    for (let n = 0; n < 30; n += 1) taken += Number(await take(budget, `2001:db8:1:${n}::/64`));
    expect(taken).toBe(4);
  });

  it('FT-A3a: the last fifth is for clients that push their requests', async () => {
    const budget = createBudget(open(createFakeClock().now), secrets, 'b', 100, 60_000);
    const each = async (authenticated: boolean): Promise<number> => {
      let taken = 0;
      for (let n = 0; n < 100; n += 1)
        taken += Number(await take(budget, `10.${Number(authenticated)}.${n}.0/24`, authenticated));
      return taken;
    };
    expect(await each(false)).toBe(80);
    expect(await each(true)).toBe(20);
  });

  it('FT-A3a: what has begun is served out of all of it', async () => {
    const budget = createBudget(open(createFakeClock().now), secrets, 'b', 100, 60_000);
    for (let n = 0; n < 100; n += 1) await take(budget, `10.0.${n}.0/24`);
    for (let n = 0; n < 20; n += 1) await budget.take(1);
    await expect(budget.take(1)).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('FT-A3a: keeps no network in the clear', async () => {
    const store = open(createFakeClock().now);
    await take(createBudget(store, secrets, 'b', 100, 60_000), '192.0.2.0/24');
    expect(JSON.stringify(await store.list('budget', 10))).not.toContain('192.0.2');
  });
});
