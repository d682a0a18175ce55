/** What the ground costs: sealing, stalls while much falls due at once, sweeping; and the same of another checkout. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Bench, BenchContext, Peer, Row, Spread } from '../bench.ts';
import { type Child, startChild } from '../world/children.ts';
import { ROOT } from '../world/root.ts';
import { startBeckon } from '../world/server.ts';
import { createVisitors, inParallel } from '../world/sign-in.ts';
import { interleave } from '../world/spread.ts';

/** Bytes of the eight values that one cross-device sign-in seals, in order. */
const SEALED_BYTES = [468, 1155, 1361, 1619, 494, 1641, 1135, 224];

export const ground: Bench = {
  name: 'ground',
  title: 'The ground: sealing, stalls at expiry, sweeping',
  async run(context) {
    const { quick, against, say } = context;
    const checkouts = [ROOT, ...(against === null ? [] : [against])];
    const due = quick ? [10_000] : [10_000, 100_000];
    const measured = await interleave(
      checkouts.map((checkout) => ({ name: basename(checkout), round: () => round(context, checkout, due) })),
      { rounds: quick ? 1 : 5, warmUp: 0, say },
    );
    const row = (id: string, title: string, unit: string, better: 'less' | 'more' = 'less'): Row => {
      const of = (n: number): Spread => measured[n]?.[id] ?? { low: 0, median: 0, high: 0, samples: 0 };
      const peers = checkouts.slice(1).map((checkout, n): Peer => ({
        name: 'Beckon',
        version: `at ${basename(checkout)}`,
        value: of(n + 1),
      }));
      return { id, title, unit, ours: of(0), peers, must: null, aim: null, better };
    };
    return [
      row('seal-sign-in', 'seal one of the values of a sign-in', 'µs'),
      row('open-sign-in', 'open one of them', 'µs'),
      row('seal-3-kb', 'seal 3 kB', 'µs'),
      row('open-3-kb', 'open 3 kB', 'µs'),
      ...due.map((count) =>
        row(`stall-${count}`, `longest stall while ${count.toLocaleString('en')} rows fall due at once`, 'ms'),
      ),
      row('sweeping', 'rows swept a second, while 500 sign-ins a second arrive', 'a second', 'more'),
      ...(against === null ? [] : [await signIns(context, against)]),
    ];
  },
};

/** CPU of a whole sign-in, of this build and of the other one: a change shows here before it is one against peers. */
async function signIns({ folder, quick, say }: BenchContext, against: string): Promise<Row> {
  const servers = await Promise.all(
    [ROOT, against].map((checkout, n) => startBeckon({ folder: join(folder, `sign-ins-${n}`), checkout })),
  );
  const many = quick ? 80 : 300;
  const [ours, other] = await interleave(
    await Promise.all(
      servers.map(async (server) => {
        const visitors = await createVisitors(server, 50);
        return {
          name: server.url,
          async round() {
            const before = await server.child.cpu();
            await inParallel(many, 32, () => visitors.signIn());
            return { cpu: ((await server.child.cpu()) - before) / many };
          },
        };
      }),
    ),
    { rounds: quick ? 4 : 11, warmUp: 2, say },
  );
  for (const server of servers) await server.stop();
  if (ours === undefined || other === undefined) throw new Error('nothing was measured');
  return {
    id: 'sign-in-against',
    title: 'CPU of a whole sign-in',
    unit: 'ms',
    ours: ours.cpu,
    peers: [{ name: 'Beckon', version: `at ${basename(against)}`, value: other.cpu }],
    must: null,
    aim: null,
  };
}

async function round(
  { folder, quick }: BenchContext,
  checkout: string,
  due: readonly number[],
): Promise<Readonly<Record<string, number>>> {
  // Earlier checkouts called it `source`, which libraries do as well.
  const named = readFileSync(join(checkout, 'tsconfig.base.json'), 'utf8').includes('@beckon/source');
  const child: Child = startChild({
    name: `the ground of ${basename(checkout)}`,
    script: new URL('../insides/ground.ts', import.meta.url),
    nodeArgs: [`--conditions=${named ? '@beckon/source' : 'source'}`],
    args: [checkout, folder],
  });
  try {
    const small = await child.ask<{ seal: number; open: number }>('sealing', SEALED_BYTES);
    const large = await child.ask<{ seal: number; open: number }>('sealing', [3_000]);
    const figures: Record<string, number> = {
      'seal-sign-in': small.seal,
      'open-sign-in': small.open,
      'seal-3-kb': large.seal,
      'open-3-kb': large.open,
    };
    for (const count of due) figures[`stall-${count}`] = await child.ask<number>('stall', count);
    figures['sweeping'] = await child.ask<number>('sweeping', quick ? 20_000 : 50_000);
    return figures;
  } finally {
    await child.stop();
  }
}
