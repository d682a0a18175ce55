/**
 * What the ground costs: sealing, stalls while much falls due at once, sweeping, and the CPU of a sign-in.
 * `pnpm bench [--against <another checkout>]`; nothing here passes or fails.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createJobs, systemTimers } from '../packages/session-server/src/jobs/index.ts';
import { createSecrets } from '../packages/session-server/src/secrets/index.ts';
import { openSqliteStore } from '../packages/session-server/src/store/index.ts';
import type { Row, Store, Write, Writes } from '../packages/session-server/src/store/store.ts';
import { ROOT } from '../scripts/steps.ts';

const { values } = parseArgs({ options: { against: { type: 'string' } } });
const secret = (): string => randomBytes(32).toString('base64url');
const secrets = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
const folder = mkdtempSync(join(tmpdir(), 'beckon-bench-'));
let files = 0;

function open(now: () => number): Store {
  files += 1;
  return openSqliteStore({ path: join(folder, `${files}.db`), sealer: secrets, now, wait: systemTimers.sleep });
}
function say(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(66)} ${figure}\n`);
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

/** Bytes of the eight values that one cross-device sign-in seals, in order. */
const SEALED_BYTES = [468, 1155, 1361, 1619, 494, 1641, 1135, 224];

/** µs for each of many calls, by the size of the values. */
function sealing(name: string, sizes: readonly number[]): void {
  const plain = sizes.map((size) => Buffer.from('x'.repeat(size)));
  const sealed = plain.map((value) => secrets.seal(value, 'session|00', 'context'));
  const seal = (value: Uint8Array): unknown => secrets.seal(value, 'session|00', 'context');
  const unseal = (value: Uint8Array): unknown => secrets.open(value, 'session|00', 'context');
  for (const [what, call, given] of [
    ['seal', seal, plain],
    ['open', unseal, sealed],
  ] as const) {
    const round = (): void => {
      for (const value of given) call(value);
    };
    const rounds = Math.ceil(12_000 / given.length);
    const each = Array.from({ length: 21 }, () => {
      const began = performance.now();
      for (let n = 0; n < rounds; n += 1) round();
      return ((performance.now() - began) * 1_000) / (rounds * given.length);
    }).toSorted((a, b) => a - b);
    const [least = 0, median = 0] = [each[0], each[10]];
    say(`${what}, ${name}`, `${median.toFixed(2)} µs (at best ${least.toFixed(2)})`);
  }
}

/** The longest time that nothing else had a turn while `count` rows, due in one ms, are worked off. */
async function stall(count: number): Promise<void> {
  const at = 1_700_000_000_000;
  const store = open(() => at);
  await insert(store, count, (n) => rowOf(`A.${String(n).padStart(6, '0')}`, at + 3_600_000, at));
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
    failed: (error) => process.stderr.write(`${String(error)}\n`),
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  await jobs.runOnce();
  delay.disable();
  await jobs.stop();
  const took = ((performance.now() - began) / 1_000).toFixed(1);
  say(`longest stall while ${count} rows due in one ms are done (${took} s)`, `${(delay.max / 1e6).toFixed(1)} ms`);
  await store.close();
}

/** Rows that a second of sweeping deletes, while as many as 500 sign-ins make are inserted. */
async function sweeping(): Promise<void> {
  let at = 1_700_000_000_000;
  const store = open(() => at);
  await insert(store, 50_000, (n) => rowOf(`A.${String(n).padStart(6, '0')}`, at + 1, null));
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
  say('rows swept a second while 2500 a second arrive (500 sign-ins)', `${Math.round(swept / seconds)}`);
  await store.close();
}

const SIGN_INS = 150;
/** Runs in a process of its own, in the checkout that it measures; answers CPU ms for each sign-in, client and server together. */
const SIGN_IN_SCRIPT = `
  const from = process.argv[1];
  const load = async (paths) => {
    for (const path of paths) {
      try { return await import(from + path); } catch (error) { if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error; }
    }
    throw new Error('no harness in ' + from);
  };
  const { startHarness } = await load(['/test-support/harness.ts', '/testing/harness.ts']);
  const harness = await startHarness(JSON.parse(process.argv[2]), { logLevel: 'silent' });
  for (let n = 0; n < 50; n += 1) await harness.signIn();
  const before = process.cpuUsage();
  for (let n = 0; n < ${SIGN_INS}; n += 1) await harness.signIn();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1000 / ${SIGN_INS}));
  process.exit(0);
`;

function signInCost(checkout: string): number {
  const sources = join(checkout, 'packages/session-server/src');
  // Earlier checkouts called it `source`, which libraries do as well.
  const named = readFileSync(join(checkout, 'tsconfig.base.json'), 'utf8').includes('@beckon/source');
  const condition = named ? '@beckon/source' : 'source';
  const settings = JSON.stringify({ [named ? 'rateLimitFactor' : 'rate_limit_factor']: 1000 });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [`--conditions=${condition}`, '--input-type=module', '-e', SIGN_IN_SCRIPT, sources, settings],
    { cwd: checkout, encoding: 'utf8' },
  );
  const cost = Number(stdout);
  if (stdout === '' || !Number.isFinite(cost)) throw new Error(`${checkout}: ${stderr}`);
  return cost;
}

/** Turn by turn, so that what else the machine does falls on both. */
function signIns(): void {
  const checkouts = [ROOT, ...(values.against === undefined ? [] : [resolve(values.against)])];
  const costs = checkouts.map((): number[] => []);
  for (let round = 0; round < 5; round += 1) {
    for (const [n, checkout] of checkouts.entries()) costs[n]?.push(signInCost(checkout));
  }
  for (const [n, checkout] of checkouts.entries()) {
    const sorted = (costs[n] ?? []).toSorted((a, b) => a - b);
    const [least = 0, , median = 0, , most = 0] = sorted;
    const figure = `${median.toFixed(2)} ms (${least.toFixed(2)} to ${most.toFixed(2)})`;
    say(`CPU of a sign-in to its code, client included: ${checkout === ROOT ? 'this one' : checkout}`, figure);
  }
}

try {
  sealing('the values of a sign-in', SEALED_BYTES);
  sealing('3 kB', [3_000]);
  await stall(10_000);
  await stall(100_000);
  await sweeping();
  signIns();
} finally {
  rmSync(folder, { recursive: true });
}
