import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

function world() {
  const turns: (number | null)[] = [];
  let late: (() => void) | null = null;
  const queue = createTurns({
    after: (_ms, run) => {
      late = run;
      return () => void (late = null);
    },
    onTurn: (worker) => turns.push(worker),
  });
  return { turns, queue, pass: () => late?.() };
}

it('each has its turn in the order in which they asked, once', () => {
  const { turns, queue } = world();
  queue.ask(2);
  queue.ask(1);
  queue.ask(3);
  queue.ask(1);
  expect(turns).toEqual([2]);
  queue.over(2);
  queue.over(1);
  queue.over(3);
  expect(turns).toEqual([2, 1, 3, null]);
});

it('one that wrote before its turn came has none, and one that is gone leaves it at once', () => {
  const { turns, queue } = world();
  for (const worker of [1, 2, 3]) queue.ask(worker);
  queue.over(2);
  expect(turns).toEqual([1]);
  queue.over(1);
  expect(turns).toEqual([1, 3]);
});

it('a turn that does not end passes on', () => {
  const { turns, queue, pass } = world();
  queue.ask(1);
  queue.ask(2);
  pass();
  expect(turns).toEqual([1, 2]);
  queue.over(1);
  expect(turns, 'too late').toEqual([1, 2]);
  pass();
  expect(turns).toEqual([1, 2, null]);
});
