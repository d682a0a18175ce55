import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Mode, SessionHandle } from '@beckon/protocol';
import {
  type Connector,
  ConnectorError,
  NO_CAPABILITIES,
  type UpstreamStart,
  type UpstreamStarted,
  type UpstreamStatus,
} from '../connectors/connector.ts';
import type { Identity, Device } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { type FlowWorld, flowWorld } from '../test-support/flow-world.ts';
import { shownText } from '../test-support/shown-text.ts';

const PERSON: Identity = {
  subject: '199001011234',
  claims: { name: 'Ada' },
  acr: null,
  amr: [],
  auth_time: 1_700_000_000,
};
const CONFIRMED: UpstreamStatus = { status: 'confirmed', identity: PERSON, tokens: null };

interface Provider {
  readonly connector: Connector;
  /** What it was asked to begin, in order; the n-th session's `providerState` is `{ n }`, from 1. */
  readonly started: readonly UpstreamStart[];
  /** The sessions that it was told no browser waits for. */
  readonly cancelled: readonly number[];
  /** How many followers listen to a session right now. */
  listeners(n: number): number;
  /** Something happens at the provider. */
  say(n: number, ...statuses: (UpstreamStatus | Error)[]): void;
  /** What stands between a call and its answer; by default nothing. May throw. */
  onStart: () => Promise<void>;
  onCancel: () => Promise<void>;
  /** When the sessions that begin from now on are over. */
  expires_at: number | null;
}

/** A provider that keeps sessions of its own, in memory. */
function provider(id = 'pasby', modes: readonly Mode[] = ['qr', 'same_device', 'direct']): Provider {
  const started: UpstreamStart[] = [];
  const cancelled: number[] = [];
  const said = new Map<number, (UpstreamStatus | Error)[]>();
  const listening = new Map<number, Set<() => void>>();
  const heard = (n: number): Set<() => void> => {
    const set = listening.get(n) ?? new Set();
    listening.set(n, set);
    return set;
  };
  const made: Provider = {
    started,
    cancelled,
    onStart: () => Promise.resolve(),
    onCancel: () => Promise.resolve(),
    expires_at: null,
    listeners: (n) => heard(n).size,
    say(n, ...statuses) {
      said.set(n, [...(said.get(n) ?? []), ...statuses]);
      for (const wake of heard(n)) wake();
    },
    connector: {
      ...NO_CAPABILITIES,
      id,
      names: { en: id },
      button: null,
      modes,
      verifies: { number: false, network: false },
      upstream: {
        shows_words: id === 'pasby',
        async start(start) {
          await made.onStart();
          return startedAs(started.push(start), start.mode, made.expires_at);
        },
        async *follow(providerState, _start, signal) {
          const { n } = providerState as { n: number };
          // A later follower hears the present state first.
          let next = Math.max(0, (said.get(n)?.length ?? 0) - 1);
          let wake = (): void => undefined;
          const woken = (): void => wake();
          heard(n).add(woken);
          signal.addEventListener('abort', woken);
          try {
            while (!signal.aborted) {
              const silence = new Promise<void>((resolve) => {
                wake = resolve;
              });
              const status = said.get(n)?.[next];
              if (status instanceof Error) throw status;
              if (status === undefined) await silence;
              else yield status;
              if (status !== undefined) next += 1;
            }
          } finally {
            heard(n).delete(woken);
          }
        },
        async cancel(providerState) {
          cancelled.push((providerState as { n: number }).n);
          await made.onCancel();
        },
      },
    },
  };
  return made;
}

function startedAs(n: number, mode: Mode, expires_at: number | null): UpstreamStarted {
  return {
    qr: mode === 'qr' ? { texts: [`seed ${n}a`, `seed ${n}b`], interval_ms: 500 } : null,
    link: mode === 'same_device' ? `https://pasby.example/app/${n}` : null,
    expires_at,
    providerState: { n },
  };
}

/** As a page that watches. */
async function choose(
  world: FlowWorld,
  session: SessionHandle,
  mode: Mode,
  login_hint: string | null = null,
  connector = 'pasby',
): ReturnType<FlowWorld['flow']['choose']> {
  await world.flow.look(session);
  return world.flow.choose(session, { connector, mode, login_hint });
}

/** Two providers, so that nothing is chosen before the person chooses. */
function choice(): { readonly pasby: Provider; readonly other: Provider; readonly world: FlowWorld } {
  const pasby = provider();
  const other = provider('other');
  return { pasby, other, world: flowWorld([pasby.connector, other.connector]) };
}

/** A session by the only provider's QR code, which is followed. */
async function followed(request: Parameters<FlowWorld['create']>[0] = {}): Promise<{
  readonly pasby: Provider;
  readonly world: FlowWorld;
  readonly session: SessionHandle;
}> {
  const pasby = provider();
  const world = flowWorld([pasby.connector]);
  const session = await watched(world, request);
  await world.loop.runOnce();
  return { pasby, world, session };
}

/** A session with what its first look began. */
async function watched(world: FlowWorld, request: Parameters<FlowWorld['create']>[0] = {}): Promise<SessionHandle> {
  const session = await world.create(request);
  return { ...session, ...(await world.flow.snapshot(session)) };
}

