import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Row, Store } from '../store/store.ts';
import { type FakeClock, createFakeClock } from '../testing/fake-clock.ts';
import { type Jobs, type Timers, type Worker, createJobs, systemTimers } from './index.ts';

const LEASE_MS = 10_000;
const secret = (): string => randomBytes(32).toString('base64url');

let clock: FakeClock;
let store: Store;
beforeEach(() => {
  clock = createFakeClock();
  const sealer = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer, now: clock.now, wait: () => Promise.resolve() });
  onTestFinished(() => store.close());
});

async function due(count: number, expires_at = Number.MAX_SAFE_INTEGER): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const row = { id: `R${n}`, version: 1, schema: 1, expires_at, due_at: clock.now(), value: n };
    await store.commit([{ op: 'insert', kind: 'thing', row }]);
  }
}

/** Nothing more is owed for the row. */
async function finish(row: Row): Promise<void> {
  await store.commit([{ op: 'remove', kind: 'thing', id: row.id, version: row.version }]);
}

interface Process {
  readonly jobs: Jobs;
  readonly failures: unknown[];
  /** Lets what sleeps go on, once the clock was moved. */
  wake(): void;
}

/** A process on the store, whose timers stand still until they are woken. */
function process(worker: Partial<Worker> & Pick<Worker, 'handle'>, timers: Partial<Timers> = {}): Process {
  let sleeping: (() => void)[] = [];
  const failures: unknown[] = [];
  const jobs = createJobs({
    store,
    workers: [{ kind: 'thing', concurrency: 100, lease_ms: LEASE_MS, renew_ms: null, ...worker }],
    failed: (error) => failures.push(error),
    timers: {
      ...systemTimers,
      sleep: (_ms, signal) =>
        new Promise((resolve) => {
          sleeping.push(resolve);
          signal?.addEventListener('abort', () => resolve(), { once: true });
        }),
      ...timers,
    },
  });
  onTestFinished(() => jobs.stop());
  return {
    jobs,
    failures,
    wake() {
      const woken = sleeping;
      sleeping = [];
      for (const resolve of woken) resolve();
    },
  };
}

const settled = (): Promise<void> => systemTimers.yieldTurn();

describe('short work', () => {
  it('is done for every row that is due, once', async () => {
    await due(60);
    const handled: string[] = [];
    const { jobs } = process({
      handle: async (row) => {
        handled.push(row.id);
        await finish(row);
      },
    });
    await jobs.runOnce();
    await jobs.runOnce();
    expect(handled.length).toBe(60);
    expect(new Set(handled).size).toBe(60);
  });

  it('comes again after its lease when it threw, and the rest is done meanwhile', async () => {
    await due(2);
    let broken = true;
    const { jobs, failures } = process({
      handle: async (row) => {
        if (row.id === 'R0' && broken) throw new Error('no luck');
        await finish(row);
      },
    });
    await jobs.runOnce();
    expect(failures).toEqual([new Error('no luck')]);
    expect((await store.list('thing', 10)).rows.map(({ id }) => id)).toEqual(['R0']);
    broken = false;
    clock.advance(LEASE_MS - 1);
    await jobs.runOnce();
    expect((await store.get('thing', 'R0')).row, 'its lease runs').not.toBeNull();
    clock.advance(1);
    await jobs.runOnce();
    expect((await store.get('thing', 'R0')).row).toBeNull();
  });

  it('gives the rest of the process a turn at least every 25 rows', async () => {
    await due(100);
    let since = 0;
    let most = 0;
    const turn = (): Promise<void> => {
      since = 0;
      return systemTimers.yieldTurn();
    };
    const handle = async (row: Row): Promise<void> => {
      since += 1;
      most = Math.max(most, since);
      await finish(row);
    };
    await process({ handle }, { yieldTurn: turn }).jobs.runOnce();
    expect(most).toBe(25);
  });
});

describe('long work', () => {
  /** A process whose work goes on until it is aborted; `held` is what it works on. */
  function holder(concurrency = 100): Process & { readonly held: Set<string> } {
    const held = new Set<string>();
    const started = process({
      concurrency,
      renew_ms: 1000,
      async handle(row, signal) {
        held.add(row.id);
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        held.delete(row.id);
      },
    });
    return { ...started, held };
  }

  it('keeps its row for as long as it goes on', async () => {
    await due(1);
    const [one, other] = [holder(), holder()];
    await one.jobs.runOnce();
    for (let renewals = 0; renewals < 5; renewals += 1) {
      clock.advance(LEASE_MS - 1);
      one.wake();
      await settled();
      await other.jobs.runOnce();
    }
    expect([one.held.size, other.held.size]).toEqual([1, 0]);
  });

  it('is aborted when another process was given the row', async () => {
    await due(1);
    const [stuck, heir] = [holder(), holder()];
    await stuck.jobs.runOnce();
    clock.advance(LEASE_MS);
    await heir.jobs.runOnce();
    expect(heir.held.size).toBe(1);
    stuck.wake();
    await settled();
    expect(stuck.held.size, 'its lease is lost').toBe(0);
    expect(heir.held.size).toBe(1);
  });

  it('goes to another process at once when this one closes', async () => {
    await due(3);
    const [leaving, staying] = [holder(), holder()];
    await leaving.jobs.runOnce();
    await leaving.jobs.stop();
    expect(leaving.held.size).toBe(0);
    await staying.jobs.runOnce();
    expect(staying.held.size).toBe(3);
  });

  it('is not more than the process takes on; another one takes the rest', async () => {
    await due(5);
    const [one, other] = [holder(2), holder(100)];
    await one.jobs.runOnce();
    await one.jobs.runOnce();
    await other.jobs.runOnce();
    expect([one.held.size, other.held.size]).toEqual([2, 3]);
  });
});

it('sweeping goes on until nothing is over', async () => {
  const end = clock.now() + 1000;
  await due(1200, end);
  let swept = 0;
  const counting: Store = {
    ...store,
    async sweep(limit) {
      const count = await store.sweep(limit);
      swept += count;
      return count;
    },
  };
  clock.advance(1000);
  const jobs = createJobs({ store: counting, workers: [], failed: () => undefined, timers: systemTimers });
  await jobs.runOnce();
  expect(swept).toBe(1200);
});
