import { describe, expect, it } from 'vitest';
import { EXAMPLE_LIFETIMES, exampleSession } from '../testing/example-session.ts';
import type {
  Choice,
  CrossDevicePolicy,
  Identity,
  Device,
  Session,
  SessionEvent,
  Transition,
  UpstreamState,
} from './index.ts';
import { transition } from './index.ts';

const START = Date.UTC(2026, 0, 1);
const { unscanned_ms, scanned_ms, code_ms } = EXAMPLE_LIFETIMES;
const NEAR: Device = { address: '192.0.2.77', comparable: true, user_agent: 'Example Phone', origin: null };
const FAR: Device = { address: '203.0.113.9', comparable: true, user_agent: 'Example Phone', origin: null };
const PERSON: Identity = { subject: 'p-1', claims: { name: 'Ada' }, acr: null, amr: [], auth_time: null };

const QR: Choice = { connector: 'wallet', mode: 'qr', cross_device: true, verifies_number: true };
const ONE_DEVICE: Choice = { connector: 'wallet', mode: 'same_device', cross_device: false, verifies_number: true };
/** Another provider's way on one device that leads back to no browser. */
const NO_WAY_BACK: Choice = { connector: 'pasby', mode: 'same_device', cross_device: true, verifies_number: true };
/** Leads a browser to a provider. */
const TICKET: Choice = {
  connector: 'uaepass',
  mode: 'same_device',
  cross_device: false,
  verifies_number: true,
  ticket: 'first',
};
const UPSTREAM: UpstreamState = {
  run: 'first',
  identifier: null,
  push: null,
  words: null,
  qr: { texts: ['seed'], interval_ms: 1000 },
  link: null,
  expires_at: null,
  provider_state: { id: 1 },
};

const event = {
  choose: { type: 'choose', choice: QR, upstream: null },
  chooseSameDevice: { type: 'choose', choice: ONE_DEVICE, upstream: null },
  restart: { type: 'restart', upstream: UPSTREAM },
  retrieve: { type: 'retrieve', choice: QR, holder: 'mine', device: NEAR, number: '42' },
  retrieveByOther: { type: 'retrieve', choice: QR, holder: 'theirs', device: NEAR, number: '17' },
  retrieveFromFar: { type: 'retrieve', choice: QR, holder: 'mine', device: FAR, number: '42' },
  retrieveSameDevice: { type: 'retrieve', choice: ONE_DEVICE, holder: 'mine', device: FAR, number: '42' },
  chooseTicket: { type: 'choose', choice: TICKET, upstream: null },
  arm: { type: 'arm' },
  retrieveArmed: { type: 'retrieve', choice: TICKET, holder: 'mine', device: FAR, number: '42', armed: true },
  retrieveArmedByOther: { type: 'retrieve', choice: TICKET, holder: 'theirs', device: FAR, number: '42', armed: true },
  retrieveTicket: { type: 'retrieve', choice: TICKET, holder: 'mine', device: FAR, number: '42' },
  match: { type: 'match', holder: 'mine', number: '42' },
  matchByOther: { type: 'match', holder: 'theirs', number: '42' },
  confirm: { type: 'confirm', holder: 'mine', number: '42', identity: PERSON, scope: ['openid', 'email', 'phone'] },
  confirmByOther: { type: 'confirm', holder: 'theirs', number: '42', identity: PERSON, scope: [] },
  decline: { type: 'decline', holder: 'mine', reason: 'not_me', message: null },
  declineByOther: { type: 'decline', holder: 'theirs', reason: 'user', message: null },
  declineByUser: { type: 'decline', holder: 'mine', reason: 'user', message: { en: 'We are sorry' } },
  cancel: { type: 'cancel' },
  fail: { type: 'fail', error: 'temporarily_unavailable' },
  tick: { type: 'tick' },
  expire: { type: 'expire' },
  recognise: { type: 'recognise' },
  resume: { type: 'resume', request_id: 'another', request: { ...exampleSession(START).request, state: 'another' } },
  mint: { type: 'mint' },
  deliver: { type: 'deliver', n: 1 },
  redeem: { type: 'redeem', n: 1 },
} as const satisfies Record<string, SessionEvent>;
type EventName = keyof typeof event;

