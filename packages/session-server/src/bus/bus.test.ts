import { describe, expect, it } from 'vitest';
import { exampleSession } from '../testing/index.ts';
import { createInProcessBus, lookUntil } from './index.ts';

const session = exampleSession(0);
const change = { session, now: 7 };
const never = { sleep: () => new Promise<void>(() => undefined) };

describe('the feed within one process', () => {
  it('gives the new session to all of its listeners, and to no others', () => {
    const bus = createInProcessBus();
    const heard: unknown[] = [];
    bus.subscribe(session.id, (told) => heard.push(['first', told]));
    const stop = bus.subscribe(session.id, (told) => heard.push(['second', told]));
    bus.subscribe('another', (told) => heard.push(['another', told]));
    bus.publish(change);
    stop();
    stop();
    bus.wake(session.id);
    expect(heard).toEqual([
      ['first', change],
      ['second', change],
      ['first', null],
    ]);
  });
});

describe('looking until there is something', () => {
  it('looks once where that is enough, and leaves nothing behind', async () => {
    let listening = 0;
    let sleeping: AbortSignal | undefined;
    const bus = { subscribe: () => ((listening += 1), () => void (listening -= 1)) };
    const timers = { sleep: (_ms: number, signal?: AbortSignal) => ((sleeping = signal), never.sleep()) };
    expect(await lookUntil('A', async () => 'found', { bus, timers, for_ms: 10 })).toBe('found');
    expect([listening, sleeping?.aborted]).toEqual([0, true]);
  });

  it('misses no change that comes during a look', async () => {
    const bus = createInProcessBus();
    let looks = 0;
    const look = async (): Promise<number | null> => {
      looks += 1;
      if (looks === 1) bus.publish(change);
      await Promise.resolve();
      return looks === 2 ? looks : null;
    };
    expect(await lookUntil(session.id, look, { bus, timers: never, for_ms: 1_000 })).toBe(2);
  });

  it('is woken by a change, and by nothing else while time is not up', async () => {
    const bus = createInProcessBus();
    let looks = 0;
    const found = lookUntil(session.id, async () => ((looks += 1), looks === 2 ? 'found' : null), {
      bus,
      timers: never,
      for_ms: 1_000,
    });
    await new Promise((resolve) => void setImmediate(resolve));
    expect(looks).toBe(1);
    bus.wake('another');
    bus.wake(session.id);
    expect(await found).toBe('found');
  });

  it('looks a last time when time is up, and from time to time before where it is asked to', async () => {
    const bus = createInProcessBus();
    const wakes: ((value: void) => void)[] = [];
    const timers = { sleep: () => new Promise<void>((resolve) => wakes.push(resolve)) };
    let looks = 0;
    const look = async (): Promise<null> => ((looks += 1), null);
    const found = lookUntil('A', look, { bus, timers, for_ms: 3, every_ms: 1 });
    const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
    await turn();
    wakes[1]?.();
    await turn();
    expect(looks, 'once more').toBe(2);
    wakes[0]?.();
    wakes[2]?.();
    expect(await found).toBe(null);
    expect(looks, 'the last one').toBe(3);
  });

  it('gives a look the change that it is for, and asks the store in the last one', async () => {
    const bus = createInProcessBus();
    const gone = new AbortController();
    const given: unknown[] = [];
    const look = async (told: unknown): Promise<null> => {
      given.push(told);
      // A change that comes with the end: another process may have made a newer one.
      if (given.length === 2) {
        bus.publish(change);
        gone.abort();
      }
      return null;
    };
    const found = lookUntil(session.id, look, { bus, timers: never, signal: gone.signal });
    await new Promise((resolve) => void setImmediate(resolve));
    bus.publish(change);
    expect(await found).toBe(null);
    expect(given).toEqual([null, change, null]);
  });

  it('begins with what comes next where the caller has just looked', async () => {
    const bus = createInProcessBus();
    const given: unknown[] = [];
    const look = async (told: unknown): Promise<string> => (given.push(told), 'found');
    const found = lookUntil(session.id, look, { bus, timers: never, looked: true });
    await new Promise((resolve) => void setImmediate(resolve));
    expect(given).toEqual([]);
    bus.publish(change);
    expect(await found).toBe('found');
    expect(given).toEqual([change]);
  });

  it('looks a last time when the caller is gone, and at once where there is no time', async () => {
    const bus = createInProcessBus();
    const gone = new AbortController();
    let looks = 0;
    const look = async (): Promise<null> => ((looks += 1), null);
    const found = lookUntil('A', look, { bus, timers: never, for_ms: 1_000, signal: gone.signal });
    gone.abort();
    expect([await found, looks]).toEqual([null, 2]);
    expect([await lookUntil('A', look, { bus, timers: never, for_ms: 0 }), looks]).toEqual([null, 3]);
  });
});
