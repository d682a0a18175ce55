import type { SessionHandle } from '@beckon/protocol';
import { describe, expect, it } from 'vitest';
import {
  type Connector,
  NO_CAPABILITIES,
  type RedirectStart,
  type UpstreamStart,
  type UpstreamStatus,
} from '../connectors/connector.ts';
import type { AuthorizationRequest, Device, Identity } from '../session/index.ts';
import { type FlowWorld, flowWorld } from '../test-support/flow-world.ts';
import { shownText } from '../test-support/shown-text.ts';
import { canReach, unmetBy } from './demands.ts';

const PHONE: Device = { address: '192.0.2.77', comparable: true, user_agent: 'Phone', origin: null };
const KEY = 'the-browser';
const ADA: Identity = {
  subject: 'ada',
  claims: { name: 'Ada', email: 'ada@example.com' },
  acr: 'high',
  amr: [],
  auth_time: 1_700_000_000,
};
const COMMON = {
  ...NO_CAPABILITIES,
  button: null,
  modes: ['qr', 'same_device'],
  verifies: { number: true, network: true },
} as const;

/** A provider that lets `who` in. `begun`: what it was asked. */
function redirecting(who: Identity = ADA, id = 'uaepass', reaches?: Connector['reaches']) {
  const begun: RedirectStart[] = [];
  const connector: Connector = {
    ...COMMON,
    id,
    names: { en: id },
    ...(reaches === undefined ? {} : { reaches }),
    redirect: {
      reauthenticates: 'never',
      begin(start) {
        begun.push(start);
        return Promise.resolve({ location: `https://${id}.example/?state=${start.state}`, providerState: null });
      },
      finish: () => Promise.resolve({ type: 'identity', identity: who, tokens: null }),
    },
  };
  return { connector, begun };
}

function upstream(who: Identity) {
  const started: UpstreamStart[] = [];
  const connector: Connector = {
    ...COMMON,
    id: 'pasby',
    names: { en: 'pasby' },
    verifies: { number: false, network: false },
    upstream: {
      start(start) {
        started.push(start);
        return Promise.resolve({
          qr: { texts: ['seed'], interval_ms: 500 },
          link: null,
          expires_at: null,
          providerState: 1,
        });
      },
      async *follow(): AsyncIterable<UpstreamStatus> {
        yield await Promise.resolve({ status: 'confirmed', identity: who, tokens: null } as const);
      },
      cancel: () => Promise.resolve(),
    },
  };
  return { connector, started };
}

/** A person at a phone goes to the provider and comes back. */
async function across(world: FlowWorld, request: Partial<AuthorizationRequest>) {
  const session = await world.create(request);
  const [session_id = '', step = '', mac = ''] = shownText(session.qr).split('/').at(-1)?.split('.') ?? [];
  const form = await world.flow.openForm({ session_id, step, mac }, KEY);
  await world.flow.claim(session_id, form, KEY, PHONE);
  return { session, end: await roundTrip(world, await world.flow.toProvider(session_id, KEY)) };
}

async function onOneDevice(world: FlowWorld, request: Partial<AuthorizationRequest>) {
  const session = await world.create(request);
  const choice = { connector: 'uaepass', mode: 'same_device', login_hint: null } as const;
  const { same_device } = await world.flow.choose(session, choice);
  const ticket = new URL(same_device?.url ?? '').searchParams.get('ticket') ?? '';
  await world.flow.arm(session);
  const never = new AbortController().signal;
  const start = await world.flow.startSameDevice(session.session_id, ticket, KEY, PHONE, never);
  if (start.type !== 'redirect') throw new Error('the browser was asked');
  return { session, end: await roundTrip(world, start.location) };
}

const roundTrip = (world: FlowWorld, location: string) => {
  const state = new URL(location).searchParams.get('state') ?? '';
  return world.flow.fromProvider('uaepass', new URLSearchParams({ code: 'c', state }), () => KEY);
};

const errorOf = async (world: FlowWorld, session: SessionHandle) =>
  new URL((await world.flow.snapshot(session)).redirect_to ?? '').searchParams.get('error');

const of = (world: FlowWorld, subject: string, connector = 'uaepass'): Partial<AuthorizationRequest> => ({
  expects: { subs: [world.secrets.subject(connector, subject)], sector: null },
});
const LEVEL = { acr_values: ['higher'], acr_essential: true } as const;

