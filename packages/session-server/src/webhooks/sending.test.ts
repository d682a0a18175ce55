import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, type Jobs, systemTimers } from '../jobs/index.ts';
import { createSecrets } from '../secrets/index.ts';
import type { Client } from '../session/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store, Write } from '../store/store.ts';
import { exampleClient } from '../test-support/example-client.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createSending, owed } from './index.ts';
import { WEBHOOK_DELIVERY, type WebhookDelivery } from './kinds.ts';
import { signatures } from './signature.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const webhook = { uri: 'https://shop.example/hooks', secrets: [SECRET], events: ['user.signed_in'] } as const;

interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let clock: FakeClock;
let store: Store;
let clients: Map<string, Client>;
let calls: Call[];
/** How each receiver answers; an error is none. */
let answers: (url: string) => Promise<number>;
let failures: (readonly [reason: string, last: boolean])[];
let jobs: Jobs;
beforeEach(() => {
  clock = createFakeClock(Date.UTC(2026, 5, 1));
  const sealer = createSecrets({ secret: ['s'.repeat(43)], subject_secret: 't'.repeat(43), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer, now: clock.now, wait: () => Promise.resolve() });
  clients = new Map([['shop', exampleClient({ webhook })]]);
  calls = [];
  failures = [];
  answers = () => Promise.resolve(204);
  const worker = createSending({
    store,
    clients: { registered: (id) => Promise.resolve(clients.get(id) ?? null) },
    async post(url, headers, body) {
      calls.push({ url, headers, body });
      return answers(url);
    },
    randomInt: () => 0,
    onFailed: (_delivery, reason, last) => failures.push([reason, last]),
  });
  jobs = createJobs({
    store,
    timers: systemTimers,
    workers: [worker],
    failed: (error) => failures.push([String(error), true]),
  });
});
afterEach(async () => {
  await jobs.stop();
  await store.close();
});

async function owe(id: string, client: Client = clients.get('shop')!): Promise<void> {
  await store.commit((now) => owed(client, 'user.signed_in', { sub: 'ada' }, id, now) as [Write, ...Write[]]);
}
const rows = async (): Promise<readonly WebhookDelivery[]> =>
  (await store.list<WebhookDelivery>(WEBHOOK_DELIVERY.name, 1_000)).rows.map(({ value }) => value);
/** One look, and all that it began. */
async function round(): Promise<void> {
  await jobs.runOnce();
  for (let n = 0; n < 20; n += 1) await systemTimers.yieldTurn();
}

it('FT-F30: is signed as Standard Webhooks say, with every secret', () => {
  // The vector of the specification's libraries.
  const made = signatures(
    [SECRET, `whsec_${Buffer.alloc(32, 'x').toString('base64')}`],
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    '{"test": 2432232314}',
  );
  const [first, second] = made.split(' ');
  expect(first).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  expect(second).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
});

describe('FT-F32: news that a website is owed', () => {
  it('FT-F32: is sent once where it is taken, with what happened and when', async () => {
    await owe('A3.one');
    await round();
    await round();
    expect(calls).toHaveLength(1);
    expect(JSON.parse(calls[0]!.body)).toEqual({
      type: 'user.signed_in',
      timestamp: '2026-06-01T00:00:00.000Z',
      data: { sub: 'ada' },
    });
    expect(calls[0]!.headers['webhook-id']).toBe('msg_A3-one');
    expect(await rows()).toEqual([]);
  });

  it('FT-F33: is sent again for a day under one id, each time later, and then is a dead letter', async () => {
    answers = () => Promise.resolve(500);
    await owe('A3.one');
    await round();
    let waited = 0;
    while ((await rows())[0]?.state === 'waiting') {
      clock.advance(1_000);
      waited += 1_000;
      if (waited % 60_000 === 0 || waited < 60_000) await round();
    }
    expect(new Set(calls.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['msg_A3-one']));
    expect(new Set(calls.map(({ headers }) => headers['webhook-signature'])).size, 'of its own time').toBe(
      calls.length,
    );
    expect(waited / 3_600_000).toBeGreaterThan(22);
    expect(waited / 3_600_000).toBeLessThan(26);
    expect(failures.at(-1)).toEqual(['status_500', true]);
    expect(await rows()).toMatchObject([{ state: 'dead', last: { reason: 'status_500' } }]);
    const sent = calls.length;
    clock.advance(86_400_000);
    await round();
    expect(calls, 'it is sent no more').toHaveLength(sent);
  }, 30_000);

  it('FT-F33: is not sent again where the receiver is gone, and a redirect is no success', async () => {
    answers = () => Promise.resolve(410);
    await owe('A3.gone');
    await round();
    expect(await rows()).toMatchObject([{ state: 'dead', attempts: 1 }]);
    answers = () => Promise.resolve(302);
    await owe('A3.moved');
    await round();
    expect(failures.at(-1)).toEqual(['status_302', false]);
  });

  it('FT-F34: of one website that hangs holds up no other', async () => {
    clients.set('slow', exampleClient({ client_id: 'slow', webhook: { ...webhook, uri: 'https://slow.example/' } }));
    let release = (): void => undefined;
    const hanging = new Promise<number>((resolve) => (release = () => resolve(204)));
    answers = (url) => (url.includes('slow') ? hanging : Promise.resolve(204));
    for (let n = 0; n < 300; n += 1) await owe(`A3.slow-${n}`, clients.get('slow'));
    await owe('07.fast');
    for (let n = 0; n < 20 && !calls.some(({ url }) => url === webhook.uri); n += 1) await round();
    expect(calls.filter(({ url }) => url === webhook.uri)).toHaveLength(1);
    expect(
      calls.filter(({ url }) => url.includes('slow')),
      'and is called by few at once',
    ).toHaveLength(4);
    release();
  });

  it('FT-F34: of a website that hangs with many is put off for longer the more there are', async () => {
    let release = (): void => undefined;
    const hanging = new Promise<number>((resolve) => (release = () => resolve(204)));
    answers = () => hanging;
    for (let n = 0; n < 500; n += 1) await owe(`A3.news-${n}`);
    await round();
    const { rows: all } = await store.list<WebhookDelivery>(WEBHOOK_DELIVERY.name, 1_000);
    const waits = all.map(({ due_at }) => (due_at ?? 0) - clock.now());
    expect(Math.max(...waits), 'the last of them').toBeGreaterThan(5_000);
    // A second later few are due: the process has time for everything else.
    clock.advance(1_000);
    const due = all.filter(({ due_at }) => (due_at ?? 0) <= clock.now());
    expect(due.length).toBeLessThan(10);
    release();
  });

  it('is dropped where the website listens no more', async () => {
    await owe('A3.one');
    clients.set('shop', exampleClient({}));
    await round();
    expect([calls, await rows()]).toEqual([[], []]);
  });

  it('is owed only for what the website listens to', () => {
    const shop = exampleClient({ webhook });
    expect(owed(shop, 'user.declined', {}, 'A3.x', 0)).toEqual([]);
    expect(owed(exampleClient({}), 'user.signed_in', {}, 'A3.x', 0)).toEqual([]);
  });
});
