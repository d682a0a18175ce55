import { describe, expect, it } from 'vitest';
import { systemTimers } from '../jobs/timers.ts';
import { exampleSession } from '../testing/index.ts';
import { type Told, createOutbox, createSharedBus } from './index.ts';

const session = exampleSession(0);
const change = { session, now: 7 };
const settled = (): Promise<void> => systemTimers.yieldTurn();

describe('the feed between processes', () => {
  it('gives the session to its own listeners, and the id alone to the others', async () => {
    const told: Told[] = [];
    const heard: unknown[] = [];
    const bus = createSharedBus(async (batch) => void told.push(batch), systemTimers);
    bus.subscribe(session.id, (given) => heard.push(given));
    bus.publish(change);
    await settled();
    bus.wake(session.id);
    await settled();
    expect(heard).toEqual([change, null]);
    expect(told).toEqual([[session.id], [session.id]]);
    expect(JSON.stringify(told), 'nothing of the session itself').toBe(JSON.stringify([[session.id], [session.id]]));
  });

  it('wakes those that listen to what another process tells of, and tells none of it on', async () => {
    const told: Told[] = [];
    const heard: string[] = [];
    const bus = createSharedBus(async (batch) => void told.push(batch), systemTimers);
    for (const id of ['A', 'B']) bus.subscribe(id, (given) => heard.push(`${id} ${JSON.stringify(given)}`));
    await bus.hear(['B', 'C']);
    expect(heard).toEqual(['B null']);
    await bus.hear('all');
    expect(heard).toEqual(['B null', 'A null', 'B null']);
    expect(told).toEqual([]);
  });

  it('lets everything else have a turn while many are woken', async () => {
    let turns = 0;
    const bus = createSharedBus(async () => undefined, { yieldTurn: async () => void (turns += 1) });
    let heard = 0;
    for (let n = 0; n < 1_000; n += 1) bus.subscribe(`S${n}`, () => (heard += 1));
    await bus.hear('all');
    expect([heard, turns]).toEqual([1_000, 9]);
  });
});

describe('what waits for a listener that takes nothing', () => {
  it('is one batch, each id once; and once it is too many, everything', async () => {
    const sent: Told[] = [];
    const ends: (() => void)[] = [];
    const outbox = createOutbox((told) => (sent.push(told), new Promise((resolve) => ends.push(resolve))), 3);
    const taken = async (): Promise<void> => {
      ends.pop()?.();
      await settled();
    };
    outbox.add(['A']);
    outbox.add(['B', 'C']);
    outbox.add(['B']);
    expect(sent, 'the rest waits until the first was taken').toEqual([['A']]);
    await taken();
    expect(sent.at(-1)).toEqual(['B', 'C']);
    outbox.add(['D', 'E', 'F', 'G']);
    outbox.add(['H']);
    await taken();
    expect(sent.at(-1), 'none is lost').toBe('all');
    await taken();
    outbox.add(['I']);
    await taken();
    expect(sent.slice(3)).toEqual([['I']]);
  });
});
