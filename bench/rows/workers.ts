/** One server as several processes: what two workers carry, what that costs, and how soon one hears of the other's changes. */
import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Bench, BenchContext, Row } from '../bench.ts';
import type { TimedCommits } from '../insides/timed-store.ts';
import { connectTo } from '../world/pinned.ts';
import { type Beckon, startBeckon } from '../world/server.ts';
import { type Visitors, createVisitors, inParallel } from '../world/sign-in.ts';
import { interleave, quantile, spreadOf } from '../world/spread.ts';

/** Sign-ins at a time. */
const AT_ONCE = 32;
/** Of `/proc/PID/stat`: clock ticks are a hundredth of a second on Linux. */
const TICK_MS = 10;
/** Two workers and one that asks need a core each. */
const CORES = 3;

export const workers: Bench = {
  name: 'workers',
  title: 'Workers: two processes of one server',
  async run(context) {
    const rounds = context.quick ? 2 : 5;
    const count = context.quick ? 150 : 600;
    const servers: { readonly workers: number; readonly beckon: Beckon; readonly visitors: Visitors }[] = [];
    try {
      for (const n of [1, 2]) {
        const beckon = await startBeckon({
          folder: join(context.folder, String(n)),
          args: ['--workers', String(n)],
          storeOver: new URL('../insides/timed-store.ts', import.meta.url),
        });
        servers.push({ workers: n, beckon, visitors: await createVisitors(beckon, 8) });
      }
      const [one, two] = await interleave(
        servers.map(({ workers: n, beckon, visitors }) => ({
          name: n === 1 ? 'one process' : `${n} workers`,
          round: () => load(beckon, visitors, count),
        })),
        { rounds, say: context.say },
      );
      const hears = await feed(context, servers[1]!.beckon);
      for (const { visitors, beckon } of servers) {
        visitors.close();
        await beckon.stop();
      }
      const [alone, shared] = [1, 2].map((n) => commitsOf(join(context.folder, String(n))));
      if (one === undefined || two === undefined || alone === undefined || shared === undefined)
        throw new Error('no round');
      const none = { must: null, aim: null, peers: [] };
      const carried = two.per_s.median / one.per_s.median;
      const byCpu = (2 * one.cpu.median) / two.cpu.median;
      const hasCores = availableParallelism() >= CORES;
      const note = `the one that asks took ${two.asks.median.toFixed(2)} ms of CPU for each, on the same ${availableParallelism()} cores`;
      const rows: readonly Row[] = [
        {
          id: 'workers-one-rate',
          title: 'sign-ins a second, one process',
          unit: 'a second',
          ours: one.per_s,
          better: 'more',
          ...none,
        },
        {
          id: 'workers-two-rate',
          title: 'sign-ins a second, two workers',
          unit: 'a second',
          ours: two.per_s,
          better: 'more',
          ...none,
          note,
        },
        { id: 'workers-one-cpu', title: 'CPU for each sign-in, one process', unit: 'ms', ours: one.cpu, ...none },
        {
          id: 'workers-two-cpu',
          title: 'CPU for each sign-in, two workers and their primary process',
          unit: 'ms',
          ours: two.cpu,
          ...none,
        },
        {
          id: 'workers-gain',
          title: hasCores
            ? 'sign-ins of two workers, of those of one process'
            : 'sign-ins of two workers, of those of one process, if the server had two cores to itself',
          unit: '×',
          better: 'more',
          ours: spreadOf([hasCores ? carried : byCpu]),
          peers: [],
          must: { text: '≥ 1.7 × one process', limit: 1.7 },
          aim: null,
          note: hasCores
            ? `${availableParallelism()} cores`
            : `on cores shared with the one that asks it was ${carried.toFixed(2)}`,
        },
        {
          id: 'workers-commit-p99',
          title: `99 of 100 commits, two workers, ${Math.round(two.per_s.median)} sign-ins a second`,
          unit: 'ms',
          ours: spreadOf([quantile(shared.ms, 0.99)]),
          peers: [{ name: 'one process', version: 'Beckon', value: spreadOf([quantile(alone.ms, 0.99)]) }],
          must: { text: '≤ 20 ms', limit: 20 },
          aim: null,
          note: `of ${shared.ms.length.toLocaleString('en')}; the median took ${quantile(shared.ms, 0.5).toFixed(2)} ms, the slowest ${shared.ms.at(-1)?.toFixed(0)} ms`,
        },
        {
          id: 'workers-given-up',
          title: 'commits that were given up',
          unit: '',
          ours: spreadOf([shared.failed]),
          peers: [],
          must: { text: '≤ 0', limit: 0 },
          aim: null,
        },
        {
          id: 'workers-feed-p50',
          title: 'approval at one worker → browser at the other, median',
          unit: 'ms',
          ours: spreadOf([quantile(hears, 0.5)]),
          ...none,
        },
        {
          id: 'workers-feed-p99',
          title: 'approval at one worker → browser at the other, 99 of 100',
          unit: 'ms',
          ours: spreadOf([quantile(hears, 0.99)]),
          peers: [],
          must: { text: '≤ 20 ms', limit: 20 },
          aim: null,
        },
      ];
      return rows;
    } finally {
      for (const { beckon } of servers) await beckon.stop();
    }
  },
};

