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
import { type ManualTimers, createManualTimers } from '../test-support/manual-timers.ts';
import { type Client, type Identity, type Device, parseLink } from '../session/index.ts';
import type { Row, Store } from '../store/store.ts';
import { type FlowNode, type FlowWorld, WORLD_ISSUER, flowWorld } from '../test-support/flow-world.ts';
import { EXAMPLE_BROWSER } from '../testing/example-session.ts';
import { createLinks } from './links.ts';
import type { Scan } from './wallet-port.ts';
import { shownText } from '../test-support/shown-text.ts';

const CLIENT = { name: 'Shop', logo_uri: null, origin: 'https://shop.example' };
const PHONE: Device = { address: '192.0.2.77', comparable: true, user_agent: 'Phone', origin: null };
const FAR: Device = { address: '203.0.113.9', comparable: true, user_agent: 'Phone', origin: null };
const PERSON: Identity = { subject: 'ada', claims: { name: 'Ada' }, acr: null, amr: [], auth_time: 1_700_000_000 };
const KNOWN: RedirectOutcome = { type: 'identity', identity: PERSON, tokens: null };
const NUMBERS: Client['cross_device'] = {
  verification: 'number',
  network: 'allow',
  scope: null,
  confirm_person: false,
  direct: false,
};
/** The key of one phone's browser, of another one's, and of the browser on one device. */
const [MINE, THEIRS, HERE] = ['key-mine', 'key-theirs', 'key-here'];
/** The browser does not go away while it waits. */
const STAYS = new AbortController().signal;

interface Provider {
  readonly connector: Connector;
  readonly begun: readonly RedirectStart[];
  readonly finished: readonly RedirectCallback[];
  onFinish: (callback: RedirectCallback) => Promise<RedirectOutcome>;
}

