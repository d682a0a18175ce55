import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Row, Store, Write } from '../store/store.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { AUDIT_BATCH, type AuditBatch } from './kinds.ts';
import {
  createRecording,
  createSealing,
  createSearch,
  type NewEvent,
  type Verification,
  verifyChains,
} from './index.ts';

const DAY = 86_400_000;
const SECRETS = createSecrets({ secret: ['s'.repeat(43)], subject_secret: 't'.repeat(43), random: randomBytes });
const newId = (): string => randomBytes(13).toString('hex').toUpperCase();
const sessionHash = (id: string): string => `hash of ${id}`;

let folder: string;
let path: string;
let clock: FakeClock;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beckon-audit-'));
  path = join(folder, 'audit.db');
  clock = createFakeClock(Date.UTC(2026, 5, 1));
  store = open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function open(): Store {
  return openSqliteStore({ path, sealer: SECRETS, now: clock.now, wait: () => Promise.resolve() });
}

/** A session's id in partition `A3`, and one in `07`. */
const [ADA, EVE] = [`A3${'A'.repeat(26)}`, `07${'E'.repeat(26)}`];

async function tell(session_id: string, ...events: readonly NewEvent[]): Promise<void> {
  const recording = createRecording({ newId, retention_ms: 30 * DAY });
  await store.commit((now) => recording.writes(session_id, session_id, events, now) as [Write, ...Write[]]);
}

async function seal(of: Store = store, retention_ms = 30 * DAY): Promise<void> {
  const worker = createSealing({ store: of, sessionHash, retention_ms });
  const failures: unknown[] = [];
  clock.advance(3_000);
  await createJobs({ store: of, timers: systemTimers, workers: [worker], failed: (e) => failures.push(e) }).runOnce();
  expect(failures).toEqual([]);
}

const verify = (): Promise<Verification> => verifyChains(store, systemTimers.yieldTurn);

/** Three batches of two events each. */
async function threeBatches(): Promise<void> {
  for (let n = 1; n <= 3; n += 1) {
    await tell(ADA, { type: 'session.started', detail: `${n}` }, { type: 'session.scanned', detail: `${n}` });
    await seal();
  }
}

async function batchRow(seq: number): Promise<Row<AuditBatch>> {
  const { row } = await store.get<AuditBatch>(AUDIT_BATCH.name, `A3.${String(seq).padStart(12, '0')}`);
  if (row === null) throw new Error(`there is no batch ${seq}`);
  return row;
}

/** As a person with our secrets would: the row is sealed anew. */
async function rewrite(seq: number, change: (batch: AuditBatch) => AuditBatch): Promise<void> {
  const row = await batchRow(seq);
  const next = { ...row, version: row.version + 1, value: change(row.value) };
  expect((await store.commit([{ op: 'swap', kind: AUDIT_BATCH.name, row: next }])).stored).toBe(true);
}

function sql(text: string): void {
  const db = new DatabaseSync(path);
  db.exec(text);
  db.close();
}

describe('the chain', () => {
  it('FT-F10a: takes every event within 5 s, once, and verifies', async () => {
    await tell(ADA, { type: 'session.started', request_id: 'r1' }, { type: 'session.scanned', request_id: 'r2' });
    await tell(EVE, { type: 'session.started' });
    expect(await verify()).toMatchObject({ events: 0, unsealed: 2, broken: [] });
    await seal();
    await seal();
    expect(await verify()).toMatchObject({ batches: 2, events: 3, unsealed: 0, unsealed_since: null, broken: [] });
    const { value } = await batchRow(1);
    expect(value.events.map(({ n, type, session }) => [n, type, session])).toEqual([
      [1, 'session.started', `hash of ${ADA}`],
      [2, 'session.scanned', `hash of ${ADA}`],
    ]);
    expect(JSON.stringify(value).replaceAll(`hash of ${ADA}`, ''), 'the id of a session is in no batch').not.toContain(
      ADA,
    );
  });

  it('FT-F10b: has each event once where three processes seal the same partition, and one of them dies', async () => {
    for (let n = 0; n < 120; n += 1) await tell(ADA, { type: 'session.scanned', detail: `${n}` });
    const others = [open(), open()];
    let commits = 0;
    const dying: Store = {
      ...store,
      commit: (writes) => ((commits += 1) > 1 ? Promise.reject(new Error('killed')) : store.commit(writes)),
    };
    clock.advance(3_000);
    const worker = (of: Store) => createSealing({ store: of, sessionHash, retention_ms: 30 * DAY });
    const { rows } = await store.list('audit_event', 500);
    await Promise.allSettled([dying, ...others].map((of) => worker(of).handleAll(rows)));
    await seal();
    const found = await verify();
    expect(found).toMatchObject({ events: 120, unsealed: 0, broken: [] });
    const { events } = await createSearch({ store, sessionHash, retention_ms: 30 * DAY })(
      { session: sessionHash(ADA) },
      { limit: 500, cursor: null },
    );
    expect(new Set(events.map(({ detail }) => detail)).size).toBe(120);
    await Promise.all(others.map((other) => other.close()));
  });

  it('FT-F10c: is whole where its oldest batches are over by their time', async () => {
    await tell(ADA, { type: 'session.started' });
    await seal();
    clock.advance(20 * DAY);
    await tell(ADA, { type: 'session.scanned' });
    await seal();
    clock.advance(11 * DAY);
    await store.sweep(100);
    expect(await verify()).toMatchObject({ batches: 1, events: 1, broken: [] });
    clock.advance(30 * DAY);
    expect(await verify()).toMatchObject({ batches: 0, broken: [] });
  });
});

