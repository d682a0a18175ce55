import type { Snapshot } from '@beckon/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FlowError } from '../flow/index.ts';
import { createFakeFlow, framesAt, settled, type FakeFlow } from '../test-support/fake-flow.ts';
import { createHub, type Hub, type HubLimits, type Watcher, type Watching } from './hub.ts';
import { createManualTimers, type ManualTimers } from '../test-support/manual-timers.ts';
import { createSchedule } from './schedule.ts';

interface Setting {
  readonly flow: FakeFlow;
  readonly timers: ManualTimers;
  readonly hub: Hub;
  readonly errors: unknown[];
}

function setting(limits: Partial<HubLimits> = {}): Setting {
  const flow = createFakeFlow();
  const timers = createManualTimers();
  const errors: unknown[] = [];
  const schedule = createSchedule(timers);
  const hub = createHub({ flow, schedule, limits, onError: (error) => errors.push(error) });
  return { flow, timers, hub, errors };
}

interface Recorder extends Watcher {
  readonly told: Snapshot[];
  readonly lostWith: FlowError[];
}

function recorder(): Recorder {
  const told: Snapshot[] = [];
  const lostWith: FlowError[] = [];
  return { told, lostWith, snapshot: (snapshot) => told.push(snapshot), lost: (error) => lostWith.push(error) };
}

const versions = ({ told }: Recorder): number[] => told.map(({ version }) => version);

test('a watcher is told the snapshot at once and after every change', async () => {
  const { flow, hub } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s'), watcher);
  expect(watcher.told, 'nothing before watch returns').toEqual([]);
  await settled();
  flow.change('s', { status: 'retrieved' });
  await settled();
  expect(watcher.told.map(({ status }) => status)).toEqual(['initialized', 'retrieved']);
});

test('ten watchers of one session cost one flow subscription and one look for each change', async () => {
  const { flow, hub } = setting();
  const watchers = Array.from({ length: 10 }, recorder);
  const credentials = flow.add('s');
  for (const watcher of watchers) hub.watch(credentials, watcher);
  await settled();
  expect(flow.listeners).toBe(1);
  const before = flow.looks;
  flow.change('s');
  await settled();
  expect(flow.looks - before).toBe(1);
  for (const watcher of watchers) expect(versions(watcher)).toEqual([1, 2]);
});

test('a burst of changes costs one look under way and one after it, and the last state is told', async () => {
  const { flow, hub } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s'), watcher);
  await settled();
  const before = flow.looks;
  const release = flow.hold();
  for (let i = 0; i < 50; i += 1) flow.change('s');
  release();
  await settled();
  expect(flow.looks - before).toBe(2);
  expect(versions(watcher).at(-1)).toBe(51);
});

test('the same version is not told twice, an older one never', async () => {
  const { flow, hub } = setting();
  const watcher = recorder();
  flow.add('s', { version: 5 });
  hub.watch(flow.add('s'), watcher);
  await settled();
  flow.set('s', { version: 3 });
  flow.change('s'); // 4: a late answer of a store that lags
  await settled();
  flow.change('s'); // 5
  await settled();
  flow.change('s');
  await settled();
  expect(versions(watcher)).toEqual([5, 6]);
});

test('a look after a change is given what came with it, and one after a mere wake-up asks the store', async () => {
  const { flow, hub } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s'), watcher);
  await settled();
  flow.tell('s', 2);
  await settled();
  flow.change('s');
  await settled();
  expect(flow.given).toEqual([null, 2, null]);
});

test('a message that comes late, or twice, costs no look', async () => {
  const { flow, hub } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s', { version: 5 }), watcher);
  await settled();
  for (const version of [4, 5, 6, 6, 3]) {
    flow.tell('s', version);
    await settled();
  }
  expect(flow.given).toEqual([null, 6]);
  expect(versions(watcher)).toEqual([5, 6]);
});

test('of what changes during a look the newest is looked at, and nothing that the look has told', async () => {
  const { flow, hub } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s'), watcher);
  await settled();
  const release = flow.hold();
  for (const version of [2, 4, 3]) flow.tell('s', version);
  release();
  await settled();
  expect(flow.given).toEqual([null, 2, 4]);
  flow.set('s', { version: 6 });
  flow.hold()();
  hub.watch(flow.add('s'), recorder());
  flow.tell('s', 6);
  await settled();
  expect(flow.given, 'it was told by the look that changed it').toEqual([null, 2, 4, null]);
});

