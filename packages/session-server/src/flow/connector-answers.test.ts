import { describe, expect, it } from 'vitest';
import { type Connector, NO_CAPABILITIES, type UpstreamStarted } from '../connectors/connector.ts';
import type { Identity } from '../session/index.ts';
import { type FlowWorld, flowWorld } from '../test-support/flow-world.ts';
import { soundHolder, soundIdentity } from './connector-answers.ts';

const PERSON: Identity = { subject: 'ada', claims: { name: 'Ada' }, acr: null, amr: [], auth_time: 1_700_000_000 };
const STARTED: UpstreamStarted = {
  qr: { texts: ['a code'], interval_ms: 500 },
  link: null,
  expires_at: null,
  providerState: null,
};

/** What no type allows, and JavaScript does. */
const made = (value: unknown): never => value as never;
const without = <T extends object>(of: T, member: keyof T): T =>
  made(Object.fromEntries(Object.entries(of).filter(([name]) => name !== member)));
const locationOf = (end: object): string => ('location' in end ? String(end.location) : '');
const circle = (): unknown => {
  const value: Record<string, unknown> = {};
  return Object.assign(value, { value });
};

const NO_JSON: readonly (readonly [string, unknown])[] = [
  ['a circle', circle()],
  ['a big integer', { n: 1n }],
  ['a function', () => null],
  ['what would fill the store', 'x'.repeat(70_000)],
];
const NO_PERSON: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['no subject', without(PERSON, 'subject')],
  ['an empty subject', { ...PERSON, subject: '' }],
  ['a number for a subject', { ...PERSON, subject: 7 }],
  ['an endless subject', { ...PERSON, subject: 'x'.repeat(513) }],
  ['no claims', without(PERSON, 'claims')],
  ['a list of claims', { ...PERSON, claims: [] }],
  ['claims in a circle', { ...PERSON, claims: { circle: circle() } }],
  ['an auth_time in ms, which would always be recent', { ...PERSON, auth_time: 1_700_000_000_000 }],
];

function base(id: string): Connector {
  return {
    ...NO_CAPABILITIES,
    id,
    names: { en: id },
    button: null,
    modes: ['qr'],
    verifies: { number: false, network: false },
  };
}

describe('a connector of another package that conducts the sign-in', () => {
  interface Answers {
    started?: unknown;
    said?: unknown;
  }
  function setting({ started = STARTED, said }: Answers): { readonly world: FlowWorld; readonly starts: () => number } {
    let starts = 0;
    const connector: Connector = {
      ...base('theirs'),
      upstream: {
        start() {
          starts += 1;
          return Promise.resolve(made(started));
        },
        // oxlint-disable-next-line typescript/require-await -- a provider that answers at once
        async *follow() {
          yield made(said);
        },
        cancel: () => Promise.resolve(),
      },
    };
    return { world: flowWorld([connector]), starts: () => starts };
  }
  const endOf = async (said: unknown): Promise<unknown> => {
    const { world } = setting({ said });
    const session = await world.create();
    await world.flow.snapshot(session);
    await world.loop.runOnce();
    return (await world.until(session, 'failed')).status;
  };

  it.each([
    ...NO_JSON.map(([what, providerState]) => [what, { ...STARTED, providerState }] as const),
    ['a time that is none', { ...STARTED, expires_at: Number.NaN }] as const,
    ['codes that are none', { ...STARTED, qr: { texts: [], interval_ms: 500 } }] as const,
    ['nothing', undefined] as const,
  ])('is asked once, and does not begin, where it answers %s', async (_what, started) => {
    const { world, starts } = setting({ started: started ?? null });
    const session = await world.create();
    await expect(world.flow.snapshot(session)).rejects.toMatchObject({ code: 'connector_unavailable' });
    const after = await world.flow.snapshot(session);
    expect(after).toMatchObject({ status: 'initialized', connector: null, error: { error: 'connector_unavailable' } });
    expect(starts(), 'its session is not begun anew with each look').toBe(1);
  });

  it.each(NO_PERSON)('signs no person in with %s', async (_what, identity) => {
    expect(await endOf({ status: 'confirmed', identity, tokens: null })).toBe('failed');
  });

  it.each<readonly [string, unknown]>([
    ['no status at all', undefined],
    ['a status that is not known', { status: 'done' }],
    ...NO_JSON.map(
      ([what, providerState]) => [`to keep ${what}`, { status: 'provider_state', providerState }] as const,
    ),
  ])('ends the sign-in that it tells %s', async (_what, said) => {
    expect(await endOf(said)).toBe('failed');
  });
});

describe('a connector of another package that redirects', () => {
  const DEVICE = { address: '192.0.2.77', comparable: true, user_agent: 'Phone', origin: null };
  async function atProvider(answers: { readonly providerState?: unknown; readonly outcome?: unknown }): Promise<{
    readonly world: FlowWorld;
    readonly end: () => ReturnType<FlowWorld['flow']['fromProvider']>;
  }> {
    const connector: Connector = {
      ...base('theirs'),
      modes: ['same_device'],
      redirect: {
        reauthenticates: 'never',
        begin: ({ state }) =>
          Promise.resolve({ location: `https://theirs.example/?state=${state}`, providerState: answers.providerState }),
        finish: () => Promise.resolve(made(answers.outcome)),
      },
    };
    const world = flowWorld([connector]);
    const session = await world.create();
    await world.flow.arm(session);
    const ticket = new URL(session.same_device?.url ?? '').searchParams.get('ticket') ?? '';
    const gone = new AbortController().signal;
    const start = await world.flow.startSameDevice(session.session_id, ticket, 'key', DEVICE, gone);
    const { searchParams } = new URL(start.type === 'redirect' ? start.location : 'about:blank');
    return { world, end: () => world.flow.fromProvider('theirs', searchParams, () => 'key') };
  }

  it.each(NO_JSON)('sends no browser away with %s to keep', async (_what, providerState) => {
    await expect(atProvider({ providerState })).rejects.toMatchObject({ code: 'connector_unavailable' });
  });

  it.each(NO_PERSON)('signs no person in with %s', async (_what, identity) => {
    const { end } = await atProvider({ outcome: { type: 'identity', identity, tokens: null } });
    const location = locationOf(await end());
    expect(new URL(location).searchParams.get('error')).toBe('server_error');
  });

  it('may leave out what the contract allows to be null', async () => {
    const { end } = await atProvider({ outcome: { type: 'identity', identity: without(PERSON, 'auth_time') } });
    expect(new URL(locationOf(await end())).searchParams.get('code')).not.toBeNull();
    const declined = await atProvider({ outcome: { type: 'declined' } });
    const location = locationOf(await declined.end());
    expect(new URL(location).searchParams.get('error')).toBe('access_denied');
  });
});

it('what an identity says in the wrong type is not known', () => {
  const odd = made({ subject: 'ada', claims: {}, acr: 3, amr: 'pwd', auth_time: '1700000000', more: 1 });
  expect(soundIdentity(odd)).toEqual({ subject: 'ada', claims: {}, acr: null, amr: [], auth_time: null });
});

it.each([undefined, {}, { issuer: 'https://wallet.example' }, { issuer: '', subject: 'a' }])(
  'a wallet without an issuer or a subject is none: %j',
  (holder) => {
    expect(() => soundHolder(made(holder))).toThrow(expect.objectContaining({ code: 'wallet_not_trusted' }));
  },
);
