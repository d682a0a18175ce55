import { expect, test } from 'vitest';
import { createManualTimers } from '../test-support/manual-timers.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createSchedule } from './schedule.ts';

test('each peer has its turn every 25 s, whenever it came, over one timer', () => {
  const timers = createManualTimers();
  const beats: string[] = [];
  const heartbeat = createHeartbeat<string>({
    schedule: createSchedule(timers),
    every_ms: 25_000,
    beat: (peer) => beats.push(`${peer} ${timers.elapsed()}`),
  });
  heartbeat.join('a');
  timers.advance(10_500);
  heartbeat.join('b');
  expect(timers.pending).toBe(1);
  timers.advance(50_000);
  expect(beats, 'the second one a turn earlier').toEqual(['a 25000', 'b 34000', 'a 50000', 'b 59000']);
  heartbeat.leave('a');
  heartbeat.leave('a');
  timers.advance(25_000);
  expect(beats.at(-1)).toBe('b 84000');
  heartbeat.leave('b');
  expect(timers.pending).toBe(0);
});

test('ten thousand peers that come at once are not written to at once', () => {
  const timers = createManualTimers();
  const at = new Map<number, number>();
  const heartbeat = createHeartbeat<number>({
    schedule: createSchedule(timers),
    every_ms: 25_000,
    beat: () => at.set(timers.elapsed(), (at.get(timers.elapsed()) ?? 0) + 1),
  });
  for (let peer = 0; peer < 10_000; peer += 1) heartbeat.join(peer);
  timers.advance(25_000);
  expect([...at.values()]).toEqual(Array.from({ length: 25 }, () => 400));
});