test('a change during a look answers no question to the store', async () => {
  const { flow, hub } = setting();
  const [first, second] = [recorder(), recorder()];
  const credentials = flow.add('s');
  hub.watch(credentials, first);
  await settled();
  const release = flow.hold();
  flow.tell('s', 2);
  hub.watch(credentials, second);
  flow.tell('s', 3);
  flow.set('s', { version: 3 });
  release();
  await settled();
  expect(flow.given).toEqual([null, 2, null]);
  expect([versions(first), versions(second)]).toEqual([
    [1, 2, 3],
    [2, 3],
  ]);
});

test('who joins a watched session is told at once, those who know are not told again', async () => {
  const { flow, hub } = setting();
  const [first, second] = [recorder(), recorder()];
  const credentials = flow.add('s');
  hub.watch(credentials, first);
  await settled();
  hub.watch(credentials, second);
  await settled();
  expect(versions(first)).toEqual([1]);
  expect(versions(second)).toEqual([1]);
});

test('a wrong secret is lost, and the right watchers notice nothing', async () => {
  const { flow, hub } = setting();
  const [right, wrong] = [recorder(), recorder()];
  hub.watch(flow.add('s'), right);
  hub.watch({ session_id: 's', session_secret: 'guessed' }, wrong);
  await settled();
  expect(wrong.told, 'no snapshot for a wrong secret').toEqual([]);
  expect(wrong.lostWith.map(({ code }) => code)).toEqual(['session_not_found']);
  flow.change('s');
  await settled();
  expect(versions(right)).toEqual([1, 2]);
  expect(flow.listeners).toBe(1);
});

test('FT-E3b: while nothing happens nothing is looked at and nothing told, and the end of its time is', async () => {
  const { flow, hub, timers } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s', { expires_at: 1_600, qr: framesAt(1_000_000, 300) }), watcher);
  await settled();
  for (let second = 1; second < 600; second += 1) {
    timers.advance(1_000);
    await settled();
  }
  expect([flow.looks, versions(watcher), timers.pending]).toEqual([1, [1], 1]);
  flow.set('s', { status: 'expired', version: 2, qr: null });
  timers.advance(1_000);
  await settled();
  expect(watcher.told.at(-1)?.status).toBe('expired');
  expect(timers.pending).toBe(0);
});

test('what stands is known without a look, for the right secret and while nothing is under way', async () => {
  const { flow, hub } = setting();
  const credentials = flow.add('s', { version: 4 });
  expect(hub.standing(credentials), 'not watched').toBeNull();
  hub.watch(credentials, recorder());
  expect(hub.standing(credentials), 'not looked at yet').toBeNull();
  await settled();
  expect(hub.standing(credentials)).toBe(4);
  expect(hub.standing({ session_id: 's', session_secret: 'guessed' })).toBeNull();
  const release = flow.hold();
  flow.change('s');
  expect(hub.standing(credentials), 'a change is looked at').toBeNull();
  release();
  await settled();
  expect([hub.standing(credentials), flow.looks]).toEqual([5, 2]);
  flow.failWith(new Error('store is away'));
  flow.change('s');
  await settled();
  expect(hub.standing(credentials), 'the store is away').toBeNull();
});

test('while it is confirmed a look has to say what stands: its code may be too old', async () => {
  const { flow, hub } = setting();
  const credentials = flow.add('s', { status: 'confirmed' });
  hub.watch(credentials, recorder());
  await settled();
  expect(hub.standing(credentials)).toBeNull();
});

test('a session that is over by the clock is looked at then, whether or not it was published', async () => {
  const { flow, hub, timers } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s', { expires_at: 1_010, qr: framesAt(1_000_000, 5) }), watcher);
  await settled();
  flow.set('s', { status: 'expired', version: 2, qr: null });
  timers.advance(9_999);
  await settled();
  expect(flow.looks).toBe(1);
  timers.advance(1);
  await settled();
  expect(watcher.told.at(-1)?.status).toBe('expired');
});

test('after an end the watch is over: no subscription, no timer', async () => {
  const { flow, hub, timers } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s'), watcher);
  await settled();
  flow.change('s', { status: 'completed' });
  await settled();
  expect(watcher.told.at(-1)?.status).toBe('completed');
  expect([flow.listeners, hub.sessions, timers.pending]).toEqual([0, 0, 0]);
});

test('a store that fails for a while is asked again, ever less often, and no watcher is lost', async () => {
  const { flow, hub, timers, errors } = setting();
  const watcher = recorder();
  const outage = new Error('store is away');
  flow.failWith(outage);
  hub.watch(flow.add('s'), watcher);
  await settled();
  for (const wait of [500, 1_000, 2_000]) {
    timers.advance(wait - 1);
    await settled();
    const before = flow.looks;
    timers.advance(1);
    await settled();
    expect(flow.looks, `a retry after ${wait} ms`).toBe(before + 1);
  }
  flow.failWith(null);
  timers.advance(4_000);
  await settled();
  expect(versions(watcher)).toEqual([1]);
  expect(errors).toEqual([outage, outage, outage, outage]);
});

