import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SessionHandle } from '@beckon/protocol';
import {
  type Connector,
  ConnectorError,
  NO_CAPABILITIES,
  type RedirectCallback,
  type RedirectOutcome,
  type RedirectStart,
} from '../connectors/connector.ts';
import type { Client, Identity, Party } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { type FlowNode, type FlowWorld, WORLD_ISSUER, flowWorld } from '../testing/flow-world.ts';
import type { Scan } from './flow.ts';

const PHONE: Party = { address: '192.0.2.77', user_agent: 'Phone', origin: null };
const FAR: Party = { address: '203.0.113.9', user_agent: 'Phone', origin: null };
const PERSON: Identity = { subject: 'ada', claims: { name: 'Ada' }, acr: null, amr: [], auth_time: 1_700_000_000 };
const KNOWN: RedirectOutcome = { type: 'identity', identity: PERSON, tokens: null };
const NUMBERS: Client['cross_device'] = { verification: 'number', network: 'allow', scope: null };
/** The key of one phone's browser, of another one's, and of the browser on one device. */
const [MINE, THEIRS, HERE] = ['key-mine', 'key-theirs', 'key-here'];

interface Provider {
  readonly connector: Connector;
  readonly begun: readonly RedirectStart[];
  readonly finished: readonly RedirectCallback[];
  onFinish: (callback: RedirectCallback) => Promise<RedirectOutcome>;
}

/** A provider that lets everybody in, and knows each code once. */
function provider(id = 'uaepass'): Provider {
  const begun: RedirectStart[] = [];
  const finished: RedirectCallback[] = [];
  const spent = new Set<string>();
  const made: Provider = {
    begun,
    finished,
    onFinish(callback) {
      const code = callback.parameters.get('code') ?? '';
      if (spent.has(code)) return Promise.reject(new ConnectorError('callback_refused', 'the code was used before'));
      spent.add(code);
      return Promise.resolve(KNOWN);
    },
    connector: {
      ...NO_CAPABILITIES,
      id,
      names: { en: id },
      button: null,
      modes: ['qr', 'same_device'],
      verifies: { number: true, network: true },
      redirect: {
        begin(start) {
          const n = begun.push(start);
          return Promise.resolve({ location: `https://${id}.example/login?state=${start.state}`, kept: { n } });
        },
        finish(callback) {
          finished.push(callback);
          return made.onFinish(callback);
        },
      },
    },
  };
  return made;
}

function setting(policy?: Client['cross_device']): { readonly uaepass: Provider; readonly world: FlowWorld } {
  const uaepass = provider();
  return { uaepass, world: flowWorld([uaepass.connector], policy) };
}

/** What a phone reads from the code that is shown first. */
function scanOf(session: SessionHandle): Scan {
  const frame = session.qr?.order === 'timed' ? session.qr.frames[0] : undefined;
  const [session_id = '', step = '', mac = ''] = frame?.text.split('/').at(-1)?.split('.') ?? [];
  return { session_id, step, mac };
}

/** A phone has opened the page and gone on. */
async function claimed(world: FlowWorld, request: Parameters<FlowWorld['create']>[0] = {}): Promise<SessionHandle> {
  const session = await world.create(request);
  const form = await world.flow.openForm(scanOf(session), MINE);
  await world.flow.claim(session.session_id, form, MINE, PHONE);
  return session;
}

/** On one device: the ticket of a session in that mode. */
async function sameDevice(
  world: FlowWorld,
  request: Parameters<FlowWorld['create']>[0] = {},
): Promise<{ readonly session: SessionHandle; readonly ticket: string }> {
  const session = await world.create(request);
  const { same_device } = await world.flow.choose(session, {
    connector: 'uaepass',
    mode: 'same_device',
    login_hint: null,
  });
  return { session, ticket: new URL(same_device?.url ?? '').searchParams.get('ticket') ?? '' };
}

