import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, systemTimers } from '../jobs/index.ts';
import { createLimitedFetch } from '../outbound/index.ts';
import { createSecrets, newSecret } from '../secrets/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store, Write } from '../store/store.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createForwarding, createRecording, createSealing, type ForwardTarget, type ForwardedEvent } from './index.ts';
import { sendTo } from './send.ts';

const SECRETS = createSecrets({
  secret: [newSecret(randomBytes)],
  subject_secret: newSecret(randomBytes),
  random: randomBytes,
});
const newId = (): string => randomBytes(13).toString('hex').toUpperCase();
const RETENTION_MS = 30 * 86_400_000;

const OPTIONS = { fetch: createLimitedFetch(systemTimers), limit: systemTimers.limit, host: 'id.example' };

let clock: FakeClock;
let store: Store;
const closing: (() => void)[] = [];
beforeEach(() => {
  clock = createFakeClock(Date.UTC(2026, 5, 1));
  store = openSqliteStore({ path: ':memory:', sealer: SECRETS, now: clock.now, wait: () => Promise.resolve() });
});
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await store.close();
});

/** So many events in two partitions, sealed. */
async function happen(from: number, to: number): Promise<void> {
  const recording = createRecording({ newId, retention_ms: RETENTION_MS });
  for (let n = from; n < to; n += 1) {
    const beside = `${n % 2 === 0 ? 'A3' : '07'}${'A'.repeat(26)}`;
    const event = { type: 'session.scanned', detail: `${n}` } as const;
    await store.commit((now) => recording.writes(beside, null, [event], now) as [Write, ...Write[]]);
  }
  clock.advance(3_000);
  const worker = createSealing({ store, sessionHash: (id) => id, retention_ms: RETENTION_MS });
  await createJobs({ store, timers: systemTimers, workers: [worker], failed: () => {} }).runOnce();
}

/** A process that sends. */
async function sender(target: ForwardTarget, send = sendTo(target, OPTIONS)) {
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  const forwarding = createForwarding({ store, target, send, failed });
  await forwarding.begin();
  return {
    failures,
    lag: () => forwarding.lag_s(),
    /** One round, so many ms later. */
    async round(later_ms = 2_000) {
      clock.advance(later_ms);
      let done: Promise<void> = Promise.resolve();
      const { worker } = forwarding;
      const handle: typeof worker.handle = (row, signal) => (done = worker.handle(row, signal));
      await createJobs({ store, timers: systemTimers, workers: [{ ...worker, handle }], failed }).runOnce();
      await done;
    },
  };
}
const detailsOf = (events: readonly ForwardedEvent[]): readonly number[] =>
  events.map(({ detail }) => Number(detail)).toSorted((a, b) => a - b);
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, each) => each);

async function receiver(): Promise<{ url: string; status: number; got: ForwardedEvent[]; headers: unknown[] }> {
  const server: Server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      its.headers.push(request.headers);
      if (its.status === 200)
        its.got.push(
          ...text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as ForwardedEvent),
        );
      response.writeHead(its.status).end();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`;
  const its: Awaited<ReturnType<typeof receiver>> = { url, status: 200, got: [], headers: [] };
  return its;
}

describe('the audit trail that is sent elsewhere as well', () => {
  it('FT-F16a: reaches an HTTP receiver as JSON lines, each event once where nothing fails', async () => {
    const to = await receiver();
    const sending = await sender({ url: to.url, headers: { authorization: 'Bearer of-the-receiver' } });
    await happen(0, 30);
    await sending.round();
    await happen(30, 40);
    await sending.round();
    expect(sending.failures).toEqual([]);
    expect(detailsOf(to.got)).toEqual(upTo(40));
    expect(to.headers[0]).toMatchObject({
      'content-type': 'application/x-ndjson',
      authorization: 'Bearer of-the-receiver',
    });
    expect(to.got[0]).toMatchObject({ id: expect.stringMatching(/^(A3|07)\.1$/) as string, type: 'session.scanned' });
    expect(new Set(to.got.map(({ id }) => id)).size).toBe(40);
  });

  it('FT-F16b: waits longer after each failure, says how far it is behind, and loses nothing', async () => {
    const to = await receiver();
    to.status = 503;
    const target = { url: to.url, headers: {} };
    const first = await sender(target);
    await happen(0, 10);
    await first.round();
    expect(first.failures).toHaveLength(1);
    await first.round(1_000);
    expect(to.headers, 'it waits for 2 s').toHaveLength(1);
    await first.round(1_000);
    await first.round(3_999);
    expect(to.headers, 'and then for 4 s').toHaveLength(2);
    await first.round(10_000);
    expect(first.lag()).toBeGreaterThanOrEqual(17);
    to.status = 200;
    const second = await sender(target);
    await second.round(300_000);
    expect(detailsOf(to.got)).toEqual(upTo(10));
    expect(second.lag()).toBe(0);
  });

  it('FT-F16c: a process that dies after sending sends again, and another goes on in its place', async () => {
    const to = await receiver();
    const target = { url: to.url, headers: {} };
    await happen(0, 10);
    const send = sendTo(target, OPTIONS);
    const dying = await sender(target, async (events, signal) => {
      await send(events, signal);
      throw new Error('killed');
    });
    await dying.round();
    expect(to.got.length).toBeGreaterThan(0);
    await happen(10, 20);
    await (await sender(target)).round(20_000);
    expect([...new Set(detailsOf(to.got))]).toEqual(upTo(20));
    const again = to.got.length;
    await (await sender(target)).round(20_000);
    expect(to.got, 'what was taken is not sent once more').toHaveLength(again);
  });

  it('FT-F16d: reaches syslog over TCP by octet counts, and over UDP', async () => {
    let text = '';
    const tcp = createTcpServer((socket) => {
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('end', () => socket.end());
    });
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    closing.push(() => void tcp.close());
    await happen(0, 6);
    const overTcp = await sender({ syslog: `tcp://127.0.0.1:${(tcp.address() as AddressInfo).port}` });
    await overTcp.round();
    expect(overTcp.failures).toEqual([]);
    const messages: string[] = [];
    for (let rest = text; rest !== '';) {
      const [, length = ''] = /^(\d+) /.exec(rest) ?? [];
      messages.push(rest.slice(length.length + 1, length.length + 1 + Number(length)));
      rest = rest.slice(length.length + 1 + Number(length));
    }
    expect(messages).toHaveLength(6);
    for (const message of messages)
      expect(message).toMatch(/^<109>1 2026-06-01T[\d:.]+Z id\.example beckon - session\.scanned - \{"id":"/);

    const udp = createSocket('udp4');
    const datagrams: string[] = [];
    udp.on('message', (message) => datagrams.push(String(message)));
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    closing.push(() => void udp.close());
    await (await sender({ syslog: `udp://127.0.0.1:${udp.address().port}` })).round();
    await expect.poll(() => datagrams.length).toBe(6);
  });
});
