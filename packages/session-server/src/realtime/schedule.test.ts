import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createManualTimers } from './manual-timers.ts';
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

test('a run that throws takes nobody else along', () => {
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

test('property: whatever is set and called off, exactly the rest runs, each at its time and none early', () => {
  const step = fc.record({ delay: fc.nat(50), callOff: fc.boolean(), advance: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const timers = createManualTimers();
      const schedule = createSchedule(timers);
      const ran = new Map<number, number>();
      const wanted = new Map<number, number>();
      steps.forEach(({ delay, callOff, advance }, id) => {
        const stop = schedule.after(delay, () => ran.set(id, timers.now()));
        wanted.set(id, timers.now() + delay);
        timers.advance(callOff ? 0 : advance);
        if (callOff && !ran.has(id)) {
          stop();
          wanted.delete(id);
        }
      });
      timers.advance(100);
      expect(ran).toEqual(wanted);
      expect(schedule.size).toBe(0);
      expect(timers.pending).toBe(0);
    }),
  );
});
