/**
 * A child that measures parts of a server's sources: sealing, the jobs and sweeping. Its argument is the checkout.
 * The parts are in no published package, so they are read where they are.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type * as Jobs from '../../packages/session-server/src/jobs/index.ts';
import type * as Secrets from '../../packages/session-server/src/secrets/index.ts';
import type * as Stores from '../../packages/session-server/src/store/index.ts';
import type { Row, Store, Write, Writes } from '../../packages/session-server/src/store/store.ts';
import { quantile } from '../world/spread.ts';
import { answer } from '../world/probe.ts';

const [, , checkout = '', folder = ''] = process.argv;
const load = async <T>(room: string): Promise<T> =>
  (await import(pathToFileURL(join(checkout, 'packages/session-server/src', room)).href)) as T;
const { createJobs, systemTimers } = await load<typeof Jobs>('jobs/index.ts');
const { createSecrets } = await load<typeof Secrets>('secrets/index.ts');
const { openSqliteStore } = await load<typeof Stores>('store/index.ts');

const secret = (): string => randomBytes(32).toString('base64url');
const secrets = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
let files = 0;

function open(now: () => number): Store {
  files += 1;
  const path = join(folder, `${process.pid}-${files}.db`);
  return openSqliteStore({ path, sealer: secrets, now, wait: systemTimers.sleep });
}

const rowOf = (id: string, expires_at: number, due_at: number | null): Row => ({
  id,
  version: 1,
  schema: 1,
  expires_at,
  due_at,
  value: { of: 'x'.repeat(1_000) },
});

async function insert(store: Store, count: number, row: (n: number) => Row): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const writes = Array.from({ length: Math.min(500, count - from) }, (_, n): Write => ({
      op: 'insert',
      kind: 'thing',
      row: row(from + n),
    }));
    await store.commit(writes as unknown as Writes);
  }
}

/** µs for each of many calls, by the size of the values: the median of 5 goes. */
answer('sealing', (sizes: readonly number[]): { readonly seal: number; readonly open: number } => {
  const plain = sizes.map((size) => Buffer.from('x'.repeat(size)));
  const sealed = plain.map((value) => secrets.seal(value, 'session|00', 'context'));
  const times = Math.ceil(12_000 / sizes.length);
  const each = (call: (value: Uint8Array) => unknown, given: readonly Uint8Array[]): number => {
    const goes = Array.from({ length: 5 }, () => {
      const began = performance.now();
      for (let n = 0; n < times; n += 1) for (const value of given) call(value);
      return ((performance.now() - began) * 1_000) / (times * given.length);
    });
    return quantile(
      goes.toSorted((a, b) => a - b),
      0.5,
    );
  };
  return {
    seal: each((value) => secrets.seal(value, 'session|00', 'context'), plain),
    open: each((value) => secrets.open(value, 'session|00', 'context'), sealed),
  };
});

/** The longest time in ms that nothing else had a turn while `count` rows, due in one ms, are worked off. */
answer('stall', async (count: number): Promise<number> => {
  const at = 1_700_000_000_000;
  const store = open(() => at);
  await insert(store, count, (n) => rowOf(`A.${String(n).padStart(6, '0')}`, at + 3_600_000, at));
  let failure: unknown = null;
  const jobs = createJobs({
    store,
    timers: systemTimers,
    workers: [
      {
        kind: 'thing',
        concurrency: 100,
        lease_ms: 60_000,
        renew_ms: null,
        async handle({ id, version }) {
          await store.commit([{ op: 'remove', kind: 'thing', id, version }]);
        },
      },
    ],
    failed: (error) => {
      failure = error;
    },
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await jobs.runOnce();
  delay.disable();
  await jobs.stop();
  await store.close();
  if (failure !== null) throw failure;
  return delay.max / 1e6;
});

/** Rows that a second of sweeping deletes, while as many as 500 sign-ins make are inserted. */
answer('sweeping', async (count: number): Promise<number> => {
  let at = 1_700_000_000_000;
  const store = open(() => at);
  await insert(store, count, (n) => rowOf(`A.${String(n).padStart(6, '0')}`, at + 1, null));
  at += 10;
  let arrived = 0;
  const began = performance.now();
  let swept = 0;
  for (let batch = -1; batch !== 0;) {
    batch = await store.sweep(500);
    swept += batch;
    // Five rows for each of 500 sign-ins a second.
    const owed = Math.floor(((performance.now() - began) / 1_000) * 2_500);
    await insert(store, owed - arrived, (n) => rowOf(`B.${arrived + n}`, at + 3_600_000, null));
    arrived = owed;
  }
  const seconds = (performance.now() - began) / 1_000;
  await store.close();
  return swept / seconds;
});

// It is asked until it is ended.
setInterval(() => undefined, 60_000);