/** What the provider's redirect back carries, in answer to where the browser was sent. */
function answerTo(location: string, more: Readonly<Record<string, string>> = { code: 'c1' }): URLSearchParams {
  return new URLSearchParams({ ...more, state: new URL(location).searchParams.get('state') ?? '' });
}

type End = ReturnType<FlowNode['flow']['fromProvider']>;

function back(node: FlowNode, parameters: URLSearchParams, key: string | null = MINE, connector = 'uaepass'): End {
  return node.flow.fromProvider(connector, parameters, () => key);
}

afterEach(() => {
  vi.useRealTimers();
});

const statusOf = async (world: FlowWorld, session: SessionHandle): Promise<string> =>
  (await world.flow.snapshot(session)).status;
const refused = (code: string): unknown => expect.objectContaining({ code });

describe('the phone page', () => {
  it('claims nothing by being looked at: previewers open links too', async () => {
    const { uaepass, world } = setting();
    const session = await world.create();
    expect(await world.flow.preview(scanOf(session))).toMatchObject({ client: { name: 'Shop' }, connector: 'uaepass' });
    await world.flow.openForm(scanOf(session), MINE);
    expect(await statusOf(world, session)).toBe('initialized');
    expect(uaepass.begun).toEqual([]);
  });

  it('leads through the provider to a code for the browser that watches, and none for the phone', async () => {
    const { uaepass, world } = setting();
    const session = await world.create({ ui_locales: ['ar'], acr_values: ['high'], max_age: 60 });
    const form = await world.flow.openForm(scanOf(session), MINE);
    expect(await world.flow.claim(session.session_id, form, MINE, PHONE)).toEqual({
      needs_number: false,
      client_name: 'Shop',
    });
    expect(await statusOf(world, session)).toBe('retrieved');

    const location = await world.flow.toProvider(session.session_id, MINE);
    expect(location.startsWith('https://uaepass.example/login?state=')).toBe(true);
    const token: unknown = expect.stringMatching(/^[\w-]{43}$/);
    expect(uaepass.begun).toEqual([
      {
        callback_uri: `${WORLD_ISSUER}/callback/uaepass`,
        state: token,
        nonce: token,
        code_verifier: token,
        mode: 'qr',
        request: expect.objectContaining({ client_id: 'shop', ui_locales: ['ar'], acr_values: ['high'], max_age: 60 }),
      },
    ]);
    const { state, nonce, code_verifier } = uaepass.begun[0] ?? { state: '', nonce: '', code_verifier: '' };
    expect(new Set([state, nonce, code_verifier]).size).toBe(3);

    const parameters = answerTo(location);
    const done = { type: 'done', client_name: 'Shop', session_id: session.session_id };
    expect(await back(world, parameters)).toEqual(done);
    expect(uaepass.finished).toEqual([{ ...uaepass.begun[0], parameters, kept: { n: 1 } }]);
    const { status, redirect_to } = await world.flow.snapshot(session);
    expect(status).toBe('confirmed');
    expect(redirect_to).toContain('code=');
    expect(await back(world, parameters), 'reloaded, it says the same').toEqual(done);
    expect(uaepass.finished).toHaveLength(1);
  });

  it('takes no form of another browser, another session, too old or made up', async () => {
    const { world } = setting();
    const session = await world.create();
    const other = await world.create();
    const form = await world.flow.openForm(scanOf(session), MINE);
    const [until = '', mac = ''] = form.split('.');
    const claim = (id: string, token: string, key: string): Promise<unknown> => world.flow.claim(id, token, key, PHONE);
    await expect(claim(session.session_id, form, THEIRS)).rejects.toMatchObject({ code: 'qr_stale' });
    await expect(claim(other.session_id, form, MINE)).rejects.toMatchObject({ code: 'qr_stale' });
    for (const forged of [
      '',
      '.',
      `${Number(until) + 1}.${mac}`,
      `${until}.`,
      `${until}.${mac.slice(1)}`,
      mac,
      `1e15.${mac}`,
    ]) {
      await expect(claim(session.session_id, forged, MINE)).rejects.toMatchObject({ code: 'qr_stale' });
    }
    world.clock.advance(60_000);
    await expect(claim(session.session_id, form, MINE)).rejects.toMatchObject({ code: 'qr_stale' });
    expect(await statusOf(world, session)).toBe('initialized');
    expect(await statusOf(world, other)).toBe('initialized');
  });

  it('takes a form until the last ms of its minute, though the code is stale by then', async () => {
    const { world } = setting();
    const session = await world.create();
    const form = await world.flow.openForm(scanOf(session), MINE);
    world.clock.advance(59_999);
    await expect(world.flow.openForm(scanOf(session), MINE)).rejects.toMatchObject({ code: 'qr_stale' });
    await world.flow.claim(session.session_id, form, MINE, PHONE);
    expect(await statusOf(world, session)).toBe('retrieved');
  });

  it('is one phone’s: a second one comes too late, the first may come back', async () => {
    const { world } = setting();
    const session = await world.create();
    const form = await world.flow.openForm(scanOf(session), MINE);
    const second = await world.flow.openForm(scanOf(session), THEIRS);
    await world.flow.claim(session.session_id, form, MINE, PHONE);
    const late = refused('already_claimed');
    await expect(world.flow.claim(session.session_id, second, THEIRS, PHONE)).rejects.toEqual(late);
    await expect(world.flow.toProvider(session.session_id, THEIRS)).rejects.toEqual(late);
    await expect(world.flow.match(session.session_id, THEIRS, '42')).rejects.toEqual(late);
    await expect(world.flow.notMe(session.session_id, second, THEIRS)).rejects.toEqual(late);
    world.clock.advance(100_000);
    await expect(world.flow.claim(session.session_id, form, MINE, PHONE)).resolves.toMatchObject({
      needs_number: false,
    });
    await expect(world.flow.toProvider(session.session_id, MINE)).resolves.toContain('https://uaepass.example/');
  });

  it('does not claim what has turned into a sign-in on one device', async () => {
    const { world } = setting(NUMBERS);
    const session = await world.create();
    const form = await world.flow.openForm(scanOf(session), MINE);
    await world.flow.choose(session, { connector: 'uaepass', mode: 'same_device', login_hint: null });
    await expect(world.flow.claim(session.session_id, form, MINE, PHONE)).rejects.toMatchObject({
      code: 'invalid_transition',
    });
    expect(await statusOf(world, session)).toBe('initialized');
  });

  it('from another network claims nothing where the same is required, but may still say that it was not them', async () => {
    const { world } = setting({ verification: 'none', network: 'require', scope: null });
    const session = await world.create();
    const form = await world.flow.openForm(scanOf(session), MINE);
    await expect(world.flow.claim(session.session_id, form, MINE, FAR)).rejects.toMatchObject({
      code: 'verification_failed',
    });
    expect(await statusOf(world, session)).toBe('initialized');
    await world.flow.notMe(session.session_id, form, MINE);
    expect(await world.flow.snapshot(session)).toMatchObject({
      status: 'declined',
      error: { error_description: 'the person says that they did not start this sign-in' },
    });
  });

  it('says "this was not me" before and after going on, with a form of its own', async () => {
    const { world } = setting();
    const session = await world.create();
    const form = await world.flow.openForm(scanOf(session), MINE);
    await expect(world.flow.notMe(session.session_id, form, THEIRS)).rejects.toMatchObject({ code: 'qr_stale' });
    expect(await statusOf(world, session)).toBe('initialized');
    await world.flow.notMe(session.session_id, form, MINE);
    await world.flow.notMe(session.session_id, form, MINE);
    expect(await statusOf(world, session)).toBe('declined');
    await expect(world.flow.claim(session.session_id, form, MINE, PHONE)).rejects.toMatchObject({
      code: 'invalid_transition',
    });

    const later = await claimed(world);
    await world.flow.notMe(later.session_id, '', MINE);
    expect(await statusOf(world, later)).toBe('declined');
  });
});

