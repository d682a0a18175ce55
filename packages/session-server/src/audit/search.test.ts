import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store, Write } from '../store/store.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { type AuditFilter, createRecording, createSealing, createSearch, type NewEvent } from './index.ts';

const DAY = 86_400_000;
const retention_ms = 30 * DAY;
const newId = (): string => randomBytes(13).toString('hex').toUpperCase();
const sessionHash = (id: string): string => `hash of ${id}`;

let clock: FakeClock;
let store: Store;
beforeEach(() => {
  clock = createFakeClock(Date.UTC(2026, 5, 1));
  const sealer = createSecrets({ secret: ['s'.repeat(43)], subject_secret: 't'.repeat(43), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer, now: clock.now, wait: () => Promise.resolve() });
});
afterEach(() => store.close());

async function tell(session_id: string | null, ...events: readonly NewEvent[]): Promise<void> {
  const recording = createRecording({ newId, retention_ms });
  await store.commit((now) => recording.writes(session_id ?? newId(), session_id, events, now) as [Write, ...Write[]]);
}

async function seal(): Promise<void> {
  const worker = createSealing({ store, sessionHash, retention_ms });
  clock.advance(3_000);
  await createJobs({ store, timers: systemTimers, workers: [worker], failed: () => undefined }).runOnce();
}

/** All pages of `limit`, as the details of their events. */
async function found(filter: AuditFilter, limit = 3): Promise<readonly (string | null)[]> {
  const search = createSearch({ store, sessionHash, retention_ms });
  const details: (string | null)[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof search>> = await search(filter, { limit, cursor });
    expect(page.events.length).toBeLessThanOrEqual(limit);
    details.push(...page.events.map(({ detail }) => detail));
    if (page.next === null) return details;
    cursor = page.next;
  }
}

const [ADA, EVE] = [`A3${'A'.repeat(26)}`, `07${'E'.repeat(26)}`];

it('FT-F12a: events are found by request, session, person, client and type, whether they are sealed or not', async () => {
  await tell(ADA, { type: 'session.started', request_id: 'r1', client_id: 'shop', detail: '1' });
  clock.advance(1);
  await tell(EVE, { type: 'session.started', request_id: 'r2', client_id: 'bank', detail: '2' });
  await seal();
  await tell(ADA, { type: 'session.approved', request_id: 'r3', client_id: 'shop', person: 'p', detail: '3' });
  expect(await found({ request_id: 'r1' })).toEqual(['1']);
  expect(await found({ request_id: 'r3' }), 'a moment ago').toEqual(['3']);
  expect(await found({ session: sessionHash(ADA) })).toEqual(['3', '1']);
  expect(await found({ person: 'p' })).toEqual(['3']);
  expect(await found({ client_id: 'shop' })).toEqual(['3', '1']);
  expect(await found({ client_id: 'shop', type: 'session.started' })).toEqual(['1']);
  expect(await found({ type: 'session.started' })).toEqual(['2', '1']);
  expect(await found({ session: sessionHash(ADA), client_id: 'bank' })).toEqual([]);
});

it('FT-F12b: pages give each event once, the newest first, over days and within one millisecond', async () => {
  const expected: string[] = [];
  for (let day = 0; day < 12; day += 1) {
    for (let n = 0; n < 4; n += 1)
      await tell(n % 2 === 0 ? ADA : EVE, { type: 'session.scanned', client_id: 'shop', detail: `${day}.${n}` });
    expected.unshift(...[0, 1, 2, 3].map((n) => `${day}.${n}`));
    await seal();
    clock.advance(DAY);
  }
  for (const filter of [{}, { client_id: 'shop' }, { session: sessionHash(ADA) }]) {
    const details = await found(filter);
    expect(new Set(details).size, 'none twice').toBe(details.length);
    const days = details.map((detail) => Number(detail?.split('.')[0]));
    expect(days).toEqual(days.toSorted((a, b) => b - a));
    expect(details.length).toBe('session' in filter ? 24 : 48);
  }
  expect(await found({ after: clock.now() - 3 * DAY }, 100)).toHaveLength(8);
});

it('FT-F12c: an event that is told later is found at the time at which it happened', async () => {
  const began = clock.now();
  clock.advance(1_800_000);
  await tell(ADA, { type: 'session.started', at: began, detail: 'early' }, { type: 'session.scanned', detail: 'late' });
  await seal();
  expect(await found({})).toEqual(['late', 'early']);
});
