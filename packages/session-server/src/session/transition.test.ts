import { describe, expect, it } from 'vitest';
import { EXAMPLE_LIFETIMES, exampleSession } from '../testing/example-session.ts';
import type { CrossDevicePolicy, Identity, Party, Session, SessionEvent, Transition } from './index.ts';
import { transition } from './index.ts';

const START = Date.UTC(2026, 0, 1);
const { unscanned_ms, scanned_ms, code_ms } = EXAMPLE_LIFETIMES;
const NEAR: Party = { address: '192.0.2.77', user_agent: 'Example Phone', origin: null };
const FAR: Party = { address: '203.0.113.9', user_agent: 'Example Phone', origin: null };
const PERSON: Identity = { subject: 'p-1', claims: { name: 'Ada' }, acr: null, amr: [], auth_time: null };

const event = {
  choose: { type: 'choose', choice: { connector: 'wallet', mode: 'qr', cross_device: true } },
  chooseSameDevice: { type: 'choose', choice: { connector: 'wallet', mode: 'same_device', cross_device: false } },
  retrieve: { type: 'retrieve', holder: 'mine', party: NEAR, number: '42' },
  retrieveByOther: { type: 'retrieve', holder: 'theirs', party: NEAR, number: '17' },
  retrieveFromFar: { type: 'retrieve', holder: 'mine', party: FAR, number: '42' },
  confirm: { type: 'confirm', holder: 'mine', number: '42', identity: PERSON, scope: ['openid', 'email', 'phone'] },
  confirmByOther: { type: 'confirm', holder: 'theirs', number: '42', identity: PERSON, scope: [] },
  decline: { type: 'decline', holder: 'mine', reason: 'not_me', message: null },
  declineByOther: { type: 'decline', holder: 'theirs', reason: 'user', message: null },
  cancel: { type: 'cancel' },
  fail: { type: 'fail', error: 'temporarily_unavailable' },
  tick: { type: 'tick' },
  mint: { type: 'mint' },
  redeem: { type: 'redeem', n: 1 },
} as const satisfies Record<string, SessionEvent>;
type EventName = keyof typeof event;

function at(session: Session, name: EventName | SessionEvent, ms: number): Transition {
  return transition(session, typeof name === 'string' ? event[name] : name, START + ms, EXAMPLE_LIFETIMES);
}

/** The session after these events, 1 s apart; each must have been allowed. */
function after(names: readonly EventName[], policy: Partial<CrossDevicePolicy> = {}): Session {
  let session: Session = exampleSession(START, {
    policy: { verification: 'none', network: 'allow', scope: null, ...policy },
  });
  names.forEach((name, index) => {
    const result = at(session, name, (index + 1) * 1000);
    if (!result.ok) throw new Error(`${name} after ${names.slice(0, index).join(', ')}: ${result.error}`);
    session = result.session;
  });
  return session;
}

/** Ms from the start until the session is over. */
function lifeOf(names: readonly EventName[]): number {
  return after(names).expires_at - START;
}

function numberKept(names: readonly EventName[], policy: Partial<CrossDevicePolicy>): unknown {
  const session = after(names, policy);
  return session.status === 'retrieved' && session.retrieval.number;
}

function granted(choose: EventName, cap: readonly string[] | null, accepted: readonly string[]): unknown {
  const session = after([choose, 'retrieve'], { scope: cap });
  const result = at(session, { ...event.confirm, scope: accepted }, 3000);
  return result.session.status === 'confirmed' && result.session.confirmation.scope;
}

const SESSIONS = {
  initialized: after([]),
  chosen: after(['choose']),
  retrieved: after(['choose', 'retrieve']),
  confirmed: after(['choose', 'retrieve', 'confirm']),
  minted: after(['choose', 'retrieve', 'confirm', 'mint']),
  completed: after(['choose', 'retrieve', 'confirm', 'mint', 'redeem']),
  declined: after(['choose', 'retrieve', 'decline']),
  cancelled: after(['cancel']),
  failed: after(['fail']),
  expired: at(after([]), 'tick', unscanned_ms).session,
};
type SessionName = keyof typeof SESSIONS;