describe('FT-D14d: a provider’s answer that is not what the website demands', () => {
  it.each([
    ['another person', 'login_required', (world: FlowWorld) => of(world, 'eve')],
    ['a lower level', 'unmet_authentication_requirements', () => LEVEL],
  ] as const)('with %s ends the sign-in on a phone', async (_what, error, request) => {
    const world = flowWorld([redirecting().connector]);
    const { session, end } = await across(world, request(world));
    expect(end, 'the person is not asked first').toEqual({
      type: 'ended',
      client_name: 'Shop',
      status: 'failed',
      message: null,
      unmet: error,
    });
    expect(await errorOf(world, session)).toBe(error);
    expect(world.failures, 'nothing of ours or theirs is broken').toEqual([]);
  });

  it('leads the browser on one device back to the website', async () => {
    const world = flowWorld([redirecting().connector]);
    const { end } = await onOneDevice(world, of(world, 'eve'));
    const { searchParams } = new URL(end.type === 'redirect' ? end.location : '');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      error: 'login_required',
      error_description: 'another person signed in than the one that was asked for',
    });
    expect(searchParams.has('code')).toBe(false);
  });

  it.each([
    ['login_required', (world: FlowWorld) => of(world, 'eve', 'pasby')],
    ['unmet_authentication_requirements', () => LEVEL],
  ] as const)('ends a sign-in that a provider conducts: %s', async (error, request) => {
    const world = flowWorld([upstream(ADA).connector]);
    const session = await world.create(request(world));
    await world.flow.snapshot(session);
    await world.loop.runOnce();
    const { status } = await world.until(session, 'failed');
    expect([status, await errorOf(world, session)]).toEqual(['failed', error]);
  });

  it('and what is as demanded signs in', async () => {
    const reached = { acr_values: ['higher', 'high'], acr_essential: true } as const;
    const world = flowWorld([redirecting().connector]);
    const { end } = await onOneDevice(world, { ...of(world, 'ada'), ...reached });
    expect(new URL(end.type === 'redirect' ? end.location : '').searchParams.has('code')).toBe(true);
    const followed = flowWorld([upstream(ADA).connector]);
    const session = await followed.create({ ...of(followed, 'ada', 'pasby'), ...reached });
    await followed.flow.snapshot(session);
    await followed.loop.runOnce();
    await expect(followed.until(session, 'confirmed')).resolves.toMatchObject({ error: null });
  });

  it('a person is another one with another app, and in another sector', () => {
    const { secrets } = flowWorld([]);
    const request = { acr_values: [], expects: { subs: [secrets.subject('a', 'ada')], sector: null } };
    const ask = (changes: object, connector = 'a') =>
      unmetBy({ ...request, ...changes } as unknown as AuthorizationRequest, connector, ADA, secrets)?.error ?? null;
    expect(ask({})).toBeNull();
    expect(ask({}, 'b')).toBe('login_required');
    const pairwise = { subs: [secrets.subject('a', 'ada', 'shop.example')], sector: 'shop.example' };
    expect(ask({ expects: pairwise })).toBeNull();
    expect(ask({ expects: { ...pairwise, sector: 'other.example' } })).toBe('login_required');
    expect(ask({ expects: { ...pairwise, sector: null } })).toBe('login_required');
  });
});

describe('FT-D14c: what is offered', () => {
  const world = () =>
    flowWorld([
      redirecting(ADA, 'says', ['a', 'b']).connector,
      redirecting(ADA, 'silent').connector,
      redirecting(ADA, 'never', []).connector,
    ]);
  const offered = async (request: Partial<AuthorizationRequest>) =>
    (await world().create(request)).connectors.map(({ id }) => id);

  it('has the apps that reach one of the values, and those that do not say what they reach', async () => {
    expect(await offered({})).toEqual(['says', 'silent', 'never']);
    expect(await offered({ acr_values: ['x', 'b'] })).toEqual(['says', 'silent']);
    expect(await offered({ acr_values: ['x'] })).toEqual(['silent']);
    await expect(offered({ acr_values: ['x'], connector: 'says' })).rejects.toMatchObject({
      code: 'connector_unavailable',
    });
  });

  it('is known of a connector by what it says alone', () => {
    const { connector } = redirecting(ADA, 'says', ['a']);
    expect(canReach(connector, ['a', 'z'])).toBe(true);
    expect(canReach(connector, ['z'])).toBe(false);
    expect(canReach({ ...connector, reaches: null }, ['z'])).toBe(true);
    expect(canReach(undefined, ['a']), 'gone since').toBe(false);
  });
});

describe('FT-D14a: a provider is asked for the scopes of single claims too', () => {
  const email = [{ name: 'email', values: null }];
  const request = { scope: ['openid'], claims: { userinfo: email, id_token: [], scope: ['email'] } };

  it('as one that a browser is sent to', async () => {
    const { connector, begun } = redirecting();
    await onOneDevice(flowWorld([connector]), request);
    expect(begun[0]?.request).toMatchObject({ scope: ['openid', 'email'], claims: ['sub', 'email'] });
  });

  it('but for those that the client may not have across devices', async () => {
    const { connector, started } = upstream(ADA);
    const policy = { verification: 'none', network: 'allow', confirm_person: false, direct: false } as const;
    const world = flowWorld([connector], { ...policy, scope: ['openid'] });
    await world.flow.snapshot(await world.create(request));
    expect(started[0]?.request).toMatchObject({ scope: ['openid'], claims: ['sub'] });
    const open = flowWorld([connector], { ...policy, scope: null });
    await open.flow.snapshot(await open.create(request));
    expect(started[1]?.request.scope).toEqual(['openid', 'email']);
  });
});
