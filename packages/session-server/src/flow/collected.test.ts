import { expect, it } from 'vitest';
import { createInProcessBus } from '../bus/index.ts';
import { type Session, type SessionEvent, transition } from '../session/index.ts';
import { EXAMPLE_BROWSER, EXAMPLE_LIFETIMES, exampleSession } from '../testing/index.ts';
import { createCollected } from './collected.ts';
import type { SessionRows } from './session-rows.ts';

const NOW = 1_000;
const apply = (before: Session, event: SessionEvent): Session => {
  const { ok, session } = transition(before, event, NOW, EXAMPLE_LIFETIMES);
  if (!ok) throw new Error(`${event.type} is not allowed`);
  return session;
};
const choice = { connector: 'wallet', mode: 'qr', cross_device: true, verifies_number: false } as const;
const identity = { subject: 'A1', claims: {}, acr: null, amr: [], auth_time: 1 };
const chosen = apply(exampleSession(NOW), { type: 'choose', choice, upstream: null });
const retrieved = apply(chosen, { type: 'retrieve', choice, holder: 'H', device: EXAMPLE_BROWSER, number: '42' });
const confirmed = apply(retrieved, { type: 'confirm', holder: 'H', number: null, identity, scope: ['openid'] });
const minted = apply(confirmed, { type: 'mint' });

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function phone(): {
  readonly bus: ReturnType<typeof createInProcessBus>;
  readonly answer: Promise<boolean>;
  loads: number;
} {
  const bus = createInProcessBus();
  const asked = { bus, loads: 0 };
  const load = async (): Promise<{ readonly session: Session; readonly now: number }> => {
    asked.loads += 1;
    return { session: confirmed, now: NOW };
  };
  const sleep = (): Promise<void> => new Promise(() => undefined);
  return Object.assign(asked, { answer: createCollected({ load }, bus, { sleep })(confirmed.id) });
}

it('the phone hears that the code was collected by what the change brings, and nothing is read again', async () => {
  const asked = phone();
  await turn();
  asked.bus.publish({ session: minted, now: NOW });
  expect(await asked.answer).toBe(true);
  expect(asked.loads).toBe(1);
});

it('a message from before the approval that comes late does not end the wait', async () => {
  const asked = phone();
  await turn();
  asked.bus.publish({ session: retrieved, now: NOW });
  await turn();
  expect(asked.loads, 'the store says what is').toBe(2);
  asked.bus.publish({ session: minted, now: NOW });
  expect(await asked.answer).toBe(true);
});

it('what the process knows answers only a yes: everything else is asked of the store', async () => {
  const bus = createInProcessBus();
  const sleep = (): Promise<void> => new Promise(() => undefined);
  /** `known` is what the process last saw; the store has the code. */
  const answer = (known: Session): Promise<readonly [boolean, number]> => {
    let reads = 0;
    const load: SessionRows['load'] = async (_id, serves) => {
      if (serves?.({ session: known, now: NOW }) === true) return { session: known, now: NOW };
      reads += 1;
      return { session: minted, now: NOW };
    };
    return createCollected({ load }, bus, { sleep })(confirmed.id).then((collected) => [collected, reads]);
  };
  expect(await answer(minted)).toEqual([true, 0]);
  expect(await answer(confirmed)).toEqual([true, 1]);
  expect(await answer(retrieved), 'from before the approval, which another process took').toEqual([true, 1]);
});