describe('the number', () => {
  async function withNumber(): Promise<{
    readonly world: FlowWorld;
    readonly uaepass: Provider;
    readonly session: SessionHandle;
    readonly shown: string;
  }> {
    const { world, uaepass } = setting(NUMBERS);
    const session = await world.create();
    expect(session.verification).toEqual({ method: 'number', number: null });
    const form = await world.flow.openForm(scanOf(session), MINE);
    const claim = await world.flow.claim(session.session_id, form, MINE, PHONE);
    expect(claim).toEqual({ needs_number: true, client_name: 'Shop' });
    const { verification } = await world.flow.snapshot(session);
    expect(verification?.number).toMatch(/^[1-9]\d$/);
    return { world, uaepass, session, shown: verification?.number ?? '' };
  }

  it('comes before the provider', async () => {
    const { world, uaepass, session, shown } = await withNumber();
    await expect(world.flow.toProvider(session.session_id, MINE)).rejects.toMatchObject({ code: 'invalid_transition' });
    expect(uaepass.begun).toEqual([]);
    await world.flow.match(session.session_id, MINE, shown);
    expect((await world.flow.snapshot(session)).verification).toEqual({ method: 'number', number: null });
    const location = await world.flow.toProvider(session.session_id, MINE);
    expect(await back(world, answerTo(location))).toMatchObject({ type: 'done' });
    expect((await world.flow.snapshot(session)).redirect_to).toContain('code=');
  });

  it('declines when it is wrong: one try', async () => {
    const { world, uaepass, session, shown } = await withNumber();
    const wrong = shown === '99' ? '98' : '99';
    await expect(world.flow.match(session.session_id, MINE, wrong)).rejects.toMatchObject({
      code: 'verification_failed',
    });
    expect(await statusOf(world, session)).toBe('declined');
    await expect(world.flow.match(session.session_id, MINE, shown)).rejects.toMatchObject({
      code: 'invalid_transition',
    });
    await expect(world.flow.toProvider(session.session_id, MINE)).rejects.toMatchObject({ code: 'invalid_transition' });
    expect(uaepass.begun).toEqual([]);
  });
});