function at(session: Session, name: EventName | SessionEvent, ms: number): Transition {
  return transition(session, typeof name === 'string' ? event[name] : name, START + ms, EXAMPLE_LIFETIMES);
}

/** The session after these events, 1 s apart; each must have been allowed. */
function after(names: readonly EventName[], policy: Partial<CrossDevicePolicy> = {}): Session {
  let session: Session = exampleSession(START, {
    policy: { verification: 'none', network: 'allow', scope: null, confirm_person: false, direct: false, ...policy },
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
  const retrieve = choose === 'choose' ? 'retrieve' : 'retrieveSameDevice';
  const session = after([choose, retrieve], { scope: cap });
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
  restart:          [INV,           INV,           INV,         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  retrieve:         [INV,           'retrieved',   '-',         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  retrieveByOther:  [INV,           'retrieved',   CLA,         CLA,         CLA,         INV,      INV,     INV,      INV,   EXP],
  retrieveFromFar:  [INV,           'retrieved',   '-',         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  retrieveSameDevice: [INV,         INV,           '-',         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  chooseTicket:     ['initialized', 'initialized', INV,         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  arm:              [INV,           INV,           INV,         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  retrieveArmed:    [INV,           INV,           '-',         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  retrieveArmedByOther: [INV,       INV,           CLA,         CLA,         CLA,         INV,      INV,     INV,      INV,   EXP],
  retrieveTicket:   [INV,           INV,           '-',         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  match:            [INV,           INV,           '-',         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  matchByOther:     [INV,           INV,           CLA,         INV,         INV,         INV,      INV,     INV,      INV,   EXP],
  confirm:          [INV,           INV,           'confirmed', '-',         '-',         INV,      INV,     INV,      INV,   EXP],
  confirmByOther:   [INV,           INV,           CLA,         CLA,         CLA,         INV,      INV,     INV,      INV,   EXP],
  decline:          [INV,           'declined',    'declined',  INV,         INV,         INV,      '-',     INV,      INV,   EXP],
  declineByOther:   [INV,           INV,           CLA,         CLA,         CLA,         INV,      '-',     INV,      INV,   EXP],
  declineByUser:    [INV,           INV,           'declined',  INV,         INV,         INV,      '-',     INV,      INV,   EXP],
  cancel:           ['cancelled',   'cancelled',   'cancelled', 'cancelled', 'cancelled', INV,      INV,     '-',      INV,   EXP],
  fail:             ['failed',      'failed',      'failed',    'failed',    'failed',    INV,      INV,     INV,      '-',   EXP],
  tick:             ['-',           '-',           '-',         '-',         '-',         '-',      '-',     '-',      '-',   '-'],
  expire:           ['expired',     'expired',     'expired',   '-',         '-',         '-',      '-',     '-',      '-',   '-'],
  recognise:        [INV,           INV,           INV,         '-',         '-',         INV,      INV,     INV,      INV,   EXP],
  resume:           ['initialized', 'initialized', 'retrieved', 'confirmed', 'confirmed', INV,      INV,     INV,      INV,   EXP],
  mint:             [INV,           INV,           INV,         'confirmed', '-',         INV,      INV,     INV,      INV,   EXP],
  deliver:          [INV,           INV,           INV,         INV,         'confirmed', INV,      INV,     INV,      INV,   EXP],
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
    // The identity app knows of an end that it told us of.
    const told = outcome === 'declined' && session.status === 'retrieved';
    const ended = ['cancelled', 'failed', 'declined'].includes(outcome) && !told;
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
      retrieval: { holder: 'mine', device: NEAR, at: START + 2000, same_network: true, number: null },
    });
    expect(after(['choose', 'retrieveFromFar'])).toMatchObject({ retrieval: { same_network: false } });
  });

  it('keeps the number only where the policy matches numbers, and never on one device', () => {
    expect(numberKept(['choose', 'retrieve'], { verification: 'number' })).toBe('42');
    expect(numberKept(['choose', 'retrieve'], { verification: 'none' })).toBe(null);
    expect(numberKept(['chooseSameDevice', 'retrieveSameDevice'], { verification: 'number' })).toBe(null);
  });

  it('FT-A11a: by default the number is asked for where the connector can ask for it, and nowhere else', () => {
    const asked = (policy: Partial<CrossDevicePolicy>, choice: Choice): unknown => {
      const chosen = at(after([], policy), { type: 'choose', choice, upstream: null }, 1000).session;
      const claimed = at(chosen, { ...event.retrieve, choice }, 2000).session;
      return claimed.status === 'retrieved' && claimed.retrieval.number;
    };
    const cannot = { ...QR, verifies_number: false };
    expect(asked({ verification: 'auto' }, QR)).toBe('42');
    expect(asked({ verification: 'auto' }, cannot)).toBeNull();
    expect(asked({ verification: 'auto' }, ONE_DEVICE)).toBeNull();
    expect(asked({ verification: 'none' }, QR)).toBeNull();
    expect(asked({ verification: 'number' }, cannot), 'a required number is never waived').toBe('42');
  });

  it('from another network is refused where the policy requires the same, and claims nothing', () => {
    const session = after(['choose'], { network: 'require' });
    const refused = at(session, 'retrieveFromFar', 2000);
    expect(refused).toEqual({ ok: false, error: 'verification_failed', session, effects: [] });
    expect(at(session, 'retrieve', 3000), 'the refused phone must not be in the way of the right one').toMatchObject({
      ok: true,
    });
    expect(at(after(['choose'], { network: 'warn' }), 'retrieveFromFar', 2000)).toMatchObject({ ok: true });
    expect(at(after(['chooseSameDevice'], { network: 'require' }), 'retrieveSameDevice', 2000)).toMatchObject({
      ok: true,
    });
  });
});

describe('who is being signed in', () => {
  const WAITS = { confirm_person: true };

  it('FT-A10b: no code is minted before the person at the waiting browser says that this is them', () => {
    const session = after(['choose', 'retrieve', 'confirm'], WAITS);
    expect(at(session, 'mint', 4000)).toEqual({ ok: false, error: 'invalid_transition', session, effects: [] });
    const pressed = at(session, 'recognise', 4000);
    expect(pressed).toMatchObject({ ok: true, effects: [{ type: 'publish' }], session: { status: 'confirmed' } });
    expect(pressed.session.expires_at, 'a press gives no more time').toBe(session.expires_at);
    expect(at(pressed.session, 'mint', 5000)).toMatchObject({ ok: true, session: { code: { n: 1 } } });
  });

  it('FT-A10b: a press whose answer was lost may come again', () => {
    const session = after(['choose', 'retrieve', 'confirm', 'recognise', 'mint'], WAITS);
    expect(at(session, 'recognise', 6000)).toEqual({ ok: true, session, effects: [] });
  });

  it('FT-A10b: on one device the code goes to the browser that comes back, without a question', () => {
    const session = after(['chooseSameDevice', 'retrieveSameDevice', 'confirm'], WAITS);
    expect(at(session, 'mint', 4000)).toMatchObject({ ok: true, session: { code: { n: 1 } } });
  });

  it('FT-A10b: the person at the browser may say that it is not them, and the sign-in ends', () => {
    const session = after(['choose', 'retrieve', 'confirm', 'cancel'], WAITS);
    expect(session.status).toBe('cancelled');
    expect(at(session, 'recognise', 5000)).toMatchObject({ ok: false, error: 'invalid_transition' });
  });
});

describe('what counts as cross-device', () => {
  const chosen = (policy: Partial<CrossDevicePolicy>): Session =>
    at(after([], policy), { type: 'choose', choice: NO_WAY_BACK, upstream: null }, 1000).session;
  const retrieve = { ...event.retrieve, choice: NO_WAY_BACK };

  it('is what the choice says and not its mode: the number, the network and the cap hold where there is no way back', () => {
    expect(at(chosen({ verification: 'number' }), retrieve, 2000)).toMatchObject({
      session: { retrieval: { number: '42' } },
    });
    expect(at(chosen({ network: 'require' }), { ...retrieve, device: FAR }, 2000)).toMatchObject({
      ok: false,
      error: 'verification_failed',
    });
    const retrieved = at(chosen({ scope: ['openid'] }), retrieve, 2000).session;
    expect(at(retrieved, event.confirm, 3000)).toMatchObject({ session: { confirmation: { scope: ['openid'] } } });
  });

  it('a phone that was not seen is on no network: where the same one is required, it is refused', () => {
    const unseen = { ...retrieve, device: null };
    expect(at(chosen({ network: 'require' }), unseen, 2000)).toMatchObject({ ok: false, error: 'verification_failed' });
    expect(at(chosen({ network: 'warn' }), unseen, 2000)).toMatchObject({
      session: { retrieval: { device: null, same_network: null } },
    });
  });
});

describe('a scan', () => {
  it('claims nothing once another way was chosen: a mailed link must not turn into a sign-in across devices', () => {
    const otherMode = after(['chooseSameDevice', 'choose']);
    expect(at(otherMode, 'retrieveSameDevice', 3000)).toEqual({
      ok: false,
      error: 'invalid_transition',
      session: otherMode,
      effects: [],
    });
    const otherConnector = { ...event.retrieve, choice: { ...QR, connector: 'other' } };
    expect(at(otherMode, otherConnector, 3000)).toMatchObject({ ok: false, error: 'invalid_transition' });
    expect(at(otherMode, 'retrieve', 3000)).toMatchObject({ ok: true });
  });
});

describe('a link that its owner arms', () => {
  const armed = after(['chooseTicket', 'arm']);

  it('is claimed by a GET only while it is armed, and by a form at any time', () => {
    expect(at(after(['chooseTicket']), 'retrieveArmed', 3000)).toMatchObject({ ok: false, error: INV });
    expect(at(after(['chooseTicket']), 'retrieveTicket', 3000)).toMatchObject({ ok: true });
    expect(at(armed, 'retrieveArmed', 11_999)).toMatchObject({ ok: true, session: { status: 'retrieved' } });
    expect(at(armed, 'retrieveArmed', 12_000)).toEqual({ ok: false, error: INV, session: armed, effects: [] });
  });

  it('lets one GET in for each click, the later in place of the earlier', () => {
    expect(after(['chooseTicket', 'arm', 'retrieveArmed'])).not.toHaveProperty('armed');
    const once = after(['chooseTicket', 'arm', 'retrieveArmed']);
    expect(at(once, 'retrieveArmedByOther', 5000)).toMatchObject({ ok: false, error: CLA });
    const twice = after(['chooseTicket', 'arm', 'arm', 'retrieveArmed']);
    const displaced = at(twice, 'retrieveArmedByOther', 6000);
    expect(displaced.session).toMatchObject({ status: 'retrieved', retrieval: { holder: 'theirs', at: START + 6000 } });
    expect(displaced.session.expires_at, 'nothing is renewed by it').toBe(twice.expires_at);
    expect(displaced.session).not.toHaveProperty('armed');
    expect(at(twice, 'retrieveArmedByOther', 13_000), 'the clicks are over').toMatchObject({ ok: false, error: CLA });
    expect(at(twice, 'retrieveByOther', 6000), 'no other kind of scan').toMatchObject({ ok: false, error: CLA });
  });

  it('is another one with each choice: a scan of the earlier does not claim, and a claim ends', () => {
    const other: Choice = { ...TICKET, ticket: 'second' };
    const chooseOther = { type: 'choose', choice: other, upstream: null } as const;
    const rechosen = at(armed, chooseOther, 3000).session;
    expect(rechosen).toMatchObject({ status: 'initialized', choice: other });
    expect(rechosen, 'the click was for the earlier').not.toHaveProperty('armed');
    expect(at(rechosen, 'retrieveTicket', 4000)).toMatchObject({ ok: false, error: INV });
    const ended = at(after(['chooseTicket', 'retrieveTicket']), chooseOther, 4000);
    expect(ended).toMatchObject({ ok: true, session: { status: 'initialized', choice: other } });
    expect(ended.session.expires_at, 'as long as a link that was not opened').toBe(START + 4000 + unscanned_ms);
    expect(at(ended.session, 'confirm', 5000)).toMatchObject({ ok: false, error: INV });
    expect(at(after(['chooseTicket', 'retrieveTicket']), 'choose', 4000), 'no other way').toMatchObject({ error: INV });
  });

  it('FT-A6j: a session from before there were tickets is not armed, and its browser may still go on', () => {
    const { ticket: _, ...choice } = TICKET;
    const old = at(after([]), { type: 'choose', choice, upstream: null }, 1000).session;
    expect(at(old, 'arm', 2000)).toEqual({ ok: false, error: INV, session: old, effects: [] });
    expect(at(old, { ...event.retrieveArmed, choice }, 2000)).toMatchObject({ ok: false, error: INV });
    expect(at(old, { ...event.retrieveTicket, choice }, 2000)).toMatchObject({ ok: true });
  });
});

describe('match', () => {
  const matching = after(['choose', 'retrieve'], { verification: 'number' });

  it('the right number is gone with it, gives no more time, and confirming then needs none', () => {
    const matched = at(matching, 'match', 3000);
    expect(matched).toMatchObject({
      ok: true,
      session: { status: 'retrieved', version: matching.version + 1, expires_at: matching.expires_at },
      effects: [{ type: 'publish' }],
    });
    expect(matched.session).toMatchObject({ retrieval: { holder: 'mine', number: null } });
    expect(at(matched.session, { ...event.confirm, number: null }, 4000)).toMatchObject({
      ok: true,
      session: { status: 'confirmed' },
    });
    expect(at(matched.session, { ...event.match, number: '24' }, 4000), 'there is nothing left to guess').toEqual({
      ok: true,
      session: matched.session,
      effects: [],
    });
  });

  it.each([
    ['a wrong number', '24'],
    ['an empty number', ''],
    ['the number with a space', '42 '],
  ])('%s declines: there is one try, and the provider is told', (_, number) => {
    const result = at(matching, { ...event.match, number }, 3000);
    expect(result).toMatchObject({
      ok: false,
      error: 'verification_failed',
      session: { status: 'declined', reason: 'verification_failed', version: matching.version + 1 },
      effects: [{ type: 'publish' }, { type: 'cancel_upstream' }],
    });
    expect(at(result.session, 'match', 4000), 'the right number comes too late').toMatchObject({ ok: false });
    expect(at(result.session, 'confirm', 4000)).toMatchObject({ ok: false });
  });

  it('a stranger can neither match nor use up the try', () => {
    for (const number of ['42', '24']) {
      expect(at(matching, { ...event.matchByOther, number }, 3000)).toEqual({
        ok: false,
        error: 'already_claimed',
        session: matching,
        effects: [],
      });
    }
  });
});

describe("a provider's session", () => {
  const other = { ...UPSTREAM, run: 'second', provider_state: { id: 2 } };
  const begun = (upstream: UpstreamState): Session =>
    at(after([]), { type: 'choose', choice: QR, upstream }, 1000).session;
  const ending = (ms: number): Session => begun({ ...UPSTREAM, expires_at: START + ms });

  it('is kept with the choice that it began for, until the decision', () => {
    expect(begun(UPSTREAM)).toMatchObject({ choice: QR, upstream: UPSTREAM });
    const retrieved = at(begun(UPSTREAM), 'retrieve', 2000).session;
    expect(retrieved).toMatchObject({ upstream: UPSTREAM });
    expect(Object.keys(at(retrieved, 'confirm', 3000).session)).not.toContain('upstream');
  });

  it('bounds ours: sooner, later, and after the scan', () => {
    expect(ending(60_000).expires_at).toBe(START + 60_000);
    expect(ending(360_000).expires_at, 'it is not renewed early').toBe(START + 360_000);
    expect(at(ending(60_000), 'retrieve', 59_000).session.expires_at).toBe(START + 60_000);
    expect(at(ending(900_000), 'retrieve', 2000).session.expires_at).toBe(START + 2000 + scanned_ms);
    expect(begun(UPSTREAM).expires_at, 'one that does not say leaves ours').toBe(START + unscanned_ms);
    const retrieved = at(ending(60_000), 'retrieve', 59_000).session;
    expect(at(retrieved, 'confirm', 59_500).session.expires_at, 'what is decided does not wait for it').toBe(
      START + 59_500 + scanned_ms,
    );
  });

  it('leaves no time to another way that has none', () => {
    const wallet = at(ending(900_000), 'chooseSameDevice', 10_000);
    expect(wallet.session).toMatchObject({ upstream: null, expires_at: START + 10_000 + unscanned_ms });
  });

  it('is told when another way, or the same anew, takes its place', () => {
    const told = { ok: true, effects: [{ type: 'publish' }, { type: 'cancel_upstream' }] };
    expect(at(begun(UPSTREAM), 'chooseSameDevice', 2000)).toMatchObject(told);
    const anew = at(begun(UPSTREAM), { type: 'choose', choice: QR, upstream: other }, 2000);
    expect(anew).toMatchObject({ ...told, session: { upstream: other } });
    expect(at(begun(UPSTREAM), 'choose', 2000), 'the same choice again keeps it').toMatchObject({
      session: { upstream: UPSTREAM },
      effects: [],
    });
  });

  it('is replaced only by its own successor, while it is not taken', () => {
    const successor = { ...UPSTREAM, expires_at: START + 90_000, provider_state: { id: 3 } };
    expect(at(begun(UPSTREAM), { type: 'restart', upstream: successor }, 2000)).toMatchObject({
      ok: true,
      session: { status: 'initialized', choice: QR, upstream: successor, expires_at: START + 90_000 },
      effects: [{ type: 'publish' }],
    });
    const refused = { ok: false, error: 'invalid_transition' };
    expect(at(begun(other), 'restart', 2000), "an earlier session's successor").toMatchObject(refused);
    expect(at(at(begun(UPSTREAM), 'retrieve', 2000).session, 'restart', 3000)).toMatchObject(refused);
  });

  it('that is over before its time ends ours, and is not told', () => {
    expect(at(begun(UPSTREAM), 'expire', 2000)).toMatchObject({
      ok: true,
      session: { status: 'expired', choice: QR, expires_at: START + 2000 },
      effects: [{ type: 'publish' }],
    });
  });
});

describe('decline', () => {
  it('keeps the reason and the words that the provider prescribes', () => {
    expect(after(['choose', 'retrieve', 'declineByUser'])).toMatchObject({
      reason: 'user',
      message: { en: 'We are sorry' },
    });
    expect(after(['choose', 'retrieve', 'decline'])).toMatchObject({ reason: 'not_me', message: null });
    const wrong = after(['choose', 'retrieve'], { verification: 'number' });
    expect(at(wrong, { ...event.match, number: '0' }, 3000).session).toMatchObject({ message: null });
  });

  it('as a person whose sign-in it is not needs no claim, and no network', () => {
    expect(at(after(['choose'], { network: 'require' }), 'decline', 2000)).toMatchObject({
      ok: true,
      session: { status: 'declined', reason: 'not_me' },
      effects: [{ type: 'publish' }, { type: 'cancel_upstream' }],
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

describe('resume', () => {
  it('changes the request alone: who claimed or confirmed the session stays, and so does its time', () => {
    for (const session of [SESSIONS.chosen, SESSIONS.retrieved, SESSIONS.confirmed]) {
      const { request_id, request } = event.resume;
      expect(at(session, 'resume', 9000).session).toEqual({
        ...session,
        version: session.version + 1,
        request_id,
        request,
      });
    }
  });

  it('changes nothing where the request is the one that the session has', () => {
    const { request_id, request } = SESSIONS.retrieved;
    expect(at(SESSIONS.retrieved, { type: 'resume', request_id, request }, 9000).session).toBe(SESSIONS.retrieved);
  });

  it('FT-B1d: makes a code of the old request worthless, and the next one another', () => {
    const resumed = at(SESSIONS.minted, 'resume', 5000).session;
    expect(at(resumed, 'redeem', 5001)).toMatchObject({ ok: false, error: 'invalid_transition' });
    const again = at(resumed, 'mint', 5001).session;
    expect(again).toMatchObject({ code: { n: 2 } });
    expect(at(again, 'redeem', 5002)).toMatchObject({ ok: false, error: 'invalid_transition' });
    expect(at(again, { type: 'redeem', n: 2 }, 5002)).toMatchObject({ ok: true, session: { status: 'completed' } });
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

  it('FT-C2c: the page that posts a code is opened once, in time, and the next code is posted', () => {
    const delivered = at(minted, 'deliver', over - 1);
    expect(delivered).toMatchObject({
      ok: true,
      session: { status: 'confirmed', code: { n: 2, at: START + over - 1 } },
    });
    expect(at(delivered.session, 'deliver', over)).toMatchObject({ ok: false, error: 'invalid_transition' });
    expect(at(delivered.session, 'redeem', over)).toMatchObject({ ok: false, error: 'invalid_transition' });
    expect(at(delivered.session, { type: 'redeem', n: 2 }, over)).toMatchObject({ ok: true });
    expect(at(minted, 'deliver', over), 'too late').toMatchObject({ ok: false, error: 'invalid_transition' });
    expect(at(minted, { type: 'deliver', n: 2 }, 5000), 'not given out yet').toMatchObject({ ok: false });
  });

  it('a completed session keeps no identity', () => {
    expect(Object.keys(SESSIONS.completed)).not.toContain('confirmation');
    expect(Object.keys(SESSIONS.completed)).not.toContain('retrieval');
  });
});

it('FT-B6d: of what a provider tells only that is kept which the granted scopes cover, and the names', () => {
  const told = {
    name: 'Ada',
    given_name: 'Ada',
    email: 'ada@example.com',
    birthdate: '1815-12-10',
    wallet: { emirates_id: '784' },
    nationalities: ['GBR'],
    shoe_size: 39,
  };
  const identity = { ...PERSON, claims: told };
  const claimsFor = (scope: readonly string[]): unknown => {
    let session: Session = exampleSession(START);
    for (const each of [event.choose, event.retrieve, { ...event.confirm, identity, scope }] as const)
      ({ session } = transition(session, each, START, EXAMPLE_LIFETIMES));
    if (session.status !== 'confirmed') throw new Error(session.status);
    return session.confirmation.identity.claims;
  };
  expect(claimsFor(['openid'])).toEqual({ name: 'Ada', given_name: 'Ada' });
  expect(claimsFor(['openid', 'email'])).toEqual({ name: 'Ada', given_name: 'Ada', email: 'ada@example.com' });
});
