import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type ConnectionLimits, type CutReason, PUBLIC_CONNECTIONS, withinOpenFiles } from './connection-limits.ts';
import { type NodeServer, createNodeServer } from '../node-server.ts';

/** More than the kernel takes in for a client that does not read. */
const BIG = Buffer.alloc(24 * 1024 * 1024, 'x');
const ASK = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

let running: NodeServer;
let port: number;
let cuts: CutReason[];
/** Resolves at the next connection that is cut. */
let nextCut: PromiseWithResolvers<CutReason>;
let peers: Socket[];

async function listen(
  limits: Partial<ConnectionLimits>,
  listener: RequestListener,
  isProxy: (peer: string | undefined) => boolean = () => false,
): Promise<void> {
  [cuts, peers, nextCut] = [[], [], Promise.withResolvers()];
  running = createNodeServer(listener, {
    newId: () => 'NEW',
    after: (delay_ms, run) => {
      const timer = setTimeout(run, delay_ms);
      return () => clearTimeout(timer);
    },
    limits: { ...PUBLIC_CONNECTIONS, ...limits },
    isProxy,
    onCut(reason) {
      cuts.push(reason);
      nextCut.resolve(reason);
    },
  });
  running.server.listen(0, '0.0.0.0');
  await once(running.server, 'listening');
  port = (running.server.address() as AddressInfo).port;
}
afterEach(async () => {
  for (const peer of peers) peer.destroy();
  await running.close();
});

async function dial(localAddress = '127.0.0.1'): Promise<Socket> {
  const peer = connect({ port, host: '127.0.0.1', localAddress });
  peers.push(peer);
  peer.on('error', () => {});
  await once(peer, 'connect');
  return peer;
}

/** A reset is an end as well. */
const closed = (peer: Socket): Promise<unknown> =>
  new Promise((resolve) => {
    peer.once('close', resolve);
  });

/** Everything that the server says until it closes. */
async function read(peer: Socket): Promise<string> {
  let text = '';
  peer.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  await closed(peer);
  return text;
}

/** An answer, on a connection that is kept. */
async function ask(peer: Socket): Promise<string> {
  peer.write(ASK);
  const [bytes] = (await once(peer, 'data')) as [Buffer];
  return bytes.toString('latin1').split('\r\n', 1)[0] ?? '';
}

it('FT-A3j: a client that reads nothing of its answer is cut', async () => {
  await listen({ stalled_ms: 100 }, (_request, response) => response.end(BIG));
  const peer = await dial();
  const gone = closed(peer);
  peer.pause();
  peer.write(ASK);
  expect(await nextCut.promise).toBe('stalled');
  peer.resume();
  await gone;
});

it('FT-A3j: an answer that is being worked on, like a long poll, is not cut however long it takes', async () => {
  const held: (() => void)[] = [];
  await listen({ stalled_ms: 100 }, (request, response) => {
    if (request.url === '/big') response.end(BIG);
    else held.push(() => response.end('at last'));
  });
  const waiting = await dial();
  const answered = read(waiting);
  waiting.write(ASK.replace('Host', 'Connection: close\r\nHost'));
  // This one begins later, so when it is cut the other has waited longer than it.
  const stalled = await dial();
  stalled.pause();
  stalled.write(ASK.replace('/', '/big'));
  await nextCut.promise;
  for (const answer of held) answer();
  expect(await answered).toContain('at last');
});

it('FT-A3j: a slow line gets all of its answer, though that takes longer than a stalled one may', async () => {
  const stalled_ms = 500;
  await listen({ stalled_ms }, (request, response) => response.end(request.url === '/big' ? BIG : 'small'));
  const other = await dial();
  const slow = await dial();
  slow.write(ASK.replace('/', '/big'));
  slow.pause();
  const begun = performance.now();
  let got = 0;
  while (got < BIG.length) {
    const chunk = slow.read() as Buffer | null;
    if (chunk === null) {
      await once(slow, 'readable');
      continue;
    }
    got += chunk.length;
    // Behind what the line carries: wait, with round trips to the same server.
    while (performance.now() - begun < (3 * stalled_ms * got) / BIG.length) await ask(other);
  }
  expect(performance.now() - begun).toBeGreaterThan(2 * stalled_ms);
  expect(cuts).toEqual([]);
});

it('an idle connection is closed when its time is over, and counts as no cut', async () => {
  await listen({ stalled_ms: 100 }, (_request, response) => response.end('x'));
  running.server.keepAliveTimeout = 1;
  // Node looks every 3 s for those that have sent no request.
  [running.server.headersTimeout, running.server.requestTimeout] = [100, 100];
  const fresh = read(await dial());
  const used = await dial();
  await ask(used);
  const [text] = await Promise.all([fresh, closed(used)]);
  expect([text.slice(0, 13), cuts]).toEqual(['HTTP/1.1 408 ', []]);
});

it('FT-A3j: one network holds its share of the connections, and is told so; others are let in', async () => {
  await listen({ connections_per_network: 2 }, (_request, response) => response.end('x'));
  const accepted = once(running.server, 'connection');
  const first = await dial('127.0.0.1');
  const [firstHere] = (await accepted) as [Socket];
  await dial('127.0.0.2');
  const refused = await read(await dial('127.0.0.3'));
  expect(refused).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 5[^]*"rate_limited"/);
  expect(cuts).toEqual(['full']);
  expect(await ask(await dial('127.0.1.1')), 'another network').toContain('200');
  first.destroy();
  await closed(firstHere);
  expect(await ask(await dial('127.0.0.3')), 'a place is free again').toContain('200');
});

it('FT-A3j: a trusted proxy has no share: it stands for all networks', async () => {
  await listen(
    { connections_per_network: 1 },
    (_request, response) => response.end('x'),
    () => true,
  );
  await dial();
  expect(await ask(await dial())).toContain('200');
});

it('FT-A3j: connections leave files to open for the store and for providers', () => {
  const of = (open_files: number | null): readonly number[] => {
    const { connections, connections_per_network } = withinOpenFiles(PUBLIC_CONNECTIONS, open_files);
    return [connections, connections_per_network];
  };
  expect(of(null)).toEqual([60_000, 6_000]);
  expect(of(1_048_576)).toEqual([60_000, 6_000]);
  expect(of(4_700)).toEqual([4_000, 1_000]);
  expect(of(100), 'never none').toEqual([1, 1]);
});

it('FT-A3j: the server holds so many connections and no more, a proxy’s included', async () => {
  await listen(
    { connections: 2, refusals: 1 },
    (_request, response) => response.end('x'),
    () => true,
  );
  await dial();
  await dial();
  expect(await read(await dial())).toContain('503');
  expect(running.server.maxConnections, 'past that Node itself closes them').toBe(3);
});