describe('the answer', () => {
  it('in another browser is refused and changes nothing', async () => {
    const { uaepass, world } = setting();
    const session = await claimed(world);
    const parameters = answerTo(await world.flow.toProvider(session.session_id, MINE));
    for (const key of [THEIRS, null, '']) {
      await expect(back(world, parameters, key)).rejects.toMatchObject({ code: 'verification_failed' });
    }
    expect(uaepass.finished).toEqual([]);
    expect(await statusOf(world, session)).toBe('retrieved');
    expect(await back(world, parameters), 'and is not used up by it').toMatchObject({ type: 'done' });
    await expect(back(world, parameters, THEIRS), 'afterwards too').rejects.toMatchObject({
      code: 'verification_failed',
    });
  });

  it('with no state, a doubled one or one of nobody belongs to no sign-in', async () => {
    const { uaepass, world } = setting();
    const session = await claimed(world);
    const location = await world.flow.toProvider(session.session_id, MINE);
    const doubled = answerTo(location);
    doubled.append('state', doubled.get('state') ?? '');
    const nobody = new URLSearchParams({ code: 'c1', state: 'x'.repeat(43) });
    for (const parameters of [new URLSearchParams('code=c1'), new URLSearchParams('code=c1&state='), nobody, doubled]) {
      await expect(back(world, parameters)).rejects.toMatchObject({ code: 'session_not_found' });
    }
    expect(uaepass.finished).toEqual([]);
    expect(await statusOf(world, session)).toBe('retrieved');
  });

  it("under another provider's address is a mix-up", async () => {
    const uaepass = provider();
    const paswad = provider('paswad');
    const world = flowWorld([uaepass.connector, paswad.connector]);
    const session = await world.create();
    await world.flow.choose(session, { connector: 'uaepass', mode: 'same_device', login_hint: null });
    const { same_device } = await world.flow.snapshot(session);
    const ticket = new URL(same_device?.url ?? '').searchParams.get('ticket') ?? '';
    const location = await world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE);
    await expect(back(world, answerTo(location), HERE, 'paswad')).rejects.toMatchObject({ code: 'session_not_found' });
    expect([uaepass.finished, paswad.finished]).toEqual([[], []]);
    expect(await back(world, answerTo(location), HERE)).toMatchObject({ type: 'redirect' });
  });

  it('that the person may not sign in is told in their language, where it was asked for', async () => {
    const message = { en: 'Not "allowed" at Café', ar: 'غير مسموح' };
    for (const [ui_locales, text] of [
      [['ar-AE', 'en'], message.ar],
      [['fr', 'en-GB'], message.en],
      [['constructor'], message.en],
      [[], message.en],
    ] as const) {
      const { uaepass, world } = setting();
      uaepass.onFinish = () => Promise.resolve({ type: 'declined', message });
      const session = await claimed(world, { ui_locales });
      const location = await world.flow.toProvider(session.session_id, MINE);
      const end = { type: 'ended', client_name: 'Shop', status: 'declined', message: text };
      expect(await back(world, answerTo(location, { error: 'access_denied' }))).toEqual(end);
      const { status, error } = await world.flow.snapshot(session);
      const described = { error: 'access_denied', error_description: 'Not ?allowed? at Caf?' };
      expect([status, error], 'the website gets what RFC 6749 §4.1.2.1 lets through').toEqual(['declined', described]);
      expect(await back(world, answerTo(location)), 'reloaded').toEqual(end);
    }
  });

  it('without words of the provider has the usual ones', async () => {
    const { uaepass, world } = setting();
    uaepass.onFinish = () => Promise.resolve({ type: 'declined', message: null });
    const session = await claimed(world);
    const location = await world.flow.toProvider(session.session_id, MINE);
    expect(await back(world, answerTo(location))).toMatchObject({ status: 'declined', message: null });
  });

  it('after the browser cancelled, or too late, signs nobody in', async () => {
    const { world } = setting();
    const cancelled = await claimed(world);
    const location = await world.flow.toProvider(cancelled.session_id, MINE);
    await world.flow.cancel(cancelled);
    expect(await back(world, answerTo(location))).toMatchObject({ type: 'ended', status: 'cancelled' });

    const late = await claimed(world);
    const to = await world.flow.toProvider(late.session_id, MINE);
    world.clock.advance(300_000);
    expect(await back(world, answerTo(to, { code: 'c2' }))).toMatchObject({ type: 'ended', status: 'expired' });
    expect(await statusOf(world, late)).toBe('expired');
  });

  it('that says how long ago the person proved who they are is held to max_age', async () => {
    const { world } = setting();
    const session = await claimed(world, { max_age: 60 });
    const location = await world.flow.toProvider(session.session_id, MINE);
    world.clock.advance(66_000);
    expect(await back(world, answerTo(location))).toMatchObject({ type: 'ended', status: 'failed' });
    expect(world.failures).toMatchObject([{ code: 'wallet_not_trusted' }]);
  });
});

