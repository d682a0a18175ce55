import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBudget } from '../../flow/budget.ts';
import { createSecrets, type Secrets } from '../../secrets/index.ts';
import { openSqliteStore } from '../../store/index.ts';
import type { Store } from '../../store/store.ts';
import { connectorContext } from '../../testing/index.ts';
import { isConnectorError, type Requester, type UpstreamCapability, type UpstreamStarted } from '../connector.ts';
import { completion, OPTIONS, startData, startOf, statusEnvelope } from '../../test-support/fake-pasby.ts';
import { pasby } from './pasby.ts';

/**
 * Two nodes behind one address, a store that they share, and a pasby that notes when each request
 * reaches it: after up to 4 s. Time is Vitest's.
 */
const MINUTE = 60_000;
let sealer: Secrets;
let store: Store;
let world: World;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    now: Date.UTC(2026, 0, 1),
  });
  const secret = (): string => randomBytes(32).toString('base64url');
  sealer = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  store = openSqliteStore({ path: ':memory:', sealer, now: Date.now, wait: () => Promise.resolve() });
  world = new World();
});
afterEach(async () => {
  world.over.abort();
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  await store.close();
});

class World {
  /** No process follows anything any more. */
  readonly over = new AbortController();
  readonly arrivals: number[] = [];
  readonly asked = new Map<string, number[]>();
  readonly signed = new Set<string>();
  streams: 'open' | 'refused' = 'open';
  life_s = 360;
  private readonly open = new Map<string, ReadableStreamDefaultController<Uint8Array>>();
  private count = 0;
  private seed = 1;

  constructor() {
    setInterval(() => {
      for (const [id, controller] of this.open) controller.enqueue(this.event(id));
    }, 2_000);
  }

  /** Ends every stream at once. */
  cut(): void {
    for (const controller of this.open.values()) controller.close();
    this.open.clear();
  }
  sign(id: string): void {
    this.signed.add(id);
    this.open.get(id)?.enqueue(this.event(id));
  }
  readonly fetch: typeof fetch = async (input, init) => {
    await this.travel();
    const path = urlOf(input).pathname;
    const body = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as Record<string, never>;
    if (path.endsWith('/ping')) {
      this.noteAsked(body['request'] ?? '');
      return Response.json(this.status(body['request'] ?? ''));
    }
    this.count += 1;
    const data = startData(`req_${String(this.count)}`, body as never, Date.now(), { life_s: this.life_s });
    return Response.json({ status: 'successful', data }, { status: 201 });
  };
  readonly stream: typeof fetch = async (input) => {
    await this.travel();
    const id = urlOf(input).searchParams.get('request') ?? '';
    this.noteAsked(id);
    if (this.streams === 'refused') return new Response('no', { status: 404 });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.open.set(id, controller);
        controller.enqueue(this.event(id));
      },
      cancel: () => void this.open.delete(id),
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  /** The most that reached pasby in any minute, however it is laid. */
  most(): number {
    const sorted = this.arrivals.toSorted((a, b) => a - b);
    let from = 0;
    let most = 0;
    for (const [index, at] of sorted.entries()) {
      while ((sorted[from] ?? at) <= at - MINUTE) from += 1;
      most = Math.max(most, index - from + 1);
    }
    return most;
  }
  private async travel(): Promise<void> {
    this.seed = (this.seed * 16_807) % 2_147_483_647;
    await new Promise((resolve) => {
      setTimeout(resolve, this.seed % 4_000);
    });
    this.arrivals.push(Date.now());
  }
  private noteAsked(id: string): void {
    this.asked.set(id, [...(this.asked.get(id) ?? []), Date.now()]);
  }
  private status(id: string): unknown {
    return statusEnvelope(id, this.signed.has(id) ? completion(id, `nin ${id}`, Math.floor(Date.now() / 1000)) : {});
  }
  private event(id: string): Uint8Array {
    return new TextEncoder().encode(`data: ${JSON.stringify(this.status(id))}\n\n`);
  }
}

function urlOf(input: Parameters<typeof fetch>[0]): URL {
  return new URL(input instanceof Request ? input.url : input);
}

async function node(): Promise<UpstreamCapability> {
  const connector = await pasby(OPTIONS).open(
    connectorContext({
      now: Date.now,
      fetch: world.fetch,
      stream: world.stream,
      budget: (name, limit, window_ms) => createBudget(store, sealer, name, limit, window_ms),
    }),
  );
  if (connector.upstream === null) throw new Error('pasby has a session of its own');
  return connector.upstream;
}

interface Session {
  readonly id: string;
  readonly begun_at: number;
  heard: { status: string; at: number } | null;
}

/** What each refusal said, in s. */
const refusals = (): {
  told: number[];
  readonly begin: (on: UpstreamCapability, requester?: Requester) => Promise<Session>;
} => {
  const told: number[] = [];
  return {
    told,
    /** Comes back whenever it is told to. */
    async begin(on, requester = fromElsewhere()) {
      for (;;) {
        let started: UpstreamStarted;
        try {
          started = await on.start(startOf({ requester }));
        } catch (cause) {
          if (!isConnectorError(cause) || cause.code !== 'rate_limited') throw cause;
          told.push(cause.retry_after_s ?? 0);
          await new Promise((resolve) => {
            setTimeout(resolve, (cause.retry_after_s ?? 0) * 1000);
          });
          continue;
        }
        const session: Session = {
          id: (started.providerState as { request: string }).request,
          begun_at: Date.now(),
          heard: null,
        };
        void (async () => {
          for await (const { status } of on.follow(started.providerState, startOf(), world.over.signal))
            session.heard = { status, at: Date.now() };
        })();
        return session;
      }
    },
  };
};

