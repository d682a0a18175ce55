import { expect, it } from 'vitest';
import { createRemembered } from './remembered.ts';

const FRESH_MS = 1000;

function setting(): { now: number; answers: (() => Promise<string>)[]; fetched: number } {
  return { now: 0, answers: [], fetched: 0 };
}

function remember(world: ReturnType<typeof setting>): ReturnType<typeof createRemembered<string>> {
  return createRemembered(() => world.now, {
    fresh_ms: FRESH_MS,
    fetch() {
      world.fetched += 1;
      return (world.answers.shift() ?? ((): Promise<string> => Promise.resolve(`answer ${world.fetched}`)))();
    },
  });
}

const down = (): Promise<never> => Promise.reject(new Error('down'));

it('however many ask at once, it is fetched once; and again when it is old', async () => {
  const world = setting();
  const remembered = remember(world);
  const values = await Promise.all([1, 2, 3].map(() => remembered.current()));
  expect(values.map(({ value }) => value)).toEqual(['answer 1', 'answer 1', 'answer 1']);
  world.now = FRESH_MS - 1;
  expect((await remembered.current()).value).toBe('answer 1');
  world.now = FRESH_MS;
  expect((await remembered.current()).value).toBe('answer 2');
});

it('a first failure is told, and not repeated within a second', async () => {
  const world = setting();
  world.answers = [down];
  const remembered = remember(world);
  await expect(remembered.current()).rejects.toThrow('down');
  world.now = 999;
  await expect(remembered.current()).rejects.toThrow('down');
  expect(world.fetched).toBe(1);
  world.now = 1000;
  expect((await remembered.current()).value).toBe('answer 2');
});

it('a later failure leaves what is known, for a day, and is not repeated for every caller', async () => {
  const world = setting();
  const remembered = remember(world);
  await remembered.current();
  world.answers = [down, down];
  world.now = FRESH_MS;
  expect((await remembered.current()).value).toBe('answer 1');
  expect((await remembered.current()).value).toBe('answer 1');
  expect(world.fetched).toBe(2);
  world.now = 86_400_000;
  await expect(remembered.current()).rejects.toThrow('down');
});