test('a session that disappears is lost', async () => {
  const { flow, hub } = setting();
  const watcher = recorder();
  hub.watch(flow.add('s'), watcher);
  await settled();
  flow.change('s');
  flow.remove('s');
  await settled();
  expect(watcher.lostWith.map(({ code }) => code)).toEqual(['session_not_found']);
  expect(flow.listeners).toBe(0);
});

test('one session has a bounded number of watchers', async () => {
  const { flow, hub } = setting({ watchers: 2 });
  const credentials = flow.add('s');
  const watchers = [recorder(), recorder(), recorder()];
  for (const watcher of watchers) hub.watch(credentials, watcher);
  await settled();
  expect(watchers.map(({ lostWith }) => lostWith[0]?.code)).toEqual([undefined, undefined, 'rate_limited']);
  expect(hub.watchers).toBe(2);
});

test('a watcher that leaves while a look is under way is told nothing', async () => {
  const { flow, hub, timers } = setting();
  const watcher = recorder();
  const release = flow.hold();
  const watching = hub.watch(flow.add('s'), watcher);
  hub.unwatch(watching);
  release();
  await settled();
  expect(watcher.told).toEqual([]);
  expect([flow.listeners, hub.sessions, timers.pending]).toEqual([0, 0, 0]);
});

test('1,000 watches that end leave nothing behind', async () => {
  const { flow, hub, timers } = setting();
  const credentials = flow.add('s', { qr: framesAt(1_000_000, 10) });
  for (let i = 0; i < 1_000; i += 1) {
    const watching = hub.watch(i % 2 === 0 ? credentials : flow.add(`s${i}`), recorder());
    if (i % 3 === 0) await settled();
    hub.unwatch(watching);
  }
  await settled();
  expect([flow.listeners, hub.sessions, hub.watchers, timers.pending]).toEqual([0, 0, 0, 0]);
});

test('property: whatever happens, no watcher is told anything older than it knows, and closing leaves nothing', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('watch' as const), session: fc.nat(2) }),
    fc.record({ do: fc.constant('unwatch' as const), pick: fc.nat(20) }),
    fc.record({ do: fc.constant('change' as const), session: fc.nat(2), ends: fc.boolean() }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.nat(30_000) }),
    fc.record({ do: fc.constant('settle' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { flow, hub, timers } = setting();
      const credentials = [0, 1, 2].map((n) => flow.add(`s${n}`, { qr: framesAt(1_000_000, 5) }));
      const ended = new Set<number>();
      const watchers: Recorder[] = [];
      const watchings: Watching[] = [];
      for (const one of steps) {
        if (one.do === 'watch') {
          const watcher = recorder();
          watchers.push(watcher);
          watchings.push(hub.watch(credentials[one.session]!, watcher));
        } else if (one.do === 'unwatch') {
          const watching = watchings[one.pick];
          if (watching !== undefined) hub.unwatch(watching);
        } else if (one.do === 'change' && !ended.has(one.session)) {
          if (one.ends) ended.add(one.session);
          flow.change(`s${one.session}`, one.ends ? { status: 'cancelled', qr: null } : {});
        } else if (one.do === 'advance') timers.advance(one.ms);
        else await settled();
      }
      await settled();
      for (const watcher of watchers) {
        const seen = versions(watcher);
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      }
      hub.close();
      await settled();
      expect([flow.listeners, hub.sessions, hub.watchers, timers.pending]).toEqual([0, 0, 0, 0]);
    }),
    { numRuns: 60 },
  );
});

test('FT-F27a: every watched session is looked at again one after another, and told though its version is the same', async () => {
  const { flow, hub, timers } = setting();
  const watchers = Array.from({ length: 4 }, recorder);
  for (const [n, watcher] of watchers.entries()) hub.watch(flow.add(`s${n}`), watcher);
  await settled();
  const before = flow.looks;
  hub.lookAgain(100);
  for (const looks of [1, 2, 3, 4]) {
    timers.advance(25);
    await settled();
    expect(flow.looks - before).toBeGreaterThanOrEqual(looks);
  }
  for (const watcher of watchers) expect(versions(watcher)).toEqual([1, 1]);
  expect(flow.looks - before).toBe(4);
});