/** A provider that lets everybody in, and knows each code once. */
function provider(
  id = 'uaepass',
  reauthenticates: NonNullable<Connector['redirect']>['reauthenticates'] = 'always',
): Provider {
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
        reauthenticates,
        begin(start) {
          const n = begun.push(start);
          return Promise.resolve({
            location: `https://${id}.example/login?state=${start.state}`,
            providerState: { n },
          });
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
  const [session_id = '', step = '', mac = ''] = shownText(session.qr).split('/').at(-1)?.split('.') ?? [];
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

/** The owner clicks, and a browser opens the link; where it is sent. */
async function startHere(
  node: FlowNode,
  session: SessionHandle,
  ticket: string,
  key: string = HERE,
  device: Device = PHONE,
): Promise<string> {
  await node.flow.arm(session).catch(() => undefined);
  const start = await node.flow.startSameDevice(session.session_id, ticket, key, device, STAYS);
  if (start.type !== 'redirect') throw new Error('the browser was asked');
  return start.location;
}

/** What the provider's redirect back carries, in answer to where the browser was sent. */
function answerTo(location: string, more: Readonly<Record<string, string>> = { code: 'c1' }): URLSearchParams {
  return new URLSearchParams({ ...more, state: new URL(location).searchParams.get('state') ?? '' });
}

/** Waits by timers that the test turns. */
function sleepBy(timers: ManualTimers): (ms: number, signal?: AbortSignal) => Promise<void> {
  return (ms, signal) =>
    new Promise((resolve) => {
      const stop = timers.after(ms, resolve);
      signal?.addEventListener('abort', () => {
        stop();
        resolve();
      });
    });
}

/** The attempt as it rests. */
const attemptOf = async (world: FlowWorld, state: string): Promise<Row | null> =>
  (await world.store.get('redirect', `${state.slice(0, 2)}.${world.secrets.fingerprint(state)}`)).row;

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
    expect(await world.flow.preview(scanOf(session), PHONE)).toMatchObject({
      client: { name: 'Shop' },
      app: { type: 'provider', names: { en: 'uaepass' }, asks: null },
    });
    await world.flow.openForm(scanOf(session), MINE);
    expect(await statusOf(world, session)).toBe('initialized');
    expect(uaepass.begun).toEqual([]);
  });

  it('FT-A4c: has a form as long as the frame allowed: neither a second look nor a copy renews it', async () => {
    for (const looked of ['at once', 'again', 'at a copy'] as const) {
      const { world } = setting();
      const session = await world.create();
      const frame = scanOf(session);
      const settings = { issuer: WORLD_ISSUER, qrBaseUrl: `${WORLD_ISSUER}/Q/`, lifetimes: { frame_ms: 2000 } };
      const copy = createLinks(settings, world.secrets).handOver({ id: frame.session_id }, frame.step);
      const { session_id = '', step = '', mac = '' } = parseLink(copy.split('/').at(-1) ?? '') ?? {};
      expect(step).toBe('H0');
      let form = await world.flow.openForm(frame, MINE);
      world.clock.advance(10_000);
      if (looked === 'again') form = await world.flow.openForm(frame, MINE);
      world.clock.advance(40_000);
      if (looked === 'at a copy') form = await world.flow.openForm({ session_id, step, mac }, MINE);
      world.clock.advance(10_000);
      await expect(world.flow.claim(session.session_id, form, MINE, PHONE), `looked ${looked}`).rejects.toMatchObject({
        code: 'qr_stale',
      });
      await expect(world.flow.openForm({ session_id, step, mac }, MINE), `looked ${looked}`).rejects.toMatchObject({
        code: 'qr_stale',
      });
    }
    const { world } = setting();
    const session = await world.create();
    const form = await world.flow.openForm(scanOf(session), MINE);
    world.clock.advance(59_999);
    await world.flow.claim(session.session_id, form, MINE, PHONE);
  });

  it('leads through the provider to a code for the browser that watches, and none for the phone', async () => {
    const { uaepass, world } = setting();
    const session = await world.create({ ui_locales: ['ar'], acr_values: ['high'], max_age: 60 });
    const form = await world.flow.openForm(scanOf(session), MINE);
    expect(await world.flow.claim(session.session_id, form, MINE, PHONE)).toEqual({
      needs_number: false,
      client: CLIENT,
    });
    expect(await statusOf(world, session)).toBe('retrieved');

    const location = await world.flow.toProvider(session.session_id, MINE);
    expect(location.startsWith('https://uaepass.example/login?state=')).toBe(true);
    const token: unknown = expect.stringMatching(/^[\w-]{43}$/);
    const partitioned: unknown = expect.stringMatching(/^[0-9A-F]{2}[\w-]{43}$/);
    expect(uaepass.begun).toEqual([
      {
        callback_uri: `${WORLD_ISSUER}/callback/uaepass`,
        state: partitioned,
        nonce: token,
        code_verifier: token,
        mode: 'qr',
        reauthenticate: true,
        request: expect.objectContaining({ client_id: 'shop', ui_locales: ['ar'], acr_values: ['high'], max_age: 60 }),
      },
    ]);
    const { state, nonce, code_verifier } = uaepass.begun[0] ?? { state: '', nonce: '', code_verifier: '' };
    expect(new Set([state, nonce, code_verifier]).size).toBe(3);

    const parameters = answerTo(location);
    const done = { type: 'done', client_name: 'Shop', session_id: session.session_id };
    expect(await back(world, parameters)).toEqual(done);
    expect(uaepass.finished).toEqual([{ ...uaepass.begun[0], parameters, providerState: { n: 1 } }]);
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
    const { world } = setting({
      verification: 'none',
      network: 'require',
      scope: null,
      confirm_person: false,
      direct: false,
    });
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
    expect(claim).toEqual({ needs_number: true, client: CLIENT });
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

  it('with no state, a doubled one or an unknown one belongs to no sign-in', async () => {
    const { uaepass, world } = setting();
    const session = await claimed(world);
    const location = await world.flow.toProvider(session.session_id, MINE);
    const doubled = answerTo(location);
    doubled.append('state', doubled.get('state') ?? '');
    const unknown = new URLSearchParams({ code: 'c1', state: 'x'.repeat(43) });
    for (const parameters of [
      new URLSearchParams('code=c1'),
      new URLSearchParams('code=c1&state='),
      unknown,
      doubled,
    ]) {
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
    const location = await startHere(world, session, ticket);
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
      const end = { type: 'ended', client_name: 'Shop', status: 'declined', message: text, unmet: null };
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

  it('after the browser cancelled, or too late, does not sign in', async () => {
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

describe('reauthentication', () => {
  type Reauthenticates = NonNullable<Connector['redirect']>['reauthenticates'];
  const START_S = 1_700_000_000;
  /** The provider's answer in a world where it can be asked so; `auth_time` is relative to the start, in s. */
  async function answered(
    reauthenticates: Reauthenticates,
    auth_time: number | null,
    request: Parameters<FlowWorld['create']>[0] = {},
  ): Promise<{
    readonly world: FlowWorld;
    readonly uaepass: Provider;
    readonly session: SessionHandle;
    readonly state: string;
    readonly parameters: URLSearchParams;
    readonly end: Awaited<End>;
  }> {
    const uaepass = provider('uaepass', reauthenticates);
    const said = auth_time === null ? null : START_S + auth_time;
    uaepass.onFinish = () =>
      Promise.resolve({ type: 'identity', identity: { ...PERSON, auth_time: said }, tokens: null });
    const world = flowWorld([uaepass.connector]);
    const session = await claimed(world, request);
    const parameters = answerTo(await world.flow.toProvider(session.session_id, MINE));
    const end = await back(world, parameters);
    return { world, uaepass, session, parameters, end, state: parameters.get('state') ?? '' };
  }
  const settle = (node: FlowNode, state: string, decision: 'finish' | 'not_me' = 'finish', key = MINE): End =>
    node.flow.settle('uaepass', state, decision, () => key);

  it.each<[Reauthenticates, 'qr' | 'same_device', Parameters<FlowWorld['create']>[0], boolean]>([
    ['always', 'qr', {}, true],
    ['always', 'same_device', {}, false],
    ['always', 'same_device', { prompt: ['login'] }, true],
    ['on_request', 'qr', {}, false],
    ['on_request', 'qr', { prompt: ['consent', 'login'] }, true],
    ['on_request', 'same_device', { max_age: 0 }, true],
    ['on_request', 'same_device', { max_age: 1, prompt: ['consent'] }, false],
    ['never', 'qr', {}, false],
  ])(
    'FT-A5a: a provider that can be asked %s is asked so, in mode %s for %j: %s',
    async (can, mode, request, asked) => {
      const uaepass = provider('uaepass', can);
      const world = flowWorld([uaepass.connector]);
      if (mode === 'qr') await world.flow.toProvider((await claimed(world, request)).session_id, MINE);
      else {
        const { session, ticket } = await sameDevice(world, request);
        await startHere(world, session, ticket);
      }
      expect(uaepass.begun).toMatchObject([{ mode, reauthenticate: asked }]);
    },
  );

  it('FT-A5a: an auth_time since this attempt began is enough; clocks may differ by 5 s', async () => {
    for (const said of [0, 30, -5]) {
      const { world, session, end } = await answered('always', said);
      expect(end).toMatchObject({ type: 'done', client_name: 'Shop' });
      expect(await statusOf(world, session)).toBe('confirmed');
    }
  });

  it('FT-A5a: an older one is the provider’s fault, and does not sign in', async () => {
    for (const said of [-6, -START_S]) {
      const { world, session, end, state } = await answered('always', said);
      expect(end).toMatchObject({ type: 'ended', status: 'failed' });
      expect((await world.flow.snapshot(session)).error).toMatchObject({ error: 'server_error' });
      expect(world.failures).toMatchObject([
        { code: 'callback_refused', detail: expect.stringContaining('auth_time') },
      ]);
      expect(await settle(world, state)).toMatchObject({ type: 'ended', status: 'failed' });
    }
  });

  it('FT-A5a: on one device as well, where the website wants it', async () => {
    const { uaepass, world } = setting();
    uaepass.onFinish = () =>
      Promise.resolve({ type: 'identity', identity: { ...PERSON, auth_time: START_S - 6 }, tokens: null });
    const { session, ticket } = await sameDevice(world, { prompt: ['login'] });
    const location = await startHere(world, session, ticket);
    await back(world, answerTo(location), HERE);
    expect(await statusOf(world, session)).toBe('failed');
  });

  it.each<[string, Reauthenticates, number | null]>([
    ['knows no such thing, whatever auth_time it says', 'never', 0],
    ['was not asked', 'on_request', 0],
    ['was asked and does not say', 'always', null],
  ])('FT-A5b: where the provider %s, the person is asked, and their word confirms', async (_what, can, said) => {
    const { world, session, parameters, end, state, uaepass } = await answered(can, said);
    const asks = {
      type: 'asks',
      state,
      client: CLIENT,
      app_names: { en: 'uaepass' },
      requester: {
        address: EXAMPLE_BROWSER.address,
        user_agent: EXAMPLE_BROWSER.user_agent,
        age_ms: expect.any(Number) as number,
        networks: null,
      },
      person: 'Ada',
    };
    expect(end).toEqual(asks);
    expect(await world.flow.snapshot(session)).toMatchObject({ status: 'retrieved', redirect_to: null });
    expect(await back(world, parameters), 'reloaded').toEqual(asks);
    expect(await back(world.node(), parameters), 'on another node').toEqual(asks);
    expect(await settle(world, state)).toMatchObject({ type: 'done', client_name: 'Shop' });
    expect(await settle(world, state), 'said twice').toMatchObject({ type: 'done', client_name: 'Shop' });
    expect((await world.flow.snapshot(session)).redirect_to).toContain('code=');
    expect(await back(world, parameters), 'reloaded afterwards').toMatchObject({ type: 'done', client_name: 'Shop' });
    await expect(settle(world, state, 'not_me'), 'too late').rejects.toMatchObject({ code: 'invalid_transition' });
    expect(uaepass.finished, 'the code was sent once').toHaveLength(1);
  });

  it('FT-A5b: who typed the number on that phone is not asked again, and who comes back on one device neither', async () => {
    const uaepass = provider('uaepass', 'never');
    const world = flowWorld([uaepass.connector], NUMBERS);
    const session = await claimed(world);
    await world.flow.match(session.session_id, MINE, (await world.flow.snapshot(session)).verification?.number ?? '');
    const location = await world.flow.toProvider(session.session_id, MINE);
    expect(await back(world, answerTo(location))).toMatchObject({ type: 'done' });
    const here = await sameDevice(world);
    const to = await startHere(world, here.session, here.ticket);
    expect(await back(world, answerTo(to, { code: 'c2' }), HERE)).toMatchObject({ type: 'redirect' });
  });

  it('FT-A5b: the answer waits sealed in that browser’s attempt, and is gone once it is settled', async () => {
    for (const decision of ['finish', 'not_me'] as const) {
      const { world, state, session } = await answered('never', null);
      await expect(settle(world, state, decision, THEIRS)).rejects.toMatchObject({ code: 'verification_failed' });
      await expect(settle(world, 'x'.repeat(43), decision)).rejects.toMatchObject({ code: 'session_not_found' });
      await expect(world.flow.settle('paswad', state, decision, () => MINE)).rejects.toMatchObject({
        code: 'session_not_found',
      });
      const resting = async (): Promise<unknown> => (await attemptOf(world, state))?.value;
      expect(await resting()).toMatchObject({ answer: { subject: 'ada' } });
      await settle(world, state, decision);
      expect(await resting()).toMatchObject({ answer: null });
      expect(await statusOf(world, session)).toBe(decision === 'finish' ? 'confirmed' : 'declined');
    }
  });

  it('FT-A5b: an attempt of release 0.1, which rests without all that, asks as well', async () => {
    const { world } = setting();
    const session = await claimed(world);
    const parameters = answerTo(await world.flow.toProvider(session.session_id, MINE));
    const state = parameters.get('state') ?? '';
    const row = await attemptOf(world, state);
    if (row === null) throw new Error('it does not rest');
    const { begun_at: _, answer: __, ...before } = row.value as { start: object; begun_at: number; answer: null };
    const value = { ...before, start: { ...before.start, reauthenticate: undefined } };
    const old = { ...row, version: row.version + 1, schema: 1, value };
    expect((await world.store.commit([{ op: 'swap', kind: 'redirect', row: old }])).stored).toBe(true);
    await expect(settle(world, state)).rejects.toMatchObject({ code: 'invalid_transition' });
    expect(await back(world, parameters)).toMatchObject({ type: 'asks' });
    expect(await settle(world, state)).toMatchObject({ type: 'done' });
  });

  it('FT-A5b: without an answer it is over with the session, and says so', async () => {
    const { world, session, state, parameters } = await answered('never', null);
    world.clock.advance(299_999);
    expect(await back(world, parameters)).toMatchObject({ type: 'asks' });
    world.clock.advance(1);
    expect(await back(world, parameters)).toMatchObject({ type: 'ended', status: 'expired' });
    expect(await settle(world, state)).toMatchObject({ type: 'ended', status: 'expired' });
    expect(await statusOf(world, session)).toBe('expired');
    world.clock.advance(60_000);
    expect(await attemptOf(world, state), 'who came back is not kept').toBeNull();
    await expect(settle(world, state)).rejects.toMatchObject({ code: 'session_not_found' });
  });

  it('FT-A5b: a sign-in that was cancelled meanwhile stays so', async () => {
    const { world, session, state, parameters } = await answered('never', null);
    await world.flow.cancel(session);
    expect(await back(world, parameters)).toMatchObject({ type: 'ended', status: 'cancelled' });
    expect(await settle(world, state)).toMatchObject({ type: 'ended', status: 'cancelled' });
  });

  it('FT-A5b: of yes and no at once, on several nodes, one counts', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { world, session, state } = await answered('never', null);
      const nodes = [world, world.node(), world.node()];
      const answers = Array.from({ length: 9 }, (_, n) =>
        settle(nodes[n % 3] ?? world, state, (n + round) % 2 === 0 ? 'finish' : 'not_me'),
      );
      const heard = await Promise.allSettled(answers);
      const status = await statusOf(world, session);
      expect(['confirmed', 'declined']).toContain(status);
      const words = heard.map((one) => {
        if (one.status === 'rejected') return (one.reason as { code?: unknown }).code;
        return one.value.type === 'ended' ? one.value.status : one.value.type;
      });
      const allowed = status === 'confirmed' ? ['done', 'invalid_transition'] : ['declined'];
      expect(words.filter((word) => !allowed.includes(String(word)))).toEqual([]);
    }
  });

  it('FT-A5b: a word before the answer is there confirms nothing', async () => {
    const uaepass = provider('uaepass', 'never');
    const world = flowWorld([uaepass.connector]);
    const session = await claimed(world);
    const location = await world.flow.toProvider(session.session_id, MINE);
    const state = answerTo(location).get('state') ?? '';
    await expect(settle(world, state)).rejects.toMatchObject({ code: 'invalid_transition' });
    expect(await statusOf(world, session)).toBe('retrieved');
  });

  it('FT-A5b: twins of the answer all ask, and a node that died before it was stored is replaced', async () => {
    const uaepass = provider('uaepass', 'never');
    const world = flowWorld([uaepass.connector]);
    const session = await claimed(world);
    const parameters = answerTo(await world.flow.toProvider(session.session_id, MINE));
    // What this node commits after it has taken the answer up never arrives.
    let commits = 0;
    const dead = world.node((store) => ({
      ...store,
      commit: (writes) => {
        commits += 1;
        return commits > 1 ? new Promise(() => undefined) : store.commit(writes);
      },
    }));
    const asked = new Promise<void>((resolve) => {
      const finish = uaepass.onFinish;
      uaepass.onFinish = (callback) => {
        resolve();
        return finish(callback);
      };
    });
    void back(dead, parameters);
    await asked;
    world.clock.advance(15_000);
    const again = await back(world, parameters);
    const location = again.type === 'redirect' ? again.location : '';
    expect(location, 'the code is spent: once more to the provider').toContain('https://uaepass.example/');
    const second = answerTo(location, { code: 'c2' });
    const ends = await Promise.all([world, world.node(), world].map((node) => back(node, second)));
    for (const end of ends) expect(end).toMatchObject({ type: 'asks', person: 'Ada' });
    expect(uaepass.finished).toHaveLength(3);
    expect(await settle(world, second.get('state') ?? '')).toMatchObject({ type: 'done' });
    expect(await statusOf(world, session)).toBe('confirmed');
  });

  it('FT-A5c: a connector that cannot be asked is not offered where the website wants it', async () => {
    const world = flowWorld([provider('uaepass', 'never').connector, provider('paswad', 'on_request').connector]);
    const offered = async (request: Parameters<FlowWorld['create']>[0]): Promise<readonly string[]> =>
      (await world.create(request)).connectors.map(({ id }) => id);
    expect(await offered({})).toEqual(['uaepass', 'paswad']);
    expect(await offered({ prompt: ['consent', 'login'] })).toEqual(['paswad']);
    expect(await offered({ max_age: 0 })).toEqual(['paswad']);
    expect(await offered({ max_age: 60 })).toEqual(['uaepass', 'paswad']);
    await expect(world.create({ prompt: ['login'], connector: 'uaepass' })).rejects.toMatchObject({
      code: 'connector_unavailable',
    });
  });
});

describe('on one device', () => {
  it('the code goes to the browser that comes back, and the one that watches sees only that it is confirmed', async () => {
    const { uaepass, world } = setting(NUMBERS);
    const { session, ticket } = await sameDevice(world);
    const location = await startHere(world, session, ticket, HERE, FAR);
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
    const start = (id: string, given: string): Promise<unknown> =>
      world.flow.startSameDevice(id, given, HERE, PHONE, STAYS);
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
    // The sender of the link switches to the QR code once the mode has been looked at.
    const node = world.node((store) => ({
      ...store,
      async get<T>(kind: string, id: string) {
        const found = await store.get<T>(kind, id);
        if (kind === 'session' && (await statusOf(world, session)) === 'initialized') {
          await world.flow.choose(session, { connector: 'uaepass', mode: 'qr', login_hint: null });
        }
        return found;
      },
    }));
    await expect(node.flow.startSameDevice(session.session_id, ticket, HERE, PHONE, STAYS)).rejects.toMatchObject({
      code: 'session_not_found',
    });
    expect(await world.flow.snapshot(session)).toMatchObject({ status: 'initialized', mode: 'qr' });
    expect(uaepass.begun).toEqual([]);
  });

  it('FT-A6c: a browser that is faster than its owner’s call waits for it, woken by it and by no clock', async () => {
    const timers = createManualTimers();
    const uaepass = provider();
    const world = flowWorld([uaepass.connector], undefined, { patience_ms: 1_000, sleep: sleepBy(timers) });
    const { session, ticket } = await sameDevice(world);
    const start = world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE, STAYS);
    await world.flow.arm(session);
    expect(await start).toMatchObject({ type: 'redirect' });
    expect([uaepass.begun.length, timers.pending], 'nothing is left behind').toEqual([1, 0]);
  });

  it('FT-A6c: it waits for 1 s, then asks, and another node’s call counts by then', async () => {
    for (const armed of [false, true]) {
      const timers = createManualTimers();
      const uaepass = provider();
      const world = flowWorld([uaepass.connector], undefined, { patience_ms: 1_000, sleep: sleepBy(timers) });
      const { session, ticket } = await sameDevice(world);
      let answered = false;
      const start = world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE, STAYS).finally(() => {
        answered = true;
      });
      // It has looked once when it has nothing but time to wait for.
      if (armed) await world.node().flow.arm(session);
      await world.flow.snapshot(session);
      timers.advance(999);
      await world.flow.snapshot(session);
      expect([answered, uaepass.begun.length]).toEqual([false, 0]);
      timers.advance(1);
      expect(await start).toMatchObject(
        armed ? { type: 'redirect' } : { type: 'ask', app_names: { en: 'uaepass' }, client: { name: 'Shop' } },
      );
      expect(await statusOf(world, session)).toBe(armed ? 'retrieved' : 'initialized');
    }
  });

  it('FT-A6c: a browser that goes away while it waits claims nothing, and leaves the click to the next', async () => {
    const timers = createManualTimers();
    const { connector } = provider();
    const world = flowWorld([connector], undefined, { patience_ms: 1_000, sleep: sleepBy(timers) });
    const { session, ticket } = await sameDevice(world);
    const gone = new AbortController();
    const start = world.flow.startSameDevice(session.session_id, ticket, HERE, PHONE, gone.signal);
    gone.abort(new Error('gone'));
    await expect(start).rejects.toThrow('gone');
    expect(timers.pending).toBe(0);
    await startHere(world, session, ticket, THEIRS);
    expect(await statusOf(world, session)).toBe('retrieved');
  });

  it('FT-A6f: a browser that the owner has displaced cannot end the sign-in', async () => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const first = await startHere(world, session, ticket, THEIRS);
    uaepass.onFinish = () => Promise.reject(new ConnectorError('callback_refused', 'forged'));
    const second = await startHere(world, session, ticket, HERE);
    await expect(back(world, answerTo(first), THEIRS)).rejects.toMatchObject({ code: 'verification_failed' });
    expect(await statusOf(world, session)).toBe('retrieved');
    uaepass.onFinish = () => Promise.resolve(KNOWN);
    expect(await back(world, answerTo(second), HERE)).toMatchObject({ type: 'redirect' });
  });

  it('FT-A6f: nor while its answer is being looked at', async () => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const first = await startHere(world, session, ticket, THEIRS);
    uaepass.onFinish = async () => {
      await startHere(world, session, ticket, HERE);
      throw new ConnectorError('callback_refused', 'forged');
    };
    await expect(back(world, answerTo(first), THEIRS)).rejects.toMatchObject({ code: 'invalid_transition' });
    expect(await statusOf(world, session)).toBe('retrieved');
  });

  it('FT-A6f: nor collect what was approved in the browser that displaced it', async () => {
    const { world } = setting();
    const { session, ticket } = await sameDevice(world);
    const first = await startHere(world, session, ticket, THEIRS);
    const second = await startHere(world, session, ticket, HERE);
    expect(await back(world, answerTo(second), HERE)).toMatchObject({ type: 'redirect' });
    await expect(back(world, answerTo(first, { code: 'c2' }), THEIRS)).rejects.toMatchObject({
      code: 'verification_failed',
    });
  });

  it('FT-A6h: an answer to the old link that fails ends no sign-in by the new one', async () => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const first = await startHere(world, session, ticket, THEIRS);
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<RedirectOutcome>();
    uaepass.onFinish = () => {
      asked.resolve();
      return answer.promise;
    };
    const old = back(world, answerTo(first), THEIRS);
    await asked.promise;
    const again = { connector: 'uaepass', mode: 'same_device', login_hint: null } as const;
    const { status, same_device } = await world.flow.choose(session, again);
    expect(status).toBe('initialized');
    answer.reject(new ConnectorError('callback_refused', 'forged'));
    await expect(old).rejects.toMatchObject({ code: 'invalid_transition' });
    expect(await statusOf(world, session), 'the new link waits').toBe('initialized');

    const second = await startHere(world, session, new URL(same_device?.url ?? '').searchParams.get('ticket') ?? '');
    uaepass.onFinish = () => Promise.resolve(KNOWN);
    expect(await back(world, answerTo(second), HERE)).toMatchObject({ type: 'redirect' });
  });

  it.each([
    ['fails', () => Promise.reject(new ConnectorError('callback_refused', 'forged'))],
    ['says no', () => Promise.resolve<RedirectOutcome>({ type: 'declined', message: null })],
    ['says who it is', () => Promise.resolve(KNOWN)],
  ])('FT-A6f: an answer that %s while another browser’s is taken neither ends nor collects that', async (_, late) => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const first = await startHere(world, session, ticket, THEIRS);
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<RedirectOutcome>();
    uaepass.onFinish = () => {
      asked.resolve();
      return answer.promise;
    };
    const old = back(world, answerTo(first), THEIRS);
    await asked.promise;
    const second = await startHere(world, session, ticket, HERE);
    uaepass.onFinish = () => Promise.resolve(KNOWN);
    expect(await back(world, answerTo(second, { code: 'c2' }), HERE)).toMatchObject({ type: 'redirect' });
    answer.resolve(late());
    await expect(old).rejects.toMatchObject({ code: 'invalid_transition' });
    expect(await statusOf(world, session)).toBe('confirmed');
  });

  it('the link binds to the first browser, which may open it again', async () => {
    const { world, uaepass } = setting();
    const { session, ticket } = await sameDevice(world);
    const first = await startHere(world, session, ticket);
    await expect(world.flow.startSameDevice(session.session_id, ticket, THEIRS, PHONE, STAYS)).rejects.toMatchObject({
      code: 'already_claimed',
    });
    const second = await startHere(world, session, ticket);
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
    const location = await startHere(world, session, ticket);
    const end = await back(world, answerTo(location), HERE);
    expect(end.type === 'redirect' && new URL(end.location).searchParams.get('error')).toBe(error);
    expect(await statusOf(world, session)).toBe('failed');
    expect(world.failures).toEqual([thrown]);
  });

  it('a refusal goes back as access_denied', async () => {
    const { uaepass, world } = setting();
    uaepass.onFinish = () => Promise.resolve({ type: 'declined', message: { en: 'Not you' } });
    const { session, ticket } = await sameDevice(world);
    const location = await startHere(world, session, ticket);
    const end = await back(world, answerTo(location), HERE);
    const query = end.type === 'redirect' ? new URL(end.location).searchParams : new URLSearchParams();
    expect([query.get('error'), query.get('error_description')]).toEqual(['access_denied', 'Not you']);
  });
});