describe('on one device', () => {
  it('the code goes to the browser that comes back, and the one that watches sees only that it is confirmed', async () => {
    const { uaepass, world } = setting(NUMBERS);
    const { session, ticket } = await sameDevice(world);
    const location = await world.flow.startSameDevice(session.session_id, ticket, HERE, FAR);
    expect(uaepass.begun[0]?.mode).toBe('same_device');
    const parameters = answerTo(location);
    const end = await back(world, parameters, HERE);
    const to = end.type === 'redirect' ? new URL(end.location) : null;
    expect(to?.href.startsWith('https://shop.example/callback?code=')).toBe(true);
    expect([to?.searchParams.get('state'), to?.searchParams.get('iss')]).toEqual(['af0ifjsldkj', WORLD_ISSUER]);
    expect(await world.flow.snapshot(session)).toMatchObject({ status: 'confirmed', redirect_to: null });

    expect(await back(world, parameters, HERE), 'reloaded, it goes the same way').toEqual(end);
    expect(uaepass.finished).toHaveLength(1);
    const code = to?.searchParams.get('code') ?? '';
    expect(
      (
        await world.flow.redeem(
          code,
          () => undefined,
          () => [],
        )
      ).outcome,
    ).toBe('redeemed');
    expect(await back(world, parameters, HERE), 'there is no other screen').toMatchObject({
      type: 'ended',
      status: 'completed',
    });
  });

  it('a ticket is one session’s, and of that mode', async () => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const other = await sameDevice(world);
    const start = (id: string, given: string): Promise<string> => world.flow.startSameDevice(id, given, HERE, PHONE);
    for (const forged of ['', other.ticket, ticket.slice(0, -4), `${ticket}AAAA`]) {
      await expect(start(session.session_id, forged)).rejects.toMatchObject({ code: 'session_not_found' });
    }
    await world.flow.choose(session, { connector: 'uaepass', mode: 'qr', login_hint: null });
    await expect(start(session.session_id, ticket)).rejects.toMatchObject({ code: 'session_not_found' });
    expect(await statusOf(world, session)).toBe('initialized');
    expect(uaepass.begun).toEqual([]);
  });

  it('does not become a sign-in across devices while the link is being opened', async () => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    // Whoever mailed the link switches to the QR code once the mode has been looked at.
    const node = world.node((store) => ({
      ...store,
      async get<T>(kind: string, id: string) {
        const row = await store.get<T>(kind, id);
        if (kind === 'session' && (await statusOf(world, session)) === 'initialized') {
          await world.flow.choose(session, { connector: 'uaepass', mode: 'qr', login_hint: null });
        }
        return row;
      },
    }));
    await expect(node.flow.startSameDevice(session.session_id, ticket, HERE, PHONE)).rejects.toMatchObject({
      code: 'invalid_transition',
    });
    expect(await world.flow.snapshot(session)).toMatchObject({ status: 'initialized', mode: 'qr' });
    expect(uaepass.begun).toEqual([]);
  });

  it('the link binds to the first browser, which may open it again', async () => {
    const { world, uaepass } = setting();
    const { session, ticket } = await sameDevice(world);
    const first = await world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE);
    await expect(world.flow.startSameDevice(session.session_id, ticket, THEIRS, PHONE)).rejects.toMatchObject({
      code: 'already_claimed',
    });
    const second = await world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE);
    expect(second, 'every way there has a state of its own').not.toBe(first);
    const end = await back(world, answerTo(second), HERE);
    expect(end).toMatchObject({ type: 'redirect' });
    expect(await back(world, answerTo(first, { code: 'c2' }), HERE), 'either tab ends up there').toEqual(end);
    expect(uaepass.finished).toHaveLength(1);
  });

  it.each([
    [new ConnectorError('connector_unavailable', 'it is down'), 'temporarily_unavailable'],
    [new ConnectorError('callback_refused', 'a wrong nonce'), 'server_error'],
    [new TypeError('a bug'), 'server_error'],
  ])('%s sends the browser back with an error', async (thrown, error) => {
    const { uaepass, world } = setting();
    uaepass.onFinish = () => Promise.reject(thrown);
    const { session, ticket } = await sameDevice(world);
    const location = await world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE);
    const end = await back(world, answerTo(location), HERE);
    expect(end.type === 'redirect' && new URL(end.location).searchParams.get('error')).toBe(error);
    expect(await statusOf(world, session)).toBe('failed');
    expect(world.failures).toEqual([thrown]);
  });

  it('a refusal goes back as access_denied', async () => {
    const { uaepass, world } = setting();
    uaepass.onFinish = () => Promise.resolve({ type: 'declined', message: { en: 'Not you' } });
    const { session, ticket } = await sameDevice(world);
    const location = await world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE);
    const end = await back(world, answerTo(location), HERE);
    const query = end.type === 'redirect' ? new URL(end.location).searchParams : new URLSearchParams();
    expect([query.get('error'), query.get('error_description')]).toEqual(['access_denied', 'Not you']);
  });
});

