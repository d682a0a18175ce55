/** What a page costs that waits: memory of the server for each, after one minute and after ten, and CPU. */
import { join } from 'node:path';
import { setTimeout as passes } from 'node:timers/promises';
import type { Bench, BenchContext, Bound, Peer, Row, Spread } from '../bench.ts';
import { type Waiters, startBeckonWaiters, startPeerWaiters } from '../world/waiters.ts';
import { spreadOf } from '../world/spread.ts';

interface Measured {
  readonly name: string;
  readonly version: string;
  /** KB of RSS for each page. */
  readonly soon: Spread;
  readonly late: Spread;
  /** Per cent of a core. */
  readonly cpu: Spread;
}

export const idle: Bench = {
  name: 'idle',
  title: 'Pages that wait: memory and CPU of the server process',
  async run(context) {
    const { quick, folder, say } = context;
    const count = quick ? 1_000 : 10_000;
    say('starting the servers');
    // All wait at the same time: so they are measured in the same minutes.
    const waiters = await Promise.all([
      // The longest life that a code may have: it must not end in the middle.
      startBeckonWaiters({ folder: join(folder, 'beckon'), config: { lifetimes: { unscannedSeconds: 600 } } }),
      ...(['ws', 'socket.io', 'sse'] as const).map(startPeerWaiters),
    ]);
    const measured = await measure(waiters, count, context);
    for (const each of waiters) await each.stop();
    return rowsOf(measured, count, quick);
  },
};

async function measure(
  waiters: readonly Waiters[],
  count: number,
  { quick, say }: BenchContext,
): Promise<readonly Measured[]> {
  say(`${count} pages come to each`);
  const born = performance.now();
  const before = await all(waiters, async ({ server, crowd, afresh }) => {
    // What the first pages make a server load and compile is not what a page costs.
    const warm = Math.min(500, count / 4);
    await crowd.ask('make', warm + count);
    await afresh();
    await crowd.ask('join', warm);
    await crowd.ask('leave');
    await passes(quick ? 500 : 3_000);
    const rss = await server().rss();
    await crowd.ask('join', count);
    return rss;
  });
  const began = performance.now();
  const until = async (ms: number, what: string): Promise<void> => {
    for (let left = ms - (performance.now() - began); left > 0; left = ms - (performance.now() - began)) {
      say(`${count} pages wait, ${what}: ${Math.ceil(left / 1_000)} s left`);
      await passes(Math.min(left, 10_000));
    }
  };
  const grown = (): Promise<number[]> =>
    all(waiters, async ({ server }, n) => ((await server().rss()) - (before[n] ?? 0)) / 1_024 / count);
  const cpuNow = (): Promise<number[]> => all(waiters, ({ server }) => server().cpu());

  await until(quick ? 3_000 : 60_000, 'the first minute');
  const soon = await grown();
  const slices: number[][] = [];
  // Each slice has as many rounds of pings.
  const slice_ms = quick ? 25_000 : 50_000;
  for (let n = 1; n <= (quick ? 1 : 5); n += 1) {
    const [cpu, at] = [await cpuNow(), performance.now()];
    await until(performance.now() - began + slice_ms, `CPU ${n}`);
    const took = performance.now() - at;
    slices.push((await cpuNow()).map((now, i) => ((now - (cpu[i] ?? 0)) / took) * 100));
  }
  // A code lives for ten minutes from when it was made, which was before its page came.
  await until(quick ? 28_500 : 590_000 - (began - born), 'until the tenth minute');
  const late = await grown();
  await all(waiters, async ({ name, crowd }) => {
    const { open, lost, messages } = await crowd.ask<{ open: number; lost: number; messages: number }>('waiting');
    if (open !== count || lost > 0) throw new Error(`${name}: ${open} of ${count} pages wait still, ${lost} were lost`);
    if (messages > 0) throw new Error(`${name}: ${messages} messages came while nothing happened`);
  });
  return waiters.map(({ name, version }, n) => ({
    name,
    version,
    soon: spreadOf([soon[n] ?? Number.NaN]),
    late: spreadOf([late[n] ?? Number.NaN]),
    cpu: spreadOf(slices.map((of) => of[n] ?? Number.NaN)),
  }));
}

function rowsOf([ours, ...others]: readonly Measured[], count: number, quick: boolean): readonly Row[] {
  const [ws] = others;
  if (ours === undefined || ws === undefined) throw new Error('nothing was measured');
  const pages = count.toLocaleString('en');
  const peers = (of: 'soon' | 'late' | 'cpu'): readonly Peer[] =>
    others.map(({ name, version, ...figures }) => ({ name, version, value: figures[of] }));
  const times = (factor: number, of: Spread): Bound => ({ text: `≤ ${factor} × ws`, limit: factor * of.median });
  return [
    {
      id: 'idle-memory',
      title: `memory for each of ${pages} pages that wait, after ${quick ? '3 s' : 'a minute'}`,
      unit: 'KB',
      ours: ours.soon,
      peers: peers('soon'),
      must: times(1.6, ws.soon),
      aim: times(1.4, ws.soon),
      note: 'Growth of RSS from before they came. Each page of Beckon has a session of its own, with a code on its screen.',
    },
    {
      id: 'idle-memory-later',
      title: `memory for each of ${pages} pages that wait, after ${quick ? 'half a minute' : 'ten minutes'}`,
      unit: 'KB',
      ours: ours.late,
      peers: peers('late'),
      must: times(1.6, ws.late),
      aim: times(1.4, ws.late),
      note: 'Nothing has happened meanwhile.',
    },
    {
      id: 'idle-cpu',
      title: `CPU while ${pages} pages wait`,
      unit: '% of a core',
      ours: ours.cpu,
      peers: peers('cpu'),
      must: { text: '≤ 5 %', limit: 5 },
      aim: { text: '≤ 3 %', limit: 3 },
      note: 'All ping every 25 s. Pages of Beckon ask after 45 s of silence, as the widget does.',
    },
  ];
}

function all<T>(waiters: readonly Waiters[], of: (waiters: Waiters, n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(waiters.map(of));
}
