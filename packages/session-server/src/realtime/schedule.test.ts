import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createManualTimers } from '../test-support/manual-timers.ts';
import { createSchedule } from './schedule.ts';

test('deadlines run in the order of their times, over one timer', () => {
  const timers = createManualTimers();
  const schedule = createSchedule(timers);
  const ran: string[] = [];
  schedule.after(30, () => ran.push('c'));
  schedule.after(10, () => ran.push('a'));
  schedule.after(20, () => ran.push('b'));
  expect(timers.pending, 'one timer for all').toBe(1);
  timers.advance(20);
  expect(ran).toEqual(['a', 'b']);
  timers.advance(10);
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(timers.pending, 'nothing due, no timer').toBe(0);
});

test('a run that schedules for now does not keep the ring from ending', () => {
  const timers = createManualTimers();
  const schedule = createSchedule(timers);
  let runs = 0;
  const again = (): void => {
    runs += 1;
    if (runs < 3) schedule.after(0, again);
  };
  schedule.after(0, again);
  timers.advance(0);
  expect(runs).toBe(3);
  expect(schedule.size).toBe(0);
});

test('a deadline called off by another one of the same moment does not run', () => {
  const timers = createManualTimers();
  const schedule = createSchedule(timers);
  const ran: string[] = [];
  schedule.after(5, () => {
    ran.push('first');
    stopSecond();
  });
  const stopSecond = schedule.after(5, () => ran.push('second'));
  timers.advance(5);
  expect(ran).toEqual(['first']);
  expect(timers.pending).toBe(0);
});

test('a run that throws takes no other along', () => {
  const timers = createManualTimers();
  const schedule = createSchedule(timers);
  const ran: string[] = [];
  schedule.after(5, () => {
    throw new Error('planted');
  });
  schedule.after(5, () => ran.push('other'));
  expect(() => timers.advance(5)).toThrow('planted');
  timers.advance(0);
  expect(ran).toEqual(['other']);
});

test('clear calls everything off, also what this very ring would still run', () => {
  const timers = createManualTimers();
  const schedule = createSchedule(timers);
  const ran: string[] = [];
  schedule.after(5, () => schedule.clear());
  schedule.after(5, () => ran.push('same moment'));
  schedule.after(9, () => ran.push('later'));
  timers.advance(20);
  expect(ran).toEqual([]);
  expect(timers.pending).toBe(0);
});

test('calling off one late deadline makes no early one late', () => {
  const timers = createManualTimers();
  const schedule = createSchedule(timers);
  const ran: number[][] = [];
  // The heap lies so that the place of 17 is taken by one that belongs further up.
  const stops = [12, 17, 9, 15, 6, 1, 7].map((at) => schedule.after(at, () => ran.push([at, timers.elapsed()])));
  stops[1]?.();
  timers.advance(100);
  expect(ran).toEqual([1, 6, 7, 9, 12, 15].map((at) => [at, at]));
});

test('property: whatever is set and called off, exactly the rest runs, each at its time and none early', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), value: fc.nat(100) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('call off' as const), value: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('advance' as const), value: fc.nat(20) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const timers = createManualTimers();
      const schedule = createSchedule(timers);
      const ran = new Map<number, number>();
      const wanted = new Map<number, number>();
      const stops: (() => void)[] = [];
      for (const { do: what, value } of steps) {
        const id = stops.length;
        if (what === 'set') {
          stops.push(schedule.after(value, () => ran.set(id, timers.elapsed())));
          wanted.set(id, timers.elapsed() + value);
        } else if (what === 'advance') timers.advance(value);
        else {
          // Also twice, and after it ran: then it changes nothing.
          stops[value]?.();
          if (!ran.has(value)) wanted.delete(value);
        }
      }
      timers.advance(200);
      expect(ran).toEqual(wanted);
      expect(schedule.size).toBe(0);
      expect(timers.pending).toBe(0);
    }),
    { numRuns: 500 },
  );
});
