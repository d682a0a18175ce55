/** Many sessions that end in the same ms: how long the server stands still, and how fast it ends them. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { startFilledBeckon } from '../world/filled.ts';
import { spreadOf } from '../world/spread.ts';

export const expiry: Bench = {
  name: 'expiry',
  title: 'Sessions that end at the same time',
  async run({ quick, folder, say }) {
    const count = quick ? 5_000 : 100_000;
    const rounds = quick ? 1 : 3;
    const figures: { readonly stall: number; readonly rate: number }[] = [];
    for (let n = 1; n <= rounds; n += 1) {
      say(`${count.toLocaleString('en')} sessions, round ${n} of ${rounds}`);
      figures.push(await round(join(folder, String(n)), count));
    }
    const named = count.toLocaleString('en');
    return [
      {
        id: 'expiry-stall',
        title: `longest stall while ${named} sessions end in one ms`,
        unit: 'ms',
        ours: spreadOf(figures.map(({ stall }) => stall)),
        peers: [],
        must: null,
        aim: null,
        note: 'A stall is time in which the server answers nothing.',
      },
      {
        id: 'expiry-rate',
        title: `sessions ended a second, of ${named}`,
        unit: 'a second',
        ours: spreadOf(figures.map(({ rate }) => rate)),
        better: 'more',
        peers: [],
        must: null,
        aim: null,
      },
    ];
  },
};

async function round(folder: string, count: number): Promise<{ readonly stall: number; readonly rate: number }> {
  const server = await startFilledBeckon({ folder }, { sessions: count, end: 'soon' });
  const { ends_at } = server;
  const store = new DatabaseSync(server.file, { readOnly: true });
  try {
    const early = ends_at - Date.now();
    if (early < 0) throw new Error(`the sessions ended ${-early} ms before the server ran`);
    const due = store.prepare("SELECT count(*) AS count FROM rows WHERE kind = 'session' AND due_at = ?");
    const left = (): number => Number(due.get(ends_at)?.['count']);
    if (left() < count / 2) throw new Error(`only ${left()} sessions are due`);
    await sleep(early - 100);
    await server.child.stall();
    const before = left();
    while (left() > 0) await sleep(50);
    const seconds = (Date.now() - ends_at) / 1_000;
    return { stall: await server.child.stall(), rate: before / seconds };
  } finally {
    store.close();
    await server.stop();
  }
}
