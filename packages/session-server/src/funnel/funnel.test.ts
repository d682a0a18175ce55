import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { beginStory, type Session } from '../session/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { exampleSession } from '../testing/index.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createFunnel, type Funnel, readFunnel } from './index.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const CAUSE = { request_id: null, reason: null, detail: null };
const choice = { connector: 'wallet', mode: 'qr', cross_device: true, verifies_number: true } as const;

let clock: FakeClock;
let store: Store;
beforeEach(() => {
  clock = createFakeClock(NOON);
  const secrets = createSecrets({ secret: ['s'.repeat(43)], subject_secret: 't'.repeat(43), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer: secrets, now: clock.now, wait: () => Promise.resolve() });
});
afterEach(() => store.close());

function begun(): Session {
  const session = { ...exampleSession(clock.now()), choice };
  return { ...session, story: beginStory(session, CAUSE) };
}

/** A sign-in up to its end; the scan took 4 s, the approval 9 s. */
function pass(funnel: Funnel, connector = 'wallet'): void {
  const shown = { ...begun(), choice: { ...choice, connector } };
  const story = shown.story!;
  const retrieval = { holder: 'h', device: null, at: 0, same_network: null, number: null, matched: false };
  const retrieved = {
    ...shown,
    status: 'retrieved',
    retrieval,
    story: { ...story, spent: { initialized: 4_000, retrieved: 0, confirmed: 0 } },
  } as Session;
  const confirmed = {
    ...retrieved,
    status: 'confirmed',
    story: { ...story, spent: { initialized: 4_000, retrieved: 9_000, confirmed: 0 } },
  } as Session;
  const completed = { ...confirmed, status: 'completed', redeemed: 1 } as unknown as Session;
  const steps: readonly (Session | null)[] = [null, shown, retrieved, confirmed, completed];
  for (const [n, after] of steps.entries())
    if (after !== null) funnel.changed(steps[n - 1] ?? null, after, clock.now());
}

it('counts of two processes and of two hours are summed by app and by hour', async () => {
  const [one, other] = [createFunnel({ store, process_id: 'A' }), createFunnel({ store, process_id: 'B' })];
  pass(one);
  await one.store();
  clock.advance(3_600_000);
  pass(one);
  pass(other);
  pass(other, 'pasby');
  await one.store();
  await other.store();

  const { connectors, hours } = await readFunnel(store, 3);
  expect(connectors.map(({ connector, steps }) => [connector, steps.shown, steps.signed_in])).toEqual([
    ['wallet', 3, 3],
    ['pasby', 1, 1],
  ]);
  expect(connectors[0]?.median_ms).toEqual({ scanned: 5_000, approved: 12_000, signed_in: 500 });
  expect(hours.map(({ hour, steps }) => [hour - NOON, steps.scanned])).toEqual([
    [-3_600_000, 0],
    [0, 1],
    [3_600_000, 3],
  ]);
});

it('what was stored once is not counted twice, and a change of nothing is no step', async () => {
  const funnel = createFunnel({ store, process_id: 'A' });
  const session = begun();
  funnel.changed(null, session, clock.now());
  funnel.changed(session, { ...session, version: 2 }, clock.now());
  await funnel.store();
  await funnel.store();
  expect((await readFunnel(store, 1)).connectors[0]?.steps.shown).toBe(1);
});

it('an hour that could not be stored is stored later', async () => {
  let fails = true;
  const failing: Store = {
    ...store,
    commit: (writes) => (fails ? Promise.reject(new Error('the store is away')) : store.commit(writes)),
  };
  const funnel = createFunnel({ store: failing, process_id: 'A' });
  pass(funnel);
  await expect(funnel.store()).rejects.toThrow('away');
  clock.advance(3_600_000);
  pass(funnel);
  fails = false;
  await funnel.store();
  expect((await readFunnel(store, 2)).hours.map(({ steps }) => steps.signed_in)).toEqual([1, 1]);
});