// What is expected of every event in every status: a new status, `-` for allowed without a change,
// or the refusal. Written out, not derived: this is the table that the machine is read against.
const [INV, EXP, CLA] = ['invalid_transition', 'session_expired', 'already_claimed'] as const;
// oxfmt-ignore
const ON = ['initialized', 'chosen', 'retrieved', 'confirmed', 'minted', 'completed', 'declined', 'cancelled', 'failed', 'expired'] as const;
// oxfmt-ignore
const EXPECTED: Record<EventName, readonly string[]> = {
  //                 initialized    chosen         retrieved    confirmed    minted       completed declined cancelled failed expired
  choose:           ['initialized', '-',           INV,         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  chooseSameDevice: ['initialized', 'initialized', INV,         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  retrieve:         [INV,           'retrieved',   '-',         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  retrieveByOther:  [INV,           'retrieved',   CLA,         CLA,         CLA,         INV,      INV,     INV,      INV,   EXP],
  retrieveFromFar:  [INV,           'retrieved',   '-',         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  confirm:          [INV,           INV,           'confirmed', '-',         '-',         INV,      INV,     INV,      INV,   EXP],
  confirmByOther:   [INV,           INV,           CLA,         CLA,         CLA,         INV,      INV,     INV,      INV,   EXP],
  decline:          [INV,           INV,           'declined',  INV,         INV,         INV,      '-',     INV,      INV,   EXP],
  declineByOther:   [INV,           INV,           CLA,         CLA,         CLA,         INV,      '-',     INV,      INV,   EXP],
  cancel:           ['cancelled',   'cancelled',   'cancelled', 'cancelled', 'cancelled', INV,      INV,     '-',      INV,   EXP],
  fail:             ['failed',      'failed',      'failed',    'failed',    'failed',    INV,      INV,     INV,      '-',   EXP],
  tick:             ['-',           '-',           '-',         '-',         '-',         '-',      '-',     '-',      '-',   '-'],
  mint:             [INV,           INV,           INV,         'confirmed', '-',         INV,      INV,     INV,      INV,   EXP],
  redeem:           [INV,           INV,           INV,         INV,         'completed', INV,      INV,     INV,      INV,   EXP],
};

describe('which event is allowed in which status', () => {
  const cases = (Object.keys(EXPECTED) as EventName[]).flatMap((name) =>
    ON.map((status, column) => [name, status, EXPECTED[name][column] ?? ''] as const),
  );
  it.each(cases)('%s on %s: %s', (name: EventName, status: SessionName, expected: string) => {
    const session = SESSIONS[status];
    const result = at(session, name, 10_000);
    const outcome = result.ok ? (result.session === session ? '-' : result.session.status) : result.error;
    expect(outcome).toBe(expected);

    const changed = result.ok && outcome !== '-';
    const ended = ['cancelled', 'failed', 'declined'].includes(outcome);
    expect(result.session === session, 'it is the very same object exactly when nothing changed').toBe(!changed);
    expect(result.session.version).toBe(session.version + (changed ? 1 : 0));
    expect(result.effects.map(({ type }) => type)).toEqual([
      ...(changed ? ['publish'] : []),
      ...(ended ? ['cancel_upstream'] : []),
    ]);
  });
});

describe('time', () => {
  const live = ['initialized', 'chosen', 'retrieved', 'confirmed', 'minted'] as const;

  it.each(live)('a session that is %s lives until the ms before expires_at', (status) => {
    const session = SESSIONS[status];
    expect(at(session, 'tick', session.expires_at - 1 - START)).toEqual({ ok: true, session, effects: [] });
  });

  it.each(live.flatMap((status) => (Object.keys(event) as EventName[]).map((name) => [status, name] as const)))(
    'at expires_at a session that is %s expires, whatever happens (%s)',
    (status, name) => {
      const session = SESSIONS[status];
      const result = at(session, name, session.expires_at - START);
      expect(result).toMatchObject({
        ok: name === 'tick',
        ...(name === 'tick' ? {} : { error: 'session_expired' }),
        session: { status: 'expired', version: session.version + 1, expires_at: session.expires_at },
        effects: [{ type: 'publish' }, { type: 'cancel_upstream' }],
      });
    },
  );

  it('a scan and a confirmation each begin scanned_ms anew, a choice and a code do not', () => {
    expect(lifeOf(['choose'])).toBe(unscanned_ms);
    expect(lifeOf(['choose', 'retrieve'])).toBe(2000 + scanned_ms);
    expect(lifeOf(['choose', 'retrieve', 'confirm'])).toBe(3000 + scanned_ms);
    expect(lifeOf(['choose', 'retrieve', 'confirm', 'mint'])).toBe(3000 + scanned_ms);
  });

  it('an end says when it was reached', () => {
    expect(after(['choose', 'cancel']).expires_at).toBe(START + 2000);
  });
});

describe('retrieve', () => {
  it('keeps who scanned, from where and when', () => {
    expect(after(['choose', 'retrieve'])).toMatchObject({
      retrieval: { holder: 'mine', party: NEAR, at: START + 2000, same_network: true, number: null },
    });
    expect(after(['choose', 'retrieveFromFar'])).toMatchObject({ retrieval: { same_network: false } });
  });

  it('keeps the number only where the policy matches numbers, and never on one device', () => {
    expect(numberKept(['choose', 'retrieve'], { verification: 'number' })).toBe('42');
    expect(numberKept(['choose', 'retrieve'], { verification: 'none' })).toBe(null);
    expect(numberKept(['chooseSameDevice', 'retrieve'], { verification: 'number' })).toBe(null);
  });

  it('from another network is refused where the policy requires the same, and claims nothing', () => {
    const session = after(['choose'], { network: 'require' });
    const refused = at(session, 'retrieveFromFar', 2000);
    expect(refused).toEqual({ ok: false, error: 'verification_failed', session, effects: [] });
    expect(at(session, 'retrieve', 3000), 'the refused phone must not be in the way of the right one').toMatchObject({
      ok: true,
    });
    expect(at(after(['choose'], { network: 'warn' }), 'retrieveFromFar', 2000)).toMatchObject({ ok: true });
    expect(at(after(['chooseSameDevice'], { network: 'require' }), 'retrieveFromFar', 2000)).toMatchObject({
      ok: true,
    });
  });
});

describe('confirm', () => {
  const matching = after(['choose', 'retrieve'], { verification: 'number' });

  it.each([
    ['a wrong number', '24'],
    ['no number', null],
    ['the number with a space', '42 '],
    ['an empty number', ''],
  ])('with %s declines the session: there is one try', (_, number) => {
    const result = at(matching, { ...event.confirm, number }, 3000);
    expect(result).toMatchObject({
      ok: false,
      error: 'verification_failed',
      session: { status: 'declined', reason: 'verification_failed', version: matching.version + 1 },
      effects: [{ type: 'publish' }, { type: 'cancel_upstream' }],
    });
    expect(at(result.session, 'confirm', 4000), 'the right number comes too late').toMatchObject({
      ok: false,
      error: 'invalid_transition',
    });
  });

  it('with the right number confirms, and a stranger with the right number does not', () => {
    expect(at(matching, 'confirmByOther', 3000)).toMatchObject({
      ok: false,
      error: 'already_claimed',
      session: matching,
    });
    expect(at(matching, 'confirm', 3000)).toMatchObject({ ok: true, session: { status: 'confirmed' } });
  });

  it('grants what was accepted, asked for and, across devices, within the cap, in the order asked', () => {
    expect(granted('choose', null, ['phone', 'email', 'openid'])).toEqual(['openid', 'email']);
    expect(granted('choose', ['openid', 'phone'], ['email', 'openid'])).toEqual(['openid']);
    expect(granted('chooseSameDevice', ['openid'], ['email', 'openid'])).toEqual(['openid', 'email']);
    expect(granted('choose', null, [])).toEqual([]);
  });

  it('again by the same holder leaves the first identity and scope as they are', () => {
    const session = after(['choose', 'retrieve', 'confirm']);
    const again = at(session, { ...event.confirm, identity: { ...PERSON, subject: 'p-2' }, scope: [] }, 4000);
    expect(again).toEqual({ ok: true, session, effects: [] });
  });
});

describe('codes', () => {
  const minted = SESSIONS.minted; // at START + 4000
  const over = 4000 + code_ms;

  it('the same code is given until it is code_ms old, then the next', () => {
    expect(at(minted, 'mint', over - 1).session).toBe(minted);
    expect(at(minted, 'mint', over).session).toMatchObject({
      code: { n: 2, at: START + over },
      version: minted.version + 1,
    });
  });

  it('redeems only the last code, only while it is younger than code_ms, only once', () => {
    expect(at(minted, 'redeem', over - 1)).toMatchObject({ ok: true, session: { status: 'completed', redeemed: 1 } });
    expect(at(minted, 'redeem', over)).toMatchObject({ ok: false, error: 'invalid_transition', session: minted });
    expect(at(minted, { type: 'redeem', n: 2 }, 5000)).toMatchObject({ ok: false, error: 'invalid_transition' });
    const second = at(minted, 'mint', over).session;
    expect(at(second, 'redeem', over)).toMatchObject({ ok: false, error: 'invalid_transition' });
    expect(at(second, { type: 'redeem', n: 2 }, over)).toMatchObject({ ok: true });
    expect(at(SESSIONS.completed, 'redeem', 6000)).toMatchObject({ ok: false, error: 'invalid_transition' });
  });

  it('a completed session keeps no identity', () => {
    expect(Object.keys(SESSIONS.completed)).not.toContain('confirmation');
    expect(Object.keys(SESSIONS.completed)).not.toContain('retrieval');
  });
});