it('FT-F10c: is whole where the time for which events are kept was shortened, so that newer batches end before older ones', async () => {
  await threeBatches();
  for (let n = 0; n < 2; n += 1) {
    await tell(ADA, { type: 'session.scanned' });
    await seal(store, DAY);
  }
  await tell(ADA, { type: 'session.scanned' });
  await seal();
  clock.advance(2 * DAY);
  await store.sweep(100);
  expect(await verify()).toMatchObject({ batches: 4, broken: [] });
  await rewrite(2, (batch) => ({ ...batch, events: [{ ...batch.events[0], detail: 'innocent' }] }));
  expect((await verify()).broken, 'behind the gap').toMatchObject([{ partition: 'A3', batch: 2, problem: 'changed' }]);
});

describe('a chain that was changed by a person with our secrets is told with its place:', () => {
  beforeEach(threeBatches);

  it('FT-F11a: an event that says another thing', async () => {
    await rewrite(2, (batch) => {
      const [one, two] = batch.events as AuditBatch['events'] & { readonly 1: AuditBatch['events'][0] };
      return { ...batch, events: [one, { ...two, detail: 'innocent' }] };
    });
    expect((await verify()).broken).toEqual([{ partition: 'A3', batch: 2, event: 4, problem: 'changed' }]);
  });

  it('FT-F11b: an event that was taken out', async () => {
    await rewrite(2, (batch) => ({ ...batch, events: [batch.events[0]] }));
    expect((await verify()).broken).toEqual([{ partition: 'A3', batch: 2, event: 4, problem: 'missing' }]);
  });

  it('FT-F11c: two events that changed places', async () => {
    await rewrite(2, (batch) => ({ ...batch, events: batch.events.toReversed() as unknown as AuditBatch['events'] }));
    expect((await verify()).broken).toEqual([{ partition: 'A3', batch: 2, event: 3, problem: 'reordered' }]);
  });

  it('FT-F11c: two batches that changed places', async () => {
    const [one, two] = [(await batchRow(1)).value, (await batchRow(2)).value];
    await rewrite(1, () => two);
    await rewrite(2, () => one);
    expect((await verify()).broken).toEqual([{ partition: 'A3', batch: 1, event: null, problem: 'reordered' }]);
  });

  it('FT-F11b: a batch that is gone before its time, in the middle, at the end and at the beginning', async () => {
    for (const seq of [2, 3, 1]) {
      const row = await batchRow(seq);
      await store.commit([{ op: 'remove', kind: AUDIT_BATCH.name, id: row.id, version: row.version }]);
      expect((await verify()).broken).toMatchObject([{ partition: 'A3', problem: 'missing' }]);
    }
  });

  it('FT-F11b: a batch in the middle is named by its number', async () => {
    const row = await batchRow(2);
    await store.commit([{ op: 'remove', kind: AUDIT_BATCH.name, id: row.id, version: row.version }]);
    expect((await verify()).broken).toEqual([{ partition: 'A3', batch: 2, event: null, problem: 'missing' }]);
  });

  it('FT-F11d: a later batch that was made to fit a changed one does not fit its head', async () => {
    await rewrite(3, (batch) => ({ ...batch, previous: 'x'.repeat(43) }));
    expect((await verify()).broken).toMatchObject([{ partition: 'A3', problem: 'changed' }]);
  });
});

describe('a chain that was changed in the file, without our secrets, is told with its place:', () => {
  beforeEach(threeBatches);

  it('FT-F11e: a changed byte, and two rows that changed places', async () => {
    sql(`UPDATE rows SET value = CAST(value || 'x' AS BLOB) WHERE kind = 'audit_batch' AND id = 'A3.000000000002'`);
    expect((await verify()).broken).toEqual([{ partition: 'A3', batch: 2, event: null, problem: 'unreadable' }]);
  });

  it('FT-F11e: a removed row, and a removed head', async () => {
    sql(`DELETE FROM rows WHERE kind = 'audit_batch' AND id = 'A3.000000000003'`);
    expect((await verify()).broken).toEqual([{ partition: 'A3', batch: 3, event: null, problem: 'missing' }]);
    sql(`DELETE FROM rows WHERE kind = 'audit_head'`);
    expect((await verify()).broken).toEqual([{ partition: 'A3', batch: null, event: null, problem: 'missing' }]);
  });
});
