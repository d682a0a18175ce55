import { randomBytes, randomInt } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import { createFakeClock, slowStore } from '../testing/index.ts';
import { createBudget } from './budget.ts';

const secret = (): string => randomBytes(32).toString('base64url');
const open = (now: () => number): ReturnType<typeof openSqliteStore> =>
  openSqliteStore({
    path: ':memory:',
    sealer: createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes }),
    now,
  });

it('never lets more than the limit through in any window, whenever it is asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 3 })), { maxLength: 60 }),
      async (steps) => {
        const clock = createFakeClock();
        const budget = createBudget(open(clock.now), 'b', 5, 100);
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
  const budget = createBudget(open(clock.now), 'b', 2, 60_000);
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
    Array.from({ length: 100 }, () => createBudget(store, 'b', 20, 60_000).take(1)),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
}, 30_000);
