import { getEventListeners } from 'node:events';
import type { Snapshot } from '@beckon/protocol';
import { expect, test } from 'vitest';
import type { SessionCredentials } from '../flow/index.ts';
import { createFakeFlow, settled, type FakeFlow } from '../test-support/fake-flow.ts';
import { createHub, type Hub } from './hub.ts';
import { createManualTimers, type ManualTimers } from '../test-support/manual-timers.ts';
import { createPolls, type PollLimits, type Polls } from './poll.ts';
import { createSchedule } from './schedule.ts';

interface Setting {
  readonly flow: FakeFlow;
  readonly timers: ManualTimers;
  readonly hub: Hub;
  readonly polls: Polls;
  readonly leftovers: () => number[];
}

function setting(limits: Partial<PollLimits> = {}): Setting {
  const flow = createFakeFlow();
  const timers = createManualTimers();
  const schedule = createSchedule(timers);
  const hub = createHub({ flow, schedule, onError: () => {} });
  const polls = createPolls({ flow, hub, schedule, limits });
  return {
    flow,
    timers,
    hub,
    polls,
    leftovers: () => [flow.listeners, hub.watchers, polls.held, timers.pending],
  };
}

const NOTHING = [0, 0, 0, 0];

/** A poll, and what became of it so far. */
function poll(
  polls: Polls,
  credentials: SessionCredentials,
  after: number | null,
  wait_s = 25,
  address = '192.0.2.1',
): { answer: Promise<Snapshot>; leave: AbortController; isAnswered: () => boolean } {
  const leave = new AbortController();
  let answered = false;
  const answer = polls.waitForChange({ credentials, address, after, wait_s, signal: leave.signal }).finally(() => {
    answered = true;
  });
  answer.catch(() => {});
  return { answer, leave, isAnswered: () => answered };
}

test('what is newer than `after` is answered at once', async () => {
  const { flow, polls, leftovers } = setting();
  const credentials = flow.add('s', { version: 3 });
  for (const after of [null, 0, 2]) expect((await poll(polls, credentials, after).answer).version).toBe(3);
  expect(leftovers()).toEqual(NOTHING);
});

test('with nothing newer it is held until the next change', async () => {
  const { flow, polls, leftovers } = setting();
  const { answer, isAnswered, leave } = poll(polls, flow.add('s'), 1);
  await settled();
  expect(isAnswered(), 'held').toBe(false);
  expect(polls.held).toBe(1);
  flow.change('s', { status: 'retrieved' });
  expect((await answer).status).toBe('retrieved');
  expect(leftovers()).toEqual(NOTHING);
  expect(getEventListeners(leave.signal, 'abort'), 'a kept-alive connection keeps no listener').toEqual([]);
});

test('a change between the first look and the watch is not missed', async () => {
  const { flow, polls } = setting();
  const credentials = flow.add('s');
  const release = flow.hold();
  const { answer } = poll(polls, credentials, 1);
  release();
  await Promise.resolve();
  flow.change('s', { status: 'retrieved' });
  expect((await answer).version).toBe(2);
});

test('it is held for 25 s at most, whatever it asks for, and then told what still holds', async () => {
  const { flow, polls, timers, leftovers } = setting();
  const { answer, isAnswered } = poll(polls, flow.add('s'), 1, 3_600);
  await settled();
  timers.advance(24_999);
  await settled();
  expect(isAnswered()).toBe(false);
  timers.advance(1);
  expect((await answer).version).toBe(1);
  expect(leftovers()).toEqual(NOTHING);
});

test('a wait of zero is not held', async () => {
  const { flow, polls } = setting();
  expect((await poll(polls, flow.add('s'), 1, 0).answer).version).toBe(1);
});

test('what it is told when the wait is over has the server’s time of then: the caller sets its clock by it', async () => {
  const { flow, polls, timers } = setting();
  const { answer } = poll(polls, flow.add('s'), 1);
  await settled();
  flow.set('s', { server_time_ms: 1_025_000 });
  timers.advance(25_000);
  expect((await answer).server_time_ms).toBe(1_025_000);
});