/** Lets everything that waits for nothing but other code go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

afterEach(() => {
  vi.useRealTimers();
});

const queryOf = (redirect: string | null): URLSearchParams => new URL(redirect ?? '').searchParams;

describe('beginning', () => {
  it('with the first look, where there is nothing to choose: the codes are shown in any order', async () => {
    const pasby = provider();
    const session = await watched(flowWorld([pasby.connector]), { login_hint: 'hint', max_age: 60 });
    expect(session).toMatchObject({
      status: 'initialized',
      connector: 'pasby',
      mode: 'qr',
      version: 2,
      qr: { order: 'shuffle', interval_ms: 500, frames: [{ text: 'seed 1a' }, { text: 'seed 1b' }] },
      same_device: null,
    });
    expect(pasby.started).toEqual([
      {
        session_id: session.session_id,
        mode: 'qr',
        identifier: null,
        words: null,
        requester: { networks: ['192.0.2.0/24'], client_authenticated: true },
        request: {
          client_id: 'shop',
          client_name: 'Shop',
          scope: ['openid', 'profile', 'email'],
          prompt: [],
          linking: false,
          max_age: 60,
          login_hint: 'hint',
          ui_locales: [],
          acr_values: [],
        },
      },
    ]);
  });

  it('FT-B7a: the provider is not asked for what the client may not be granted', async () => {
    const pasby = provider();
    const policy = {
      verification: 'none',
      network: 'allow',
      scope: ['openid', 'email'],
      confirm_person: false,
      direct: true,
    } as const;
    await watched(flowWorld([pasby.connector], policy));
    expect(pasby.started).toMatchObject([{ request: { scope: ['openid', 'email'] } }]);
  });

  it('with the choice, in every mode', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    expect(session.connector).toBeNull();
    expect(pasby.started).toEqual([]);

    const qr = await choose(world, session, 'qr');
    expect(qr.qr).toMatchObject({ order: 'shuffle', frames: [{ text: 'seed 1a' }, { text: 'seed 1b' }] });
    const link = await choose(world, session, 'same_device');
    expect(link).toMatchObject({ qr: null, same_device: { url: 'https://pasby.example/app/2' } });
    const direct = await choose(world, session, 'direct', '19900101-1234');
    expect(direct).toMatchObject({ mode: 'direct', qr: null, same_device: null });
    expect(pasby.started.map(({ mode, identifier }) => [mode, identifier])).toEqual([
      ['qr', null],
      ['same_device', null],
      ['direct', '19900101-1234'],
    ]);
  });

  it('only once for the same choice, and anew for another person', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await choose(world, session, 'qr');
    await choose(world, session, 'qr');
    expect(pasby.started).toHaveLength(1);
    await choose(world, session, 'direct', 'a');
    await choose(world, session, 'direct', 'a');
    expect(pasby.started, 'a repeated click is no second push').toHaveLength(2);
    await choose(world, session, 'direct', 'b');
    expect(pasby.started, 'a corrected identifier reaches the right person').toHaveLength(3);
    await world.loop.runOnce();
    expect(
      pasby.cancelled.toSorted((a, b) => a - b),
      'what was replaced is called off',
    ).toEqual([1, 2]);
  });

  it('of two choices at once in one process there is one', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await Promise.all([choose(world, session, 'qr'), choose(world, session, 'qr')]);
    expect(pasby.started).toHaveLength(1);
  });

  it('of two choices at once on two nodes one stays, and the other is called off', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await world.flow.look(session);
    const chosen = { connector: 'pasby', mode: 'qr', login_hint: null } as const;
    await Promise.all([world, world.node()].map(({ flow }) => flow.choose(session, chosen)));
    await world.loop.runOnce();
    await settle();
    expect(pasby.started).toHaveLength(2);
    expect(pasby.cancelled).toHaveLength(1);
    const [lost = 0] = pasby.cancelled;
    const shown = 3 - lost;
    expect([pasby.listeners(shown), pasby.listeners(lost)], 'only what is shown is followed').toEqual([1, 0]);
    expect(shownText((await world.flow.snapshot(session)).qr)).toBe(`seed ${shown}a`);
  });

  it('a choice that the provider refuses leaves what was shown before', async () => {
    const { pasby, other, world } = choice();
    const session = await world.create();
    const before = await choose(world, session, 'qr', null, 'other');
    pasby.onStart = () => Promise.reject(new ConnectorError('rate_limited', 'busy', 'busy', 17));
    await expect(choose(world, session, 'qr')).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 17 });
    expect(await world.flow.snapshot(session)).toEqual({ ...before, version: before.version + 1 });
    await world.loop.runOnce();
    await settle();
    expect(other.cancelled).toEqual([]);
  });

  it('for a browser that left meanwhile is called off', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    pasby.onStart = async () => {
      await world.flow.cancel(session);
    };
    await expect(choose(world, session, 'qr')).rejects.toMatchObject({ code: 'invalid_transition' });
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled).toEqual([1]);
  });
});

describe('a session that no browser watches', () => {
  const qr = { connector: 'pasby', mode: 'qr', login_hint: null } as const;

  it('FT-A3b: costs the provider nothing, however it came to its choice', async () => {
    const pasby = provider();
    const only = flowWorld([pasby.connector]);
    expect(await only.create()).toMatchObject({ connector: 'pasby', mode: 'qr', qr: null });
    const several = flowWorld([pasby.connector, provider('other').connector]);
    const chosen = await several.flow.choose(await several.create(), qr);
    expect(chosen).toMatchObject({ connector: 'pasby', mode: 'qr', qr: null });
    expect(await several.create({ connector: 'pasby' })).toMatchObject({ connector: 'pasby', qr: null });
    await Promise.all([only, several].map(({ loop }) => loop.runOnce()));
    expect(pasby.started).toEqual([]);
  });

  it('FT-A3b: begins with the first look: a script that reads the status gets the codes', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await world.flow.choose(session, qr);
    expect(await world.flow.snapshot(session)).toMatchObject({ qr: { frames: [{ text: 'seed 1a' }, {}] } });
    await world.flow.snapshot(session);
    expect(pasby.started).toHaveLength(1);
  });

  it('FT-A3b: a look that stays is not kept waiting, and is told when it has begun', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await world.flow.choose(session, qr);
    const answer = Promise.withResolvers<void>();
    pasby.onStart = () => answer.promise;
    const told = Promise.withResolvers<void>();
    world.flow.subscribe(session.session_id, () => told.resolve());
    expect(await world.flow.look(session)).toMatchObject({ connector: 'pasby', qr: null });
    answer.resolve();
    await told.promise;
    expect((await world.flow.look(session)).qr).not.toBeNull();
  });

  it('FT-A3b: two watchers at once begin one', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await world.flow.choose(session, qr);
    const looks = [world.flow.snapshot(session), world.flow.look(session), world.flow.choose(session, qr)];
    await Promise.all([...looks, world.flow.snapshot(session)]);
    expect(pasby.started).toHaveLength(1);
  });

  it('FT-A3b: of two nodes that begin at once one stays, and the other is called off', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await world.flow.choose(session, qr);
    const seen = await Promise.all([world, world.node()].map(({ flow }) => flow.snapshot(session)));
    await world.loop.runOnce();
    await settle();
    expect(pasby.started).toHaveLength(2);
    expect(pasby.cancelled).toHaveLength(1);
    const shown = `seed ${3 - (pasby.cancelled[0] ?? 0)}a`;
    expect(seen.map((snapshot) => shownText(snapshot.qr))).toEqual([shown, shown]);
  });

  it.each([
    [new ConnectorError('rate_limited', 'busy', 'busy', 17), 'rate_limited', /in 17 s$/],
    [new ConnectorError('connector_unavailable', 'down'), 'connector_unavailable', /reached/],
    [new TypeError('a bug'), 'connector_unavailable', /reached/],
  ])(
    'FT-A3b: where the look fails with %s the choice is withdrawn, once, and watchers hear why',
    async (thrown, error, words) => {
      const { pasby, world } = choice();
      const session = await world.create();
      await world.flow.choose(session, qr);
      let asked = 0;
      pasby.onStart = () => {
        asked += 1;
        return Promise.reject(thrown);
      };
      await expect(world.flow.snapshot(session)).rejects.toBe(thrown);
      for (let n = 0; n < 10; n += 1) await world.flow.look(session);
      expect(asked, 'looking does not ask again').toBe(1);
      expect(await world.flow.look(session)).toMatchObject({
        status: 'initialized',
        connector: null,
        mode: null,
        redirect_to: null,
        error: { error, error_description: expect.stringMatching(words) as string },
      });
      pasby.onStart = () => Promise.resolve();
      expect(await choose(world, session, 'qr'), 'choosing again does').toMatchObject({
        error: null,
        connector: 'pasby',
      });
    },
  );

  it('FT-A3b: a choice that was made for another way meanwhile stays', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await world.flow.choose(session, qr);
    pasby.onStart = async () => {
      pasby.onStart = () => Promise.resolve();
      await world.flow.choose(session, { ...qr, connector: 'other' });
    };
    expect(await world.flow.snapshot(session)).toMatchObject({ connector: 'other' });
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled).toEqual([1]);
  });

  it('FT-A3b: so does one that was made while the provider that was chosen before did not begin', async () => {
    const pasby = provider();
    // One that need not begin: only what is chosen tells of it.
    const world = flowWorld([pasby.connector, { ...provider('other').connector, upstream: null }]);
    const session = await world.create();
    await world.flow.choose(session, qr);
    pasby.onStart = async () => {
      await world.flow.choose(session, { ...qr, connector: 'other' });
      throw new ConnectorError('connector_unavailable', 'down', 'the test');
    };
    await expect(world.flow.snapshot(session)).rejects.toMatchObject({ code: 'connector_unavailable' });
    expect(await world.flow.look(session)).toMatchObject({ connector: 'other', mode: 'qr', error: null });
  });
});

describe('a network', () => {
  const elsewhere = { address: '203.0.113.7', comparable: true, user_agent: '', origin: null };

  it('FT-A3c: has 100 sessions open at the providers, and others have theirs', async () => {
    const pasby = provider();
    const world = flowWorld([pasby.connector]);
    const sessions: SessionHandle[] = [];
    for (let n = 0; n < 100; n += 1) sessions.push(await watched(world));
    await expect(watched(world)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 10 });
    expect(pasby.started, 'the provider does not hear of it').toHaveLength(100);
    await world.flow.snapshot(await world.create({}, elsewhere));
    expect(pasby.started).toHaveLength(101);

    await world.loop.runOnce();
    for (const first of sessions.slice(0, 1)) await world.flow.cancel(first);
    await settle();
    await expect(watched(world), 'an end makes room').resolves.toMatchObject({ mode: 'qr' });
  });

  it('FT-A3c: loses no place to a provider that refuses, and none to what is called off', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    pasby.onStart = () => Promise.reject(new ConnectorError('connector_unavailable', 'down'));
    for (let n = 0; n < 110; n += 1) await expect(choose(world, session, 'qr')).rejects.toThrow('down');
    pasby.onStart = async () => {
      await world.flow.cancel(left);
    };
    let left = session;
    for (let n = 0; n < 110; n += 1) {
      left = await world.create();
      await expect(choose(world, left, 'qr')).rejects.toMatchObject({ code: 'invalid_transition' });
    }
  });

  it('FT-A3c: one whose follower died counts for 15 minutes', async () => {
    const world = flowWorld([provider().connector]);
    for (let n = 0; n < 100; n += 1) await watched(world);
    world.clock.advance(900_000);
    await expect(watched(world)).resolves.toMatchObject({ mode: 'qr' });
  });
});

describe('mode direct', () => {
  it.each<[string, boolean, boolean]>([
    ['a client that did not ask for it', false, true],
    ['a request that was not pushed by an authenticated client', true, false],
  ])('FT-A3d: is not offered for %s', async (_name, direct, client_authenticated) => {
    const pasby = provider();
    const world = flowWorld([pasby.connector], {
      verification: 'none',
      network: 'allow',
      scope: null,
      confirm_person: false,
      direct,
    });
    const session = await world.create({ client_authenticated });
    expect(session.connectors).toMatchObject([{ id: 'pasby', modes: ['qr', 'same_device'] }]);
    await expect(choose(world, session, 'direct', 'ada')).rejects.toMatchObject({ code: 'invalid_request' });
    expect(pasby.started.map(({ mode }) => mode)).not.toContain('direct');
  });

  it('FT-A3d: is offered where the client asked for it and pushed the request', async () => {
    const session = await flowWorld([provider().connector]).create();
    expect(session.connectors).toMatchObject([{ modes: ['qr', 'same_device', 'direct'] }]);
  });
});

describe('pushes to a person', () => {
  const elsewhere = { address: '203.0.113.7', comparable: true, user_agent: '', origin: null };
  const direct = async (world: FlowWorld, browser?: Device): ReturnType<FlowWorld['flow']['choose']> =>
    choose(world, await world.create({}, browser), 'direct', '19900101-1234');

  it('FT-A3e: a stranger is stopped, and the owner of the number signs in from another network', async () => {
    const { pasby, world } = choice();
    for (const pause of [10_000, 300_000, 3_600_000]) {
      await direct(world);
      world.clock.advance(pause);
    }
    await direct(world);
    await expect(direct(world)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 86_400 });
    expect(pasby.started, 'the provider does not hear of what is refused').toHaveLength(4);
    await expect(direct(world, elsewhere)).resolves.toMatchObject({ mode: 'direct' });
  });

  it('FT-A3e: the answer in the app settles what was counted', async () => {
    const { pasby, world } = choice();
    const first = await direct(world);
    await world.loop.runOnce();
    expect(first.mode).toBe('direct');
    pasby.say(1, CONFIRMED);
    await settle();
    await direct(world);
    await world.loop.runOnce();
    pasby.say(2, { status: 'declined' });
    await settle();
    await expect(direct(world), 'a refused one is waited for').rejects.toMatchObject({ retry_after_s: 10 });
    world.clock.advance(10_000);
    await direct(world);
    await world.loop.runOnce();
    pasby.say(3, { status: 'declined', reason: 'not_me' });
    await settle();
    world.clock.advance(29 * 86_400_000);
    await expect(direct(world), 'not me: not for a long time').rejects.toMatchObject({ code: 'rate_limited' });
    await expect(direct(world, elsewhere), 'from another network').resolves.toMatchObject({ mode: 'direct' });
  });

  it.each(['rate_limited', 'connector_unavailable'] as const)(
    'FT-A3g: what ended as %s was never sent, and is not counted',
    async (code) => {
      const { pasby, world } = choice();
      pasby.onStart = () => Promise.reject(new ConnectorError(code, 'no'));
      for (let n = 0; n < 40; n += 1) await expect(direct(world)).rejects.toMatchObject({ code });
      pasby.onStart = () => Promise.resolve();
      await expect(direct(world)).resolves.toMatchObject({ mode: 'direct' });
    },
  );

  it('FT-A3g: what may have been sent is counted, and so is a number that the provider does not know', async () => {
    const { pasby, world } = choice();
    for (const error of [
      new ConnectorError('connector_unavailable', 'no', 'no', null, true),
      new ConnectorError('identifier_refused', 'no'),
      new TypeError('a bug'),
    ]) {
      pasby.onStart = () => Promise.reject(error);
      await expect(direct(world)).rejects.toThrow(error.message);
      await expect(direct(world)).rejects.toMatchObject({ code: 'rate_limited' });
      world.clock.advance(3_600_000);
    }
  });

  it('FT-A3f: browser and app show the same two words, drawn anew for each push', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    const first = await choose(world, session, 'direct', 'ada');
    const second = await choose(world, session, 'direct', 'ben');
    const sent = pasby.started.map(({ words }) => words);
    expect([first, second].map(({ verification }) => verification)).toEqual(
      sent.map((words) => ({ method: 'words', words })),
    );
    expect(sent).toEqual([expect.stringMatching(/^[a-z]+ [a-z]+$/), expect.stringMatching(/^[a-z]+ [a-z]+$/)]);
    await world.loop.runOnce();
    pasby.say(2, { status: 'retrieved' });
    expect(await world.until(session, 'retrieved'), 'the app shows them now').toMatchObject({
      verification: second.verification,
    });
    pasby.say(2, CONFIRMED);
    expect((await world.until(session, 'confirmed')).verification).toBeNull();
  });

  it('FT-A3f: there are none in another mode, nor where the app has no room for them', async () => {
    const { pasby, other, world } = choice();
    const session = await world.create();
    expect((await choose(world, session, 'qr')).verification).toBeNull();
    expect((await choose(world, session, 'direct', 'ada', 'other')).verification).toBeNull();
    expect([...pasby.started, ...other.started].map(({ words }) => words)).toEqual([null, null]);
  });

  it('need an identifier, and a session that can still be chosen for', async () => {
    const { world } = choice();
    const session = await world.create();
    for (const nothing of [null, '', '  ']) {
      await expect(choose(world, session, 'direct', nothing)).rejects.toMatchObject({ code: 'invalid_request' });
    }
    await world.flow.cancel(session);
    for (let n = 0; n < 4; n += 1) {
      await expect(
        choose(world, session, 'direct', 'ada'),
        'nothing was sent, nothing is counted',
      ).rejects.toMatchObject({ code: 'invalid_transition' });
    }
  });
});

describe('what the provider says', () => {
  it.each<Mode>(['qr', 'same_device', 'direct'])(
    'leads in mode %s through retrieved to a code for the browser that watches: nothing comes back to another',
    async (mode) => {
      const { pasby, world } = choice();
      const session = await world.create();
      await choose(world, session, mode, mode === 'direct' ? 'ada' : null);
      await world.loop.runOnce();
      pasby.say(1, { status: 'retrieved' });
      expect(await world.until(session, 'retrieved')).toMatchObject({ qr: null, same_device: null, redirect_to: null });
      pasby.say(1, CONFIRMED);
      const { redirect_to } = await world.until(session, 'confirmed');
      const code = queryOf(redirect_to).get('code') ?? '';
      const redeemed = await world.flow.redeem(
        code,
        () => undefined,
        ({ confirmation }) => {
          expect(confirmation).toMatchObject({ identity: PERSON, scope: ['openid', 'profile', 'email'] });
          return [];
        },
      );
      expect(redeemed.outcome).toBe('redeemed');
      await settle();
      await world.loop.runOnce();
      await settle();
      expect(pasby.cancelled, 'it knows that it is over').toEqual([]);
      expect((await world.store.list('upstream', 10)).rows, 'nothing is owed any more').toEqual([]);
      expect(pasby.listeners(1)).toBe(0);
    },
  );

  it('confirmed without retrieved before is enough', async () => {
    const { pasby, world, session } = await followed();
    pasby.say(1, CONFIRMED);
    expect((await world.until(session, 'confirmed')).redirect_to).toContain('code=');
  });

  it.each(['declined', 'expired'] as const)('%s ends the session, and is not told back', async (status) => {
    const { pasby, world, session } = await followed();
    pasby.say(1, { status });
    const { redirect_to } = await world.until(session, status);
    expect(queryOf(redirect_to).get('error')).toBe('access_denied');
    await settle();
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled).toEqual([]);
    expect(pasby.listeners(1)).toBe(0);
    expect((await world.store.list('upstream', 10)).rows).toEqual([]);
  });

  it('FT-B6b: confirmed with a refresh token gives that back to the provider', async () => {
    const revoked: unknown[] = [];
    const pasby = provider();
    const revoke = (tokens: unknown): Promise<void> => {
      revoked.push(tokens);
      return Promise.reject(new Error('no browser waits for it'));
    };
    const tokens = { refresh: () => Promise.reject(new Error('not asked')), revoke };
    const world = flowWorld([{ ...pasby.connector, tokens }]);
    const session = await watched(world);
    await world.loop.runOnce();
    const issued = {
      access_token: 'a',
      token_type: 'Bearer',
      refresh_token: 'r',
      expires_at: null,
      scope: null,
      id_token: null,
    } as const;
    pasby.say(1, { ...CONFIRMED, tokens: issued });
    await world.until(session, 'confirmed');
    expect(revoked).toEqual([issued]);
  });

  it.each([
    ['are kept for a client that uses them, until the session is over', null, 480_000],
    ['are due at once where the person proved who they are too long ago', 60, 0],
  ])('FT-D11g: its tokens %s', async (_, max_age, due_ms) => {
    const pasby = provider();
    const world = flowWorld([pasby.connector], undefined, { upstream_tokens: true });
    const session = await watched(world, { max_age });
    await world.loop.runOnce();
    world.clock.advance(66_000);
    const tokens = {
      access_token: 'a',
      token_type: 'Bearer',
      refresh_token: 'r',
      expires_at: null,
      scope: null,
      id_token: null,
    } as const;
    pasby.say(1, { ...CONFIRMED, tokens });
    await world.until(session, max_age === null ? 'confirmed' : 'failed');
    const { rows, now } = await world.store.list<{ readonly session_id: string }>('upstream_tokens', 10);
    expect(rows.map(({ value }) => value.session_id)).toEqual([session.session_id]);
    // The 66 s that went by are of the session's 120 s; 300 s and a minute come after them.
    expect((rows[0]?.due_at ?? 0) - now).toBe(due_ms === 0 ? 0 : due_ms - 66_000);
  });

  it('restarted shows the new codes, which are what is followed and called off from then on', async () => {
    const { pasby, world, session } = await followed();
    pasby.say(1, { status: 'restarted', started: startedAs(2, 'qr', null) });
    await settle();
    const { qr, status } = await world.flow.snapshot(session);
    expect(status).toBe('initialized');
    expect(qr).toMatchObject({ order: 'shuffle', frames: [{ text: 'seed 2a' }, { text: 'seed 2b' }] });
    await world.flow.cancel(session);
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled).toEqual([2]);
  });

  it.each([
    [new ConnectorError('connector_unavailable', 'it is down'), 'temporarily_unavailable'],
    [new TypeError('a bug'), 'server_error'],
  ])('nothing but %s ends as failed, for the log too, and is told', async (thrown, error) => {
    const { pasby, world, session } = await followed();
    pasby.say(1, thrown);
    const { redirect_to } = await world.until(session, 'failed');
    expect(queryOf(redirect_to).get('error')).toBe(error);
    expect(world.failures).toEqual([thrown]);
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled).toEqual([1]);
  });

  it('a person who proved who they are too long ago is not signed in where max_age says so', async () => {
    const { pasby, world, session } = await followed({ max_age: 60 });
    world.clock.advance(66_000);
    pasby.say(1, CONFIRMED);
    expect(queryOf((await world.until(session, 'failed')).redirect_to).get('error')).toBe('server_error');
  });

  it('is heard again by the next follower where our own store failed over it', async () => {
    const pasby = provider();
    const world = flowWorld([pasby.connector]);
    const session = await watched(world);
    let broken = true;
    const node = world.node((store) => ({
      ...store,
      commit: (writes) => (broken ? Promise.reject(new Error('disk')) : store.commit(writes)),
    }));
    await node.loop.runOnce();
    pasby.say(1, CONFIRMED);
    await settle();
    expect((await world.flow.snapshot(session)).status).toBe('initialized');
    expect(world.failures).toMatchObject([{ message: 'disk' }]);
    broken = false;
    world.clock.advance(15_000);
    await node.loop.runOnce();
    await expect(world.until(session, 'confirmed')).resolves.toMatchObject({ connector: 'pasby' });
  });
});

describe("the provider's time", () => {
  it('ends ours, and is not followed any longer', async () => {
    const pasby = provider();
    const world = flowWorld([pasby.connector]);
    pasby.expires_at = world.clock.now() + 30_000;
    const session = await watched(world);
    expect(session.expires_at).toBe(Math.floor(pasby.expires_at / 1000));
    await world.loop.runOnce();
    world.clock.advance(30_000);
    await world.loop.runOnce();
    expect((await world.flow.snapshot(session)).status).toBe('expired');
    await settle();
    expect(pasby.listeners(1)).toBe(0);
  });

  it('is believed up to an hour', async () => {
    const pasby = provider();
    const world = flowWorld([pasby.connector]);
    pasby.expires_at = Number.MAX_VALUE;
    const { expires_at, created_at } = await watched(world);
    expect(expires_at - created_at).toBe(3600);
  });
});

describe('calling off', () => {
  it('tells the provider exactly once, however many nodes look, and stops following', async () => {
    const { pasby, world, session } = await followed();
    const others = [world.node(), world.node()];
    await world.flow.cancel(session);
    await Promise.all([world, ...others].map(({ loop }) => loop.runOnce()));
    await settle();
    world.clock.advance(60_000);
    await Promise.all([world, ...others].map(({ loop }) => loop.runOnce()));
    await settle();
    expect(pasby.cancelled).toEqual([1]);
    expect(pasby.listeners(1)).toBe(0);
    expect((await world.store.list('upstream_cancel', 10)).rows).toEqual([]);
  });

  it('counts once where two nodes held the same order and both failed: a lease is no lock', async () => {
    const { pasby, world, session } = await followed();
    pasby.onCancel = () => Promise.reject(new Error('down'));
    await world.flow.cancel(session);
    const [order] = (await world.store.list('upstream_cancel', 10)).rows;
    const works = [world, world.node()].map(({ flow }) => flow.workers.find(({ kind }) => kind === 'upstream_cancel'));
    await Promise.all(works.map((work) => work!.handle(order!, new AbortController().signal)));
    const due_at = world.clock.now() + 15_000;
    expect((await world.store.list('upstream_cancel', 10)).rows).toMatchObject([{ due_at, value: { attempts: 1 } }]);
  });

  it('is tried again after its lease where the store failed over it', async () => {
    const { pasby, world, session } = await followed();
    await world.flow.cancel(session);
    const { loop } = world.node((store) => ({ ...store, commit: () => Promise.reject(new Error('disk')) }));
    await loop.runOnce();
    await settle();
    expect(world.failures).toMatchObject([{ message: 'disk' }]);
    world.clock.advance(9_999);
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled, 'its lease runs').toEqual([1]);
    world.clock.advance(1);
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled).toEqual([1, 1]);
    expect((await world.store.list('upstream_cancel', 10)).rows).toEqual([]);
  });

  it("is one node's for as long as the provider takes to answer", async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { pasby, world, session } = await followed();
    pasby.onCancel = () => new Promise(() => undefined);
    await world.flow.cancel(session);
    await world.loop.runOnce();
    await settle();
    const other = world.node();
    for (let renewal = 0; renewal < 3; renewal += 1) {
      world.clock.advance(9_000);
      vi.advanceTimersByTime(3_000);
      await settle();
      await other.loop.runOnce();
      await settle();
    }
    expect(pasby.cancelled).toEqual([1]);
  });

  it('is tried again when it fails, and given up after 3 times', async () => {
    const { pasby, world, session } = await followed();
    pasby.onCancel = () => Promise.reject(new ConnectorError('connector_unavailable', 'down'));
    await world.flow.cancel(session);
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled).toHaveLength(1);
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled, 'not at once').toHaveLength(1);
    for (const tries of [2, 3, 3]) {
      world.clock.advance(15_000);
      await world.loop.runOnce();
      await settle();
      expect(pasby.cancelled).toHaveLength(tries);
    }
    expect((await world.store.list('upstream_cancel', 10)).rows).toEqual([]);
  });

  it('that succeeds the second time is over', async () => {
    const { pasby, world, session } = await followed();
    pasby.onCancel = () => (pasby.cancelled.length === 1 ? Promise.reject(new Error('once')) : Promise.resolve());
    await world.flow.cancel(session);
    for (let round = 0; round < 4; round += 1) {
      await world.loop.runOnce();
      await settle();
      world.clock.advance(15_000);
    }
    expect(pasby.cancelled).toEqual([1, 1]);
  });

  it('keeps no caller waiting where the provider hangs', async () => {
    const { pasby, world, session } = await followed();
    const second = await watched(world);
    const answers: (() => void)[] = [];
    pasby.onCancel = () =>
      new Promise((resolve) => {
        answers.push(resolve);
      });
    await world.flow.cancel(session);
    await world.flow.cancel(second);
    await world.loop.runOnce();
    await settle();
    expect(
      pasby.cancelled.toSorted((a, b) => a - b),
      'the loop goes on with the next',
    ).toEqual([1, 2]);
    for (const answer of answers) answer();
    await world.loop.stop();
    expect((await world.store.list('upstream_cancel', 10)).rows, 'a node that closes waits for the answers').toEqual(
      [],
    );
  });

  it('does not wait for an answer longer than 10 s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { pasby, world, session } = await followed();
    pasby.onCancel = () => new Promise(() => undefined);
    await world.flow.cancel(session);
    await world.loop.runOnce();
    await settle();
    let closed = false;
    const closing = world.loop.stop().then(() => (closed = true));
    vi.advanceTimersByTime(9999);
    await settle();
    expect(closed).toBe(false);
    vi.advanceTimersByTime(1);
    await closing;
    const { rows } = await world.store.list('upstream_cancel', 10);
    expect(rows, 'another node tries again').toMatchObject([{ value: { attempts: 1 } }]);
  });

  it('what the browser replaced: the other mode begins, the first one is told and heard no more', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await choose(world, session, 'qr');
    await world.loop.runOnce();
    await choose(world, session, 'same_device');
    await world.loop.runOnce();
    await settle();
    expect(pasby.cancelled).toEqual([1]);
    expect([pasby.listeners(1), pasby.listeners(2)]).toEqual([0, 1]);
    pasby.say(2, CONFIRMED);
    await expect(world.until(session, 'confirmed')).resolves.toMatchObject({ mode: 'same_device' });
  });

  it('to and fro between modes at once leaves the last one followed', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    for (const mode of ['qr', 'same_device', 'qr'] as const) {
      await choose(world, session, mode);
      await world.loop.runOnce();
    }
    await settle();
    expect(pasby.cancelled).toEqual([1, 2]);
    expect([1, 2, 3].map((n) => pasby.listeners(n))).toEqual([0, 0, 1]);
  });

  it('what an earlier session of the provider still says changes nothing', async () => {
    const { pasby, world } = choice();
    const session = await world.create();
    await choose(world, session, 'qr');
    // This node hears of no changes: as one far away, it follows on for a while.
    const far = world.node();
    await far.loop.runOnce();
    const shown = await choose(world, session, 'same_device');
    expect(pasby.listeners(1)).toBe(1);
    pasby.say(1, { status: 'retrieved' }, { status: 'restarted', started: startedAs(9, 'qr', null) });
    await settle();
    expect(await world.flow.snapshot(session)).toEqual(shown);
    pasby.say(1, { status: 'expired' });
    await settle();
    expect(await world.flow.snapshot(session)).toEqual(shown);
    expect(pasby.listeners(1)).toBe(0);
  });
});

describe('nodes', () => {
  it('keep what they follow while they live', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { pasby, world } = await followed();
    const other = world.node();
    for (let round = 0; round < 4; round += 1) {
      world.clock.advance(9_000);
      vi.advanceTimersByTime(5_000);
      await settle();
      await other.loop.runOnce();
      await settle();
      expect(pasby.listeners(1), 'one lease, one follower').toBe(1);
    }
  });

  it('see within 5 s what ended on another', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { pasby, world, session } = await followed();
    await world.node().flow.cancel(session);
    await settle();
    expect(pasby.listeners(1)).toBe(1);
    vi.advanceTimersByTime(5_000);
    await settle();
    expect(pasby.listeners(1)).toBe(0);
  });

  it('take over from one that died once its lease is over, and the sign-in completes', async () => {
    const pasby = provider();
    const world = flowWorld([pasby.connector]);
    const session = await watched(world);
    // Its store is gone with it: it follows, and nothing that it does is stored.
    const dead = world.node(unplugged());
    await dead.loop.runOnce();
    expect(pasby.listeners(1)).toBe(1);
    world.clock.advance(14_999);
    await world.loop.runOnce();
    expect(pasby.listeners(1), 'not before').toBe(1);
    world.clock.advance(1);
    await world.loop.runOnce();
    await settle();
    expect(pasby.listeners(1)).toBe(2);
    pasby.say(1, { status: 'retrieved' });
    await world.until(session, 'retrieved');
    pasby.say(1, CONFIRMED);
    expect((await world.until(session, 'confirmed')).redirect_to).toContain('code=');
  });

  it('that take over hear what was said while no process listened', async () => {
    const pasby = provider();
    const world = flowWorld([pasby.connector]);
    const session = await watched(world);
    await world.node(unplugged()).loop.runOnce();
    pasby.say(1, { status: 'retrieved' }, CONFIRMED);
    await settle();
    expect((await world.flow.snapshot(session)).status).toBe('initialized');
    world.clock.advance(15_000);
    await world.loop.runOnce();
    await world.until(session, 'confirmed');
  });

  it('that close let go at once and leave nothing running', async () => {
    const { pasby, world, session } = await followed();
    const next = world.node();
    await world.loop.stop();
    expect(pasby.listeners(1)).toBe(0);
    await world.loop.runOnce();
    expect(pasby.listeners(1), 'a closed one takes nothing up').toBe(0);
    expect(pasby.cancelled, 'the sign-in goes on').toEqual([]);
    await next.loop.runOnce();
    expect(pasby.listeners(1)).toBe(1);
    pasby.say(1, CONFIRMED);
    await world.until(session, 'confirmed');
  });

  it('hand over without a wait', async () => {
    const { pasby, world } = await followed();
    await world.loop.stop();
    await world.node().loop.runOnce();
    expect(pasby.listeners(1)).toBe(1);
  });

  it('FT-B4b: give the next follower what the connector kept on its way', async () => {
    const { pasby, world, session } = await followed();
    pasby.say(1, { status: 'retrieved' }, { status: 'provider_state', providerState: { n: 7 } });
    await settle();
    await world.loop.stop();
    await world.node().loop.runOnce();
    expect(pasby.listeners(7)).toBe(1);
    pasby.say(7, CONFIRMED);
    await world.until(session, 'confirmed');
  });

  it('follow a session once, however often it is due', async () => {
    const { pasby, world } = await followed();
    world.clock.advance(15_000);
    await world.loop.runOnce();
    await settle();
    expect(pasby.listeners(1)).toBe(1);
  });
});

/** A node whose commits never arrive: it died, though its code still runs in this process. */
function unplugged(): (store: Store) => Store {
  const silence = new Promise<never>(() => undefined);
  return (store) => ({ ...store, commit: () => silence, renewLease: () => new Promise(() => undefined) });
}
