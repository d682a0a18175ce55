/** From the phone's approval to the browser: alone, and while thousands of other pages wait. */
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Bench, Bound, Peer, Row, Spread } from '../bench.ts';
import { createCaller, JSON_BODY } from '../world/http.ts';
import { createVisitors, type Visitors } from '../world/sign-in.ts';
import { type Contestant, interleave, quantile } from '../world/spread.ts';
import { type Waiters, startBeckonWaiters, startPeerWaiters } from '../world/waiters.ts';

type Figures = Readonly<Record<'p50' | 'p99', Spread>>;

export const latency: Bench = {
  name: 'latency',
  title: 'From the approval on the phone to the browser',
  async run({ quick, folder, say }) {
    const [samples, rounds, crowd] = quick ? [40, 3, 1_000] : [150, 9, 10_000];
    say('starting the servers');
    const lifetimes = { unscannedSeconds: 600 };
    const beckon = await startBeckonWaiters({ folder: join(folder, 'beckon'), claims: 'token', config: { lifetimes } });
    const ws = await startPeerWaiters('ws');
    const visitors = await createVisitors(beckon.beckon);
    const telling = createTelling(ws.url);
    const contestants: readonly Contestant<'p50' | 'p99'>[] = [
      { name: 'Beckon', round: () => quantiles(samples, () => approval(visitors)) },
      { name: 'ws', round: () => quantiles(samples, telling.tell) },
    ];
    const alone = await interleave(contestants, { rounds, warmUp: 2, say });
    say(`${crowd} pages come to each`);
    await Promise.all([beckon, ws].map((each) => fill(each, crowd)));
    const among = await interleave(contestants, { rounds, warmUp: 1, say });
    visitors.close();
    telling.close();
    await Promise.all([beckon.stop(), ws.stop()]);
    const among_n = `among ${crowd.toLocaleString('en')} pages that wait`;
    return [
      ...rowsOf('alone', 'with no other page', alone, ws.version, 3, [2, 2.5]),
      ...rowsOf('among', among_n, among, ws.version, 4, [3, 3]),
    ];
  },
};

function rowsOf(
  id: string,
  where: string,
  [ours, theirs]: readonly Figures[],
  version: string,
  must: number,
  aims: readonly [number, number],
): readonly Row[] {
  if (ours === undefined || theirs === undefined) throw new Error('nothing was measured');
  return (['p50', 'p99'] as const).map((of, n) => {
    const times = (factor: number): Bound => ({ text: `≤ ${factor} × ws`, limit: factor * theirs[of].median });
    const peer: Peer = { name: 'ws', version, value: theirs[of] };
    return {
      id: `approval-${id}-${of}`,
      title: `approval to browser, ${where}, ${of}`,
      unit: 'ms',
      ours: ours[of],
      peers: [peer],
      must: times(must),
      aim: times(aims[n] ?? must),
      note: 'From sending the request to the message at the page. The peer stores and checks nothing: it forwards what is posted.',
    };
  });
}

async function fill({ crowd }: Waiters, count: number): Promise<void> {
  await crowd.ask('make', count);
  await crowd.ask('join', count);
}

async function quantiles(
  count: number,
  once_: () => Promise<number>,
): Promise<Readonly<Record<'p50' | 'p99', number>>> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) took.push(await once_());
  const sorted = took.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** ms. All before the approval is done already, and all after it is waited for. */
async function approval(visitors: Visitors): Promise<number> {
  const begun = await visitors.begin(await visitors.push());
  const watching = await visitors.watch(begun);
  const scanned = await visitors.scan(begun);
  await watching.until('retrieved');
  const confirmed = watching.until('confirmed');
  const began = performance.now();
  const approved = visitors.approve(scanned);
  const { redirect_to } = await confirmed;
  const took = performance.now() - began;
  await approved;
  watching.socket.terminate();
  if (redirect_to === null) throw new Error('the page has no code');
  return took;
}

interface Telling {
  readonly tell: () => Promise<number>;
  close(): void;
}

/** The same of the peer: a page listens, and a call is forwarded to it. */
function createTelling(url: string): Telling {
  const caller = createCaller(url);
  let pages = 0;
  return {
    async tell() {
      pages += 1;
      const id = `told-${pages}`;
      const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false });
      await once(socket, 'open');
      socket.send(id);
      await once(socket, 'message');
      const body = JSON.stringify({ status: 'confirmed', redirect_to: 'https://shop.example/callback?code=1' });
      const told = once(socket, 'message');
      const began = performance.now();
      const posted = caller.call({ method: 'POST', path: `/tell/${id}`, headers: JSON_BODY, body, expected: 200 });
      await told;
      const took = performance.now() - began;
      await posted;
      socket.terminate();
      return took;
    },
    close: () => caller.close(),
  };
}