let networks = 0;
/** A person from a network of their own. */
function fromElsewhere(client_authenticated = true): Requester {
  networks += 1;
  return { networks: [`10.${Math.floor(networks / 256)}.${networks % 256}.0/24`], client_authenticated };
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

it('100 waiting and 500 asking: never over 100 a minute, none starves, the others are told when to come back', async () => {
  const nodes = [await node(), await node()] as const;
  const first = refusals();
  const waiting: Session[] = [];
  for (let index = 0; index < 100; index += 1)
    void first.begin(nodes[index % 2 === 0 ? 0 : 1]).then((session) => waiting.push(session));
  await pass(4 * MINUTE);
  expect(waiting, '100 wait, each with its stream').toHaveLength(100);
  expect(waiting.every(({ heard }) => heard === null)).toBe(true);

  // At once: 500 more ask, every stream breaks off, and everybody who waits has just signed.
  const later = refusals();
  const asking: Session[] = [];
  const at = Date.now();
  for (let index = 0; index < 500; index += 1)
    void later.begin(nodes[index % 2 === 0 ? 0 : 1]).then((session) => {
      asking.push(session);
      world.sign(session.id);
      return null;
    });
  await pass(1);
  const refused = later.told.length;
  expect(refused, 'those for whom there is no room are told at once').toBeGreaterThanOrEqual(450);
  expect(later.told.every((seconds) => seconds >= 1 && seconds <= 65)).toBe(true);
  for (const { id } of waiting) world.signed.add(id);
  world.cut();
  await pass(3 * MINUTE);

  const late = waiting.filter(({ heard }) => heard?.status !== 'confirmed' || heard.at > at + 2.5 * MINUTE);
  expect(late, 'everybody who waited has heard').toEqual([]);

  await pass(30 * MINUTE);
  expect(asking, 'a request that comes back as told gets in').toHaveLength(500);
  expect(asking.every(({ heard }) => heard?.status === 'confirmed')).toBe(true);
  expect(world.most(), 'requests that reached pasby in one minute').toBeLessThanOrEqual(100);
  expect(world.most(), 'the budget is used, not hoarded').toBeGreaterThan(75);
}, 60_000);

it('without streams everybody is asked about in turn, and new sign-ins still begin', async () => {
  world.streams = 'refused';
  world.life_s = 3600;
  const on = await node();
  const { begin } = refusals();
  const waiting: Session[] = [];
  for (let index = 0; index < 60; index += 1) void begin(on).then((session) => waiting.push(session));
  await pass(12 * MINUTE);
  expect(waiting).toHaveLength(60);
  const from = Date.now();
  const before = world.arrivals.length;
  await pass(8 * MINUTE);
  const gaps = waiting.flatMap(({ id }) => {
    const times = [from, ...(world.asked.get(id) ?? []).filter((each) => each > from)];
    return times.slice(1).map((time, index) => time - (times[index] ?? 0));
  });
  expect(Math.max(...gaps), 'ms between two questions about one session').toBeLessThan(2.5 * MINUTE);
  const perMinute = (world.arrivals.length - before) / 8;
  expect(perMinute, 'asking leaves room to begin').toBeLessThanOrEqual(50);
  const more = await Promise.race([begin(on), pass(MINUTE / 2)]);
  expect(more, 'a new sign-in begins').toHaveProperty('id');
  expect(world.most()).toBeLessThanOrEqual(100);
}, 60_000);

it('FT-A3a: 41 strangers of one network leave room: everybody else begins at once', async () => {
  const on = await node();
  const one: Requester = { networks: ['192.0.2.0/24'], client_authenticated: false };
  const stranger = refusals();
  for (let index = 0; index < 41; index += 1) void stranger.begin(on, one);
  await pass(1);
  expect(stranger.told, 'half of the starts are theirs, and no more').toHaveLength(21);
  const others = refusals();
  for (let index = 0; index < 10; index += 1) void others.begin(on, fromElsewhere(false));
  await pass(1);
  expect(others.told).toEqual([]);
  await pass(10 * MINUTE);
  expect(world.most()).toBeLessThanOrEqual(100);
}, 60_000);

it('one start takes two, a stream in time none more, a question one', async () => {
  const taken: [string, number][] = [];
  const context = connectorContext({
    now: Date.now,
    fetch: world.fetch,
    stream: world.stream,
    budget: (name, limit) => ({
      take: (count) => {
        taken.push([`${name} ${String(limit)}`, count]);
        return Promise.resolve();
      },
    }),
  });
  const { upstream } = await pasby(OPTIONS).open(context);
  const starting = upstream?.start(startOf());
  await pass(4_000);
  const started = await starting;
  expect(taken).toEqual([
    ['pasby|s.pasby.africa|default|starts 80', 2],
    ['pasby|s.pasby.africa|default 100', 2],
  ]);
  const heard: string[] = [];
  void (async () => {
    for await (const { status } of upstream?.follow(started?.providerState, startOf(), world.over.signal) ?? [])
      heard.push(status);
  })();
  await pass(5 * MINUTE);
  expect(taken, 'one stream, which is not renewed before the end').toHaveLength(2);
  expect(world.arrivals).toHaveLength(2);
  await pass(2 * MINUTE);
  expect(heard, 'ends with pasby’s own exp').toEqual(['expired']);
  expect(taken).toHaveLength(2);
});