describe('answers at once', () => {
  it('are taken up by one of 20, and all hear the same', async () => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const parameters = answerTo(await world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE));
    const nodes = [world, world.node(), world.node()];
    // The provider takes its time: those who wait look again meanwhile.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const finish = uaepass.onFinish;
    uaepass.onFinish = async (callback) => {
      await answered;
      return finish(callback);
    };
    const everybody = Promise.all(
      Array.from({ length: 20 }, (_, n) => back(nodes[n % nodes.length] ?? world, parameters, HERE)),
    );
    for (let looks = 0; looks < 20; looks += 1) {
      if (looks === 10) answer();
      await vi.advanceTimersByTimeAsync(200);
    }
    const ends = await everybody;
    expect(uaepass.finished).toHaveLength(1);
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1);
    expect(ends[0]).toMatchObject({ type: 'redirect' });
  });
});

describe('a crash between the provider’s answer and ours', () => {
  /** From here on nothing that this node commits for a session arrives. */
  function crashing(how: () => Promise<boolean>): (store: Store) => Store {
    return (store) => ({
      ...store,
      commit: (writes) => (writes.some(({ kind }) => kind === 'session') ? how() : store.commit(writes)),
    });
  }

  it.each([
    ['the process was killed', () => new Promise<boolean>(() => undefined)],
    ['the store failed', () => Promise.reject(new Error('disk'))],
  ])('loses no sign-in: %s, the same answer leads to the provider once more', async (_, how) => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const parameters = answerTo(await world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE));
    const finished = new Promise<void>((resolve) => {
      const finish = uaepass.onFinish;
      uaepass.onFinish = async (callback) => {
        const outcome = await finish(callback);
        resolve();
        return outcome;
      };
    });
    back(world.node(crashing(how)), parameters, HERE).catch(() => undefined);
    await finished;
    expect(await statusOf(world, session)).toBe('retrieved');

    const next = world.node();
    world.clock.advance(15_000);
    const again = await back(next, parameters, HERE);
    expect(uaepass.finished, 'the provider was asked, and knows the code no more').toHaveLength(2);
    expect(again).toMatchObject({ type: 'redirect', location: expect.stringMatching(/^https:\/\/uaepass\.example\//) });
    const location = again.type === 'redirect' ? again.location : '';
    expect(await back(next, answerTo(location, { code: 'c2' }), HERE)).toMatchObject({
      type: 'redirect',
      location: expect.stringMatching(/^https:\/\/shop\.example\/callback\?code=/),
    });
    expect(world.failures, 'nothing went wrong at the provider').toEqual([]);
  });

  it('a browser that comes back at once waits until the dead node’s time is over', async () => {
    const { uaepass, world } = setting();
    const session = await claimed(world);
    const parameters = answerTo(await world.flow.toProvider(session.session_id, MINE));
    const dead = world.node(crashing(() => new Promise(() => undefined)));
    const taken = new Promise<void>((resolve) => {
      const finish = uaepass.onFinish;
      uaepass.onFinish = (callback) => {
        resolve();
        return finish(callback);
      };
    });
    void back(dead, parameters);
    await taken;
    const waiting = back(world.node(), parameters);
    world.clock.advance(15_000);
    expect(await waiting).toMatchObject({ type: 'redirect' });
  });

  it('does not excuse a refused answer that nobody had taken up before', async () => {
    const { uaepass, world } = setting();
    uaepass.onFinish = () => Promise.reject(new ConnectorError('callback_refused', 'forged'));
    const session = await claimed(world);
    const location = await world.flow.toProvider(session.session_id, MINE);
    expect(await back(world, answerTo(location))).toMatchObject({ type: 'ended', status: 'failed' });
    expect(uaepass.begun).toHaveLength(1);
  });
});
