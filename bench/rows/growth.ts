/** Whether a sign-in costs more while many others are under way. */
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { startFilledBeckon } from '../world/filled.ts';
import type { Beckon } from '../world/server.ts';
import { type Visitors, createVisitors, inParallel } from '../world/sign-in.ts';
import { interleave } from '../world/spread.ts';

const FEW = 1_000;
const AT_ONCE = 32;

export const growth: Bench = {
  name: 'growth',
  title: 'The cost of a sign-in among live sessions',
  async run({ quick, folder, say }) {
    const many = quick ? 20_000 : 1_000_000;
    const start = async (sessions: number): Promise<readonly [Beckon, Visitors]> => {
      say(`filling a store with ${sessions.toLocaleString('en')} live sessions`);
      const server = await startFilledBeckon({ folder: join(folder, String(sessions)) }, { sessions, end: 'later' });
      return [server, await createVisitors(server, 50)];
    };
    const among = [await start(FEW), await start(many)] as const;
    const signIns = quick ? 80 : 300;
    let turn = 0;
    // In pairs, because the ratio is the result.
    const pair = async (): Promise<Record<'few' | 'many' | 'ratio', number>> => {
      turn += 1;
      const costs = [0, 0];
      for (const n of turn % 2 === 0 ? [0, 1] : [1, 0]) costs[n] = await cost(among[n === 0 ? 0 : 1], signIns);
      const [few = 0, lot = 0] = costs;
      return { few, many: lot, ratio: lot / few };
    };
    const [figures] = await interleave([{ name: `${signIns} sign-ins in each`, round: pair }], {
      rounds: quick ? 4 : 11,
      warmUp: quick ? 1 : 2,
      say,
    });
    for (const [server, visitors] of among) {
      visitors.close();
      await server.stop();
    }
    if (figures === undefined) return [];
    const named = (count: number): string => count.toLocaleString('en');
    return [
      {
        id: 'growth',
        title: `CPU of a sign-in, ${named(FEW)} → ${named(many)} live sessions`,
        unit: '×',
        ours: figures.ratio,
        peers: [],
        must: { text: '≤ 1.1 ×', limit: 1.1 },
        aim: null,
        note: 'One session with its request is two rows. Sign-ins come over HTTP, 32 at a time.',
      },
      {
        id: 'growth-few',
        title: `CPU of a sign-in among ${named(FEW)} live sessions`,
        unit: 'ms',
        ours: figures.few,
        peers: [],
        must: null,
        aim: null,
      },
      {
        id: 'growth-many',
        title: `CPU of a sign-in among ${named(many)} live sessions`,
        unit: 'ms',
        ours: figures.many,
        peers: [],
        must: null,
        aim: null,
      },
    ];
  },
};

/** CPU in ms of the server for each sign-in. */
async function cost([server, visitors]: readonly [Beckon, Visitors], signIns: number): Promise<number> {
  const before = await server.child.cpu();
  await inParallel(signIns, AT_ONCE, () => visitors.signIn());
  return ((await server.child.cpu()) - before) / signIns;
}
