/** What the ground costs: sealing, stalls while much falls due at once, sweeping; and the same of another checkout. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Bench, BenchContext, Peer, Row, Spread } from '../bench.ts';
import { type Child, startChild } from '../world/children.ts';
import { ROOT } from '../world/root.ts';
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
      { rounds: quick ? 2 : 5, warmUp: 0, say },
    );
    const row = (id: string, title: string, unit: string, bounds: Pick<Row, 'must' | 'aim'>): Row => {
      const of = (n: number): Spread => measured[n]?.[id] ?? { low: 0, median: 0, high: 0, samples: 0 };
      const peers = checkouts.slice(1).map((checkout, n): Peer => ({
        name: 'Beckon',
        version: `at ${basename(checkout)}`,
        value: of(n + 1),
      }));
      return { id, title, unit, ours: of(0), peers, ...bounds };
    };
    const none = { must: null, aim: null };
    return [
      row('seal-sign-in', 'seal one of the values of a sign-in', 'µs', none),
      row('open-sign-in', 'open one of them', 'µs', none),
      row('seal-3-kb', 'seal 3 kB', 'µs', none),
      row('open-3-kb', 'open 3 kB', 'µs', none),
      ...due.map((count) =>
        row(`stall-${count}`, `longest stall while ${count.toLocaleString('en')} rows fall due at once`, 'ms', none),
      ),
      row('sweeping', 'rows swept a second, while 500 sign-ins a second arrive', 'rows/s', none),
    ];
  },
};

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
