import { describe, expect, it } from 'vitest';
import type {
  ConfirmedSession,
  Device,
  InitializedSession,
  RetrievedSession,
  Session,
  SessionCore,
} from '../session/index.ts';
import { type KindOf, upgraded } from '../store/kinds.ts';
import { exampleSession } from '../testing/example-session.ts';
import {
  type Attempt,
  type CancelOrder,
  type PushedRequest,
  REDIRECT,
  REQUEST,
  SESSION,
  UPSTREAM_CANCEL,
} from './kinds.ts';

/** What rests is read again by JSON: nothing in it is undefined. */
type Old = Readonly<Record<string, unknown>>;

const PHONE: Device = { address: '198.51.100.7', comparable: true, user_agent: 'Phone', origin: null };
const CHOICE = { connector: 'theirs', mode: 'qr', cross_device: true, verifies_number: true } as const;
const UPSTREAM: NonNullable<InitializedSession['upstream']> = {
  run: 'K3.1',
  identifier: null,
  push: { person: 'p', networks: ['192.0.2.0/24'], at: 4 },
  words: 'red fox',
  qr: { texts: ['a', 'b'], interval_ms: 500 },
  link: null,
  expires_at: 9,
  provider_state: { kept: 'a word of the connector', party: 1 },
};
const RETRIEVAL: RetrievedSession['retrieval'] = {
  holder: 'h',
  device: PHONE,
  at: 5,
  same_network: null,
  number: '42',
  matched: true,
};
const CONFIRMATION: ConfirmedSession['confirmation'] = {
  identity: { subject: 's', claims: { name: 'Ada' }, acr: null, amr: [], auth_time: null },
  scope: ['openid'],
  at: 6,
  recognised: true,
};
const initialized: InitializedSession = {
  ...exampleSession(1, {
    policy: { verification: 'number', network: 'require', scope: null, confirm_person: true, direct: true },
  }),
  request: { ...exampleSession(1).request, client_authenticated: true },
};
const { choice: _choice, upstream: _upstream, trouble: _trouble, ...rest } = initialized;
const core: SessionCore = rest;

const SESSIONS: readonly (readonly [string, Session])[] = [
  ['initialized, and nothing chosen', initialized],
  ['initialized, with trouble', { ...initialized, trouble: { error: 'rate_limited', retry_at: 7 } }],
  ['initialized, and chosen', { ...initialized, choice: { ...CHOICE, ticket: 't' }, armed: { clicks: 1, until: 8 } }],
  ['initialized, at a provider', { ...initialized, choice: CHOICE, upstream: UPSTREAM }],
  ['retrieved', { ...core, status: 'retrieved', choice: CHOICE, retrieval: RETRIEVAL, upstream: null }],
  [
    'retrieved at a provider, by a phone that is not seen',
    { ...core, status: 'retrieved', choice: CHOICE, retrieval: { ...RETRIEVAL, device: null }, upstream: UPSTREAM },
  ],
  [
    'confirmed',
    {
      ...core,
      status: 'confirmed',
      choice: CHOICE,
      retrieval: RETRIEVAL,
      confirmation: CONFIRMATION,
      code: { n: 2, at: 8 },
    },
  ],
  ['completed', { ...core, status: 'completed', choice: CHOICE, redeemed: 2 }],
  ['declined', { ...core, status: 'declined', choice: CHOICE, reason: 'not_me', message: { en: 'No' } }],
  ['expired', { ...core, status: 'expired', choice: null }],
  ['cancelled', { ...core, status: 'cancelled', choice: CHOICE }],
  ['failed', { ...core, status: 'failed', choice: null, error: 'server_error' }],
];

function read<T>(kind: KindOf<T>, schema: number, value: unknown): unknown {
  const row = { id: 'A', version: 3, schema, expires_at: 1, due_at: null, value: JSON.parse(JSON.stringify(value)) };
  const now = upgraded(kind, row);
  expect(now).toMatchObject({ id: 'A', version: 3, schema: kind.schema, expires_at: 1, due_at: null });
  return now.value;
}

/** With another name for a member. */
function renamed(of: object, from: string, to: string): Old {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name === from ? to : name, value]));
}

function without(of: object, ...names: readonly string[]): Old {
  return Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name)));
}