type Load = Readonly<Record<'per_s' | 'cpu' | 'asks', number>>;

async function load(beckon: Beckon, visitors: Visitors, count: number): Promise<Load> {
  const before = { cpu: cpuOf(beckon.child.pid), asks: process.cpuUsage(), at: performance.now() };
  await inParallel(count, AT_ONCE, () => visitors.signIn());
  const seconds = (performance.now() - before.at) / 1_000;
  const asks = process.cpuUsage(before.asks);
  return {
    per_s: count / seconds,
    cpu: (cpuOf(beckon.child.pid) - before.cpu) / count,
    asks: (asks.user + asks.system) / 1_000 / count,
  };
}

/** CPU in ms of a process and its children, as the kernel counts. */
function cpuOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const pids = [
    pid,
    ...children
      .split(' ')
      .filter((child) => child !== '')
      .map(Number),
  ];
  return pids.reduce((sum, each) => {
    const [, fields = ''] = /\) (.*)/.exec(readFileSync(`/proc/${each}/stat`, 'utf8')) ?? [];
    const [user, system] = fields.split(' ').slice(11, 13).map(Number);
    return sum + ((user ?? 0) + (system ?? 0)) * TICK_MS;
  }, 0);
}

function commitsOf(folder: string): TimedCommits {
  const all = readdirSync(folder)
    .filter((name) => name.startsWith('commits-'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as TimedCommits);
  return {
    ms: all.flatMap(({ ms }) => ms).toSorted((a, b) => a - b),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** From the phone's approval at one worker until the browser at the other hears of it, in ms, sorted. */
async function feed({ quick, say }: BenchContext, beckon: Beckon): Promise<readonly number[]> {
  const took: number[] = [];
  const most = quick ? 60 : 300;
  say('approval at one worker, browser at the other');
  const token = await beckon.wallet.token(beckon.issuer, 'person-of-the-feed');
  const visitors = await createVisitors({
    ...beckon,
    wallet: { ...beckon.wallet, token: () => Promise.resolve(token) },
  });
  while (took.length < most) {
    const begun = await visitors.begin(await visitors.push());
    const [browser, phone] = [await connectTo(beckon, 1), await connectTo(beckon, 2)];
    const watching = browser.watch(begun);
    await watching.until('initialized');
    const scanned = await visitors.scan(begun);
    await watching.until('retrieved');
    const sent = performance.now();
    const answered = phone.approve(scanned, token);
    took.push((await watching.until('confirmed')) - sent);
    await answered;
    watching.close();
    phone.close();
  }
  visitors.close();
  return took.toSorted((a, b) => a - b);
}