test('an ended session is not held: nothing newer can come', async () => {
  const { flow, polls } = setting();
  expect((await poll(polls, flow.add('s', { version: 9, status: 'declined' }), 9).answer).status).toBe('declined');
});

test('a caller that goes away leaves nothing', async () => {
  const { flow, polls, leftovers } = setting();
  const { answer, leave } = poll(polls, flow.add('s'), 1);
  await settled();
  leave.abort();
  await expect(answer).rejects.toThrow('aborted');
  await settled();
  expect(leftovers()).toEqual(NOTHING);
});

test('a caller that went away before the first look was done is not held', async () => {
  const { flow, polls, leftovers } = setting();
  const release = flow.hold();
  const { answer, leave } = poll(polls, flow.add('s'), 1);
  leave.abort();
  release();
  await expect(answer).rejects.toThrow('aborted');
  expect(leftovers()).toEqual(NOTHING);
});

test('a wrong secret is refused as flow refuses it', async () => {
  const { flow, polls } = setting();
  flow.add('s');
  const { answer } = poll(polls, { session_id: 's', session_secret: 'guessed' }, 1);
  await expect(answer).rejects.toMatchObject({ code: 'session_not_found' });
});

test('a session that disappears ends the wait', async () => {
  const { flow, polls, leftovers } = setting();
  const { answer } = poll(polls, flow.add('s'), 1);
  await settled();
  flow.change('s');
  flow.remove('s');
  await expect(answer).rejects.toMatchObject({ code: 'session_not_found' });
  expect(leftovers()).toEqual(NOTHING);
});

test('held polls are bounded; one with news is answered all the same', async () => {
  const { flow, polls } = setting({ held: 1 });
  const credentials = flow.add('s');
  poll(polls, credentials, 1);
  await settled();
  await expect(poll(polls, credentials, 1).answer).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 5 });
  expect((await poll(polls, credentials, 0).answer).version).toBe(1);
});

test('FT-A3i: one network holds a tenth of the polls; others are held when it has taken them', async () => {
  const { flow, polls } = setting();
  const credentials = flow.add('s');
  const others = Array.from({ length: 500 }, (_, n) => flow.add(`s${n}`));
  for (const [n, other] of others.entries()) poll(polls, other, 1, 25, `198.51.100.${n % 256}`);
  await settled();
  expect(polls.held).toBe(500);
  await expect(poll(polls, credentials, 1, 25, '198.51.100.7').answer).rejects.toMatchObject({ code: 'rate_limited' });
  expect((await poll(polls, credentials, 0, 25, '198.51.100.7').answer).version, 'with news it is answered').toBe(1);
  const { isAnswered } = poll(polls, credentials, 1, 25, '192.0.2.1');
  await settled();
  expect([isAnswered(), polls.held], 'another network').toEqual([false, 501]);
});

test('closing answers what is held and holds no more', async () => {
  const { flow, polls, leftovers } = setting();
  const credentials = flow.add('s');
  const { answer } = poll(polls, credentials, 1);
  await settled();
  polls.close();
  expect((await answer).version).toBe(1);
  expect((await poll(polls, credentials, 1).answer).version).toBe(1);
  expect(leftovers()).toEqual(NOTHING);
});

test('1,000 polls, answered, timed out or left, leave nothing', async () => {
  const { flow, polls, timers, leftovers } = setting({ held_per_network: 1_000 });
  const credentials = flow.add('s');
  const all = Array.from({ length: 1_000 }, (_, n) => poll(polls, n % 2 ? credentials : flow.add(`s${n}`), 1));
  await settled();
  all.forEach(({ leave }, n) => n % 3 === 0 && leave.abort());
  flow.change('s');
  await settled();
  timers.advance(25_000);
  await Promise.allSettled(all.map(({ answer }) => answer));
  expect(leftovers()).toEqual(NOTHING);
});