/** As schema 2 had it. */
function ofSchema2(session: Session): Old {
  const old: Record<string, unknown> = { ...session };
  if ('upstream' in session && session.upstream !== null)
    old['upstream'] = renamed(session.upstream, 'provider_state', 'kept');
  if ('retrieval' in session) old['retrieval'] = renamed(session.retrieval, 'device', 'party');
  return old;
}

/** As release 0.1 had it, with none of what came later. */
function ofSchema1(session: Session): Old {
  const old: Record<string, unknown> = { ...without(ofSchema2(session), 'trouble') };
  old['browser'] = without(session.browser, 'comparable');
  old['policy'] = without(session.policy, 'confirm_person', 'direct');
  old['request'] = without(session.request, 'client_authenticated');
  const part = (name: string, ...names: readonly string[]): void => {
    const value = old[name] ?? null;
    if (value !== null) old[name] = without(value, ...names);
  };
  part('choice', 'verifies_number');
  part('upstream', 'push', 'words');
  part('retrieval', 'matched');
  part('confirmation', 'recognised');
  return old;
}

/** What a session of release 0.1 did: nothing was compared, asked or recognised, and its page has the script of then. */
function asOf1(session: Session): Session {
  return {
    ...session,
    browser: { ...session.browser, comparable: false, script: '0.1' },
    policy: { ...session.policy, confirm_person: false, direct: false },
    request: { ...session.request, client_authenticated: false },
    ...(session.choice !== null && { choice: { ...session.choice, verifies_number: false } }),
    ...('trouble' in session && { trouble: null }),
    ...('upstream' in session &&
      session.upstream !== null && { upstream: { ...session.upstream, push: null, words: null } }),
    ...('retrieval' in session && { retrieval: { ...session.retrieval, matched: false } }),
    ...('confirmation' in session && { confirmation: { ...session.confirmation, recognised: false } }),
  };
}

describe.each(SESSIONS)('a session that is %s', (_status, session) => {
  it('is read as schema 2 wrote it', () => {
    expect(read(SESSION, 2, ofSchema2(session))).toEqual(session);
  });
  it('is read as schema 1 wrote it, where nothing more was compared, asked or recognised', () => {
    expect(read(SESSION, 1, ofSchema1(session))).toEqual(asOf1(session));
  });
  it('is read as it is written now', () => {
    expect(read(SESSION, SESSION.schema, session)).toEqual(session);
  });
});

describe('an authorization request', () => {
  const request: PushedRequest = {
    request: initialized.request,
    expires_at: 9,
    consumed_by: null,
    places: ['K1'],
    begun: 3,
  };
  it.each([null, 'K1'])('is read as schemas 2 and 1 wrote it, where it was consumed by %s', (consumed_by) => {
    const old = renamed({ ...request, consumed_by }, 'consumed_by', 'burned_by');
    expect(read(REQUEST, 2, old)).toEqual({ ...request, consumed_by });
    expect(read(REQUEST, 1, without(old, 'places', 'begun'))).toEqual({
      ...request,
      consumed_by,
      places: [],
      begun: 0,
    });
  });
});

describe('a way to a provider and back', () => {
  const attempt: Attempt = {
    session_id: 'K1',
    connector: 'theirs',
    holder: 'h',
    start: {
      callback_uri: 'https://id.example/callback/theirs',
      state: 's',
      nonce: 'n',
      code_verifier: 'v',
      mode: 'qr',
      reauthenticate: true,
    },
    provider_state: { kept: 'a word of the connector' },
    taken: 1,
    begun_at: 4,
    answer: CONFIRMATION.identity,
  };
  it('is read as schemas 2 and 1 wrote it', () => {
    const old = renamed(attempt, 'provider_state', 'kept');
    expect(read(REDIRECT, 2, old)).toEqual(attempt);
    expect(read(REDIRECT, 1, without(old, 'answer'))).toEqual({ ...attempt, answer: null });
  });
});

it('what is owed to a provider is read as schema 1 wrote it', () => {
  const order: CancelOrder = { connector: 'theirs', provider_state: { kept: 1 }, attempts: 2 };
  expect(read(UPSTREAM_CANCEL, 1, renamed(order, 'provider_state', 'kept'))).toEqual(order);
});