describe('answers at once', () => {
  it('are taken up by one of 20, and all hear the same', async () => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const parameters = answerTo(await startHere(world, session, ticket));
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

describe('an exchange that takes long', () => {
  /** The provider answers when `release` is called. */
  function slow(uaepass: Provider): { readonly asked: Promise<void>; readonly release: () => void } {
    let release = (): void => undefined;
    let ask = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const finish = uaepass.onFinish;
    uaepass.onFinish = async (callback) => {
      ask();
      await released;
      return finish(callback);
    };
    return { asked, release: () => release() };
  }

  /** Clock and timers, together. */
  async function pass(world: FlowWorld, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      world.clock.advance(500);
      await vi.advanceTimersByTimeAsync(500);
    }
  }

  it('FT-B2: is taken up once in 35 s, though twins of the answer arrive throughout, on every node', async () => {
    const { uaepass, world } = setting();
    const { asked, release } = slow(uaepass);
    const { session, ticket } = await sameDevice(world);
    const parameters = answerTo(await startHere(world, session, ticket));
    const nodes = [world.node(), world.node()];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ends = [back(world, parameters, HERE)];
    await asked;
    for (let seconds = 0; seconds < 35; seconds += 1) {
      ends.push(back(nodes[seconds % nodes.length] ?? world, parameters, HERE));
      await pass(world, 1000);
    }
    release();
    await pass(world, 1000);
    expect(uaepass.finished, 'the code was sent once').toHaveLength(1);
    const locations = (await Promise.all(ends)).map((end) => end.type === 'redirect' && end.location);
    expect(new Set(locations).size).toBe(1);
    expect(locations[0]).toContain('https://shop.example/callback?code=');
    // What waited is told of the end in a turn of its own.
    await vi.waitFor(() => expect(vi.getTimerCount(), 'nothing is renewed any more').toBe(0));
  });

  it('FT-B2: on a node that dies over it is taken up by another one', async () => {
    const { uaepass, world } = setting();
    const { asked, release } = slow(uaepass);
    const { session, ticket } = await sameDevice(world);
    const parameters = answerTo(await startHere(world, session, ticket));
    const dead = world.node(undefined, { sleep: () => new Promise(() => undefined) });
    void back(dead, parameters, HERE);
    await asked;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const twin = back(world, parameters, HERE);
    await pass(world, 14_000);
    expect(uaepass.finished).toHaveLength(1);
    await pass(world, 1500);
    expect(uaepass.finished, 'once its time is over').toHaveLength(2);
    release();
    await pass(world, 500);
    expect(await twin).toMatchObject({ type: 'redirect' });
  });

  it('FT-B2: that never ends is not waited for without end', async () => {
    const { uaepass, world } = setting();
    const { asked } = slow(uaepass);
    const { session, ticket } = await sameDevice(world);
    const parameters = answerTo(await startHere(world, session, ticket));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    void back(world, parameters, HERE);
    await asked;
    const twin = back(world, parameters, HERE).catch((cause: unknown) => cause);
    await pass(world, 91_500);
    expect(await twin).toMatchObject({ code: 'connector_unavailable' });
    expect(uaepass.finished).toHaveLength(1);
  });
});

describe('a crash between the provider’s answer and ours', () => {
  /** From here on nothing that this node commits for a session arrives. */
  function crashing(how: () => Promise<never>): (store: Store) => Store {
    return (store) => ({
      ...store,
      commit: (writes) =>
        typeof writes !== 'function' && writes.some(({ kind }) => kind === 'session') ? how() : store.commit(writes),
    });
  }

  it.each([
    ['the process was killed', () => new Promise<never>(() => undefined)],
    ['the store failed', () => Promise.reject(new Error('disk'))],
  ])('loses no sign-in: %s, the same answer leads to the provider once more', async (_, how) => {
    const { uaepass, world } = setting();
    const { session, ticket } = await sameDevice(world);
    const parameters = answerTo(await startHere(world, session, ticket));
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

  it('does not excuse a refused answer that was not taken up before', async () => {
    const { uaepass, world } = setting();
    uaepass.onFinish = () => Promise.reject(new ConnectorError('callback_refused', 'forged'));
    const session = await claimed(world);
    const location = await world.flow.toProvider(session.session_id, MINE);
    expect(await back(world, answerTo(location))).toMatchObject({ type: 'ended', status: 'failed' });
    expect(uaepass.begun).toHaveLength(1);
  });
});
