import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_LIFETIMES, exampleSession } from '../testing/example-session.ts';
import { END_STATUSES, STATUSES } from '@beckon/protocol';
import type { Choice, CrossDevicePolicy, Session, SessionEvent, Transition, UpstreamState } from './index.ts';
import { transition } from './index.ts';

const START = Date.UTC(2026, 0, 1);
const LIFETIMES = EXAMPLE_LIFETIMES;
const NUMBER = '42';
const NEAR = { address: '192.0.2.77', comparable: true, user_agent: 'Phone', origin: null };
const FAR = { address: '2001:db8::1', comparable: true, user_agent: 'Phone', origin: null };

/** One thing that happens: the clock moves on by ms, or to just around the end of the session's time, then an event. */
interface Step {
  readonly wait: { readonly ms: number } | { readonly beyondExpiry: number };
  readonly event: SessionEvent;
}

const holder = fc.constantFrom('mine', 'mine', 'theirs');
const scope = fc.subarray(['openid', 'profile', 'email', 'phone']);
const identity = fc.constant({ subject: 'p', claims: {}, acr: null, amr: [], auth_time: null });
const QR: Choice = { connector: 'wallet', mode: 'qr', cross_device: true, verifies_number: true };
const choice = fc.constantFrom<Choice>(
  QR,
  QR,
  QR,
  { connector: 'other', mode: 'qr', cross_device: true, verifies_number: false },
  { connector: 'wallet', mode: 'same_device', cross_device: false, verifies_number: true },
  { connector: 'other', mode: 'same_device', cross_device: true, verifies_number: true },
  { connector: 'third', mode: 'same_device', cross_device: false, verifies_number: true, ticket: 'one' },
  { connector: 'third', mode: 'same_device', cross_device: false, verifies_number: true, ticket: 'one' },
  { connector: 'third', mode: 'same_device', cross_device: false, verifies_number: true, ticket: 'two' },
  { connector: 'other', mode: 'direct', cross_device: true, verifies_number: true },
);
const upstream: fc.Arbitrary<UpstreamState> = fc.record({
  run: fc.constantFrom('first', 'first', 'second'),
  identifier: fc.constant(null),
  push: fc.constant(null),
  words: fc.constant(null),
  qr: fc.constant(null),
  link: fc.constant(null),
  expires_at: fc.option(
    fc.integer({ min: 1, max: 500_000 }).map((ms) => START + ms),
    { nil: null },
  ),
  provider_state: fc.constant({}),
});
const typed = fc.constantFrom(NUMBER, NUMBER, NUMBER, '24');
// Weighted towards what leads on: a walk that is mostly `cancel` tells nothing about `confirmed`.
const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('choose' as const),
      choice,
      upstream: fc.option(upstream, { nil: null }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('restart' as const), upstream }) },
  { weight: 3, arbitrary: fc.constant({ type: 'arm' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('keep' as const),
      run: fc.constantFrom('first', 'second'),
      provider_state: fc.constant({ code: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('withdraw' as const),
      trouble: fc.constant({ error: 'rate_limited' as const, retry_at: null }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('unbegun' as const), choice }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('match' as const), holder, number: typed }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('retrieve' as const),
      choice,
      holder,
      device: fc.constantFrom(NEAR, NEAR, NEAR, FAR, null),
      number: fc.constant(NUMBER),
      armed: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('confirm' as const),
      holder,
      number: fc.oneof({ weight: 4, arbitrary: typed }, { weight: 1, arbitrary: fc.constant(null) }),
      identity,
      scope,
    }),
  },
  { weight: 4, arbitrary: fc.constant({ type: 'recognise' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('resume' as const),
      request_id: fc.constantFrom('request', 'another'),
      request: fc.constant({ ...exampleSession(START).request, state: 'another' }),
    }),
  },
  { weight: 6, arbitrary: fc.constant({ type: 'mint' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('deliver' as const), n: fc.constantFrom(1, 1, 2, 3) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('redeem' as const), n: fc.constantFrom(1, 1, 2, 3) }) },
  { weight: 2, arbitrary: fc.constant({ type: 'tick' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('decline' as const),
      holder,
      reason: fc.constantFrom('user', 'not_me'),
      message: fc.constantFrom(null, 'Sorry'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'expire' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'cancel' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'fail' as const, error: 'server_error' as const }) },
) as fc.Arbitrary<SessionEvent>;

const step: fc.Arbitrary<Step> = fc.record({
  wait: fc.oneof(
    { weight: 20, arbitrary: fc.record({ ms: fc.integer({ min: 0, max: 20_000 }) }) },
    { weight: 2, arbitrary: fc.record({ ms: fc.constantFrom(59_999, 60_000, 60_001) }) },
    { weight: 1, arbitrary: fc.record({ beyondExpiry: fc.constantFrom(-1, 0, 1, 100_000) }) },
  ),
  event: anyEvent,
});
const policy: fc.Arbitrary<CrossDevicePolicy> = fc.record({
  verification: fc.constantFrom('auto', 'number', 'none'),
  network: fc.constantFrom('allow', 'warn', 'require'),
  scope: fc.option(scope, { nil: null }),
  confirm_person: fc.boolean(),
  direct: fc.constant(false),
});
/** The way to `completed`; a walk begins with some of it, so that the far statuses are seen often. */
const WAY: readonly SessionEvent[] = [
  { type: 'choose', choice: QR, upstream: null },
  { type: 'retrieve', choice: QR, holder: 'mine', device: NEAR, number: NUMBER },
  {
    type: 'confirm',
    holder: 'mine',
    number: NUMBER,
    identity: { subject: 'p', claims: {}, acr: null, amr: [], auth_time: null },
    scope: ['openid', 'email'],
  },
  { type: 'recognise' },
  { type: 'mint' },
  { type: 'redeem', n: 1 },
];
const walk = fc
  .record({ policy, begun: fc.nat(WAY.length), steps: fc.array(step, { minLength: 1, maxLength: 20 }) })
  .map(({ policy: p, begun, steps }) => ({
    policy: p,
    steps: [...WAY.slice(0, begun).map((event): Step => ({ wait: { ms: 1000 }, event })), ...steps],
  }));

interface Seen {
  readonly before: Session;
  readonly event: SessionEvent;
  readonly now: number;
  readonly result: Transition;
}

/** Lets the steps happen to a new session, on objects that cannot be written to. */
function take({ policy: p, steps }: { policy: CrossDevicePolicy; steps: readonly Step[] }): readonly Seen[] {
  let session: Session = deepFreeze(exampleSession(START, { policy: p }));
  let now = START;
  return steps.map(({ wait, event }) => {
    now = Math.max(now, 'ms' in wait ? now + wait.ms : session.expires_at + wait.beyondExpiry);
    const before = session;
    const result = transition(before, event, now, LIFETIMES);
    session = deepFreeze(result.session);
    return { before, event, now, result };
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

function always(check: (seen: Seen, index: number, all: readonly Seen[]) => void): void {
  fc.assert(
    fc.property(walk, (w) => take(w).forEach(check)),
    { numRuns: 500 },
  );
}

const ended = (session: Session): boolean => (END_STATUSES as readonly string[]).includes(session.status);

describe('whatever happens, in whatever order', () => {
  it('nothing is claimed but in the very way that the scan was for', () => {
    always(({ before, event, result }) => {
      if (result.session.status !== 'retrieved' || before.status === 'retrieved') return;
      expect(event.type === 'retrieve' && event.choice).toMatchObject({
        connector: result.session.choice.connector,
        mode: result.session.choice.mode,
        ...('ticket' in result.session.choice ? { ticket: result.session.choice.ticket } : {}),
      });
    });
  });

  it("no session outlives the provider's before it is decided", () => {
    always(({ result: { session } }) => {
      if (session.status !== 'initialized' && session.status !== 'retrieved') return;
      expect(session.expires_at).toBeLessThanOrEqual(session.upstream?.expires_at ?? Number.POSITIVE_INFINITY);
    });
  });

  it("a provider's session that a living sign-in waited for is told when it is given up", () => {
    always(({ before, event, result: { session, effects, ...result } }) => {
      if (before.status !== 'initialized' && before.status !== 'retrieved') return;
      if (before.upstream === null || session === before) return;
      const followed =
        session.status === 'initialized' || session.status === 'retrieved' ? session.upstream?.run : null;
      const its = followed === before.upstream.run && event.type !== 'choose';
      // The provider's own doing: it knows.
      const known = result.ok && ['decline', 'expire', 'confirm'].includes(event.type) && before.status === 'retrieved';
      const gone = event.type === 'expire' && result.ok;
      expect(effects.some(({ type }) => type === 'cancel_upstream')).toBe(!its && !known && !gone);
    });
  });

  it('nothing reaches confirmed but through retrieved, by the very holder', () => {
    always(({ before, event, result }) => {
      if (result.session.status !== 'confirmed' || before.status === 'confirmed') return;
      expect(before.status).toBe('retrieved');
      expect(
        event.type === 'confirm' && before.status === 'retrieved' && event.holder === before.retrieval.holder,
      ).toBe(true);
    });
  });

  it('FT-A10b: where the browser waits for its person to say so, there is no code before', () => {
    const reached = new Set<boolean>();
    always(({ before, result }, index, all) => {
      const { session } = result;
      if (session.status !== 'confirmed' || session.code === null || before.status !== 'confirmed') return;
      if (!session.policy.confirm_person || !session.choice.cross_device) return;
      expect(all.slice(0, index).some(({ event }) => event.type === 'recognise')).toBe(true);
      reached.add(true);
    });
    expect(reached.has(true), 'the walks are of no use if they never get that far').toBe(true);
  });

  it('ends absorb', () => {
    always(({ before, result }) => {
      if (!ended(before)) return;
      expect(result.session).toBe(before);
      expect(result.effects).toEqual([]);
    });
  });

  it('the version grows by one with every change, and a change is told', () => {
    always(({ before, event, result }) => {
      const changed = result.session !== before;
      expect(result.session.version).toBe(before.version + (changed ? 1 : 0));
      expect(result.effects.some(({ type }) => type === 'publish')).toBe(changed);
      if (!changed || !ended(result.session)) return;
      const itsOwn =
        result.ok && (event.type === 'expire' || (event.type === 'decline' && before.status === 'retrieved'));
      const silent = itsOwn || result.session.status === 'completed';
      expect(result.effects.some(({ type }) => type === 'cancel_upstream')).toBe(!silent);
    });
  });

  it('a browser displaces another one only where the owner has just clicked, and uses the click up', () => {
    always(({ before, event, now, result: { session } }) => {
      if (before.status !== 'retrieved' || session.status !== 'retrieved') return;
      if (before.retrieval.holder === session.retrieval.holder) return;
      expect(event.type === 'retrieve' && event.armed).toBe(true);
      expect(before.choice.ticket).toBeDefined();
      expect(before.armed?.until ?? 0).toBeGreaterThan(now);
      expect(session.armed?.clicks ?? 0).toBe((before.armed?.clicks ?? 0) - 1);
    });
  });

  it('a second wallet never displaces the first', () => {
    always(({ before, event, now, result }) => {
      if (before.status !== 'retrieved' && before.status !== 'confirmed') return;
      // What an owner's click does is above.
      if (before.status === 'retrieved' && before.armed !== undefined && event.type === 'retrieve') return;
      const after = result.session;
      const retrieval =
        after.status === 'retrieved' || after.status === 'confirmed' ? after.retrieval : before.retrieval;
      // A number that was matched is gone; nothing else ever changes.
      const left = event.type === 'match' ? retrieval.number : before.retrieval.number;
      const matched = before.retrieval.matched || (before.retrieval.number !== null && left === null);
      expect(retrieval).toEqual({ ...before.retrieval, number: left, matched });
      expect([before.retrieval.number, null]).toContain(left);
      if (
        !('holder' in event) ||
        (event.type === 'match' && before.status === 'confirmed') ||
        event.holder === before.retrieval.holder
      )
        return;
      expect(result.ok).toBe(false);
      expect(after === before, 'a stranger changes nothing; only time does').toBe(now < before.expires_at);
    });
  });

  it('nothing but the end is possible from the ms of expires_at on', () => {
    always(({ before, event, now, result }) => {
      if (ended(before)) return;
      const over = now >= before.expires_at;
      const early = event.type === 'expire' && before.status !== 'confirmed';
      expect(result.session.status === 'expired').toBe(over || early);
      expect(result.ok && over).toBe(over && event.type === 'tick');
    });
  });

  it('what is granted was asked for, accepted, and across devices within the cap', () => {
    always(({ before, event, result }) => {
      if (result.session.status !== 'confirmed' || before.status !== 'retrieved' || event.type !== 'confirm') return;
      const cap = before.choice.cross_device ? before.policy.scope : null;
      for (const granted of result.session.confirmation.scope) {
        expect(before.request.scope).toContain(granted);
        expect(event.scope).toContain(granted);
        expect(cap ?? [granted]).toContain(granted);
      }
    });
  });

  it('agrees with the model, step by step', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(walk, (w) => {
        const model = new Model(w.policy);
        for (const { event, now, result } of take(w)) {
          const answer = model.apply(event, now);
          expect({ answer, status: model.status, version: model.version, expires_at: model.expiresAt }).toEqual({
            answer: result.ok ? 'ok' : result.error,
            status: result.session.status,
            version: result.session.version,
            expires_at: result.session.expires_at,
          });
          reached.add(model.status);
        }
      }),
      { numRuns: 1000 },
    );
    expect([...reached].toSorted(), 'the walks are of no use if they miss a status').toEqual([...STATUSES].toSorted());
  });
});

/**
 * The machine once more, as a reader of the contract alone would write it: mutable, one long
 * method, no table. It shares no code with the real one.
 */
class Model {
  status = 'initialized';
  version = 1;
  expiresAt = START + LIFETIMES.unscanned_ms;
  way = '';
  ticket: string | undefined;
  clicks = 0;
  clicksUntil = 0;
  crossDevice = false;
  canAsk = false;
  unrecognised = false;
  provider: { run: string; expires_at: number | null } | null = null;
  holder = '';
  mustMatch = false;
  request = exampleSession(START).request_id;
  code = 0;
  codeAt = 0;
  readonly policy: CrossDevicePolicy;

  constructor(p: CrossDevicePolicy) {
    this.policy = p;
  }

  apply(event: SessionEvent, now: number): string {
    const live = ['initialized', 'retrieved', 'confirmed'].includes(this.status);
    if (live && now >= this.expiresAt) {
      this.become('expired', now);
      return event.type === 'tick' ? 'ok' : 'session_expired';
    }
    if (event.type === 'tick' || (event.type === 'expire' && !['initialized', 'retrieved'].includes(this.status))) {
      return 'ok';
    }
    if (this.status === 'expired') return 'session_expired';
    if (!live) {
      const same = { cancelled: 'cancel', declined: 'decline', failed: 'fail' }[this.status];
      return event.type === same ? 'ok' : 'invalid_transition';
    }
    if (event.type === 'cancel') return this.become('cancelled', now);
    if (event.type === 'fail') return this.become('failed', now);
    if (event.type === 'expire') return this.become('expired', now);
    if (event.type === 'keep') {
      if (this.status === 'confirmed' || this.provider?.run !== event.run) return 'invalid_transition';
      return this.become(this.status, this.expiresAt);
    }
    if (event.type === 'resume') {
      if (event.request_id === this.request) return 'ok';
      this.request = event.request_id;
      this.codeAt = Number.NEGATIVE_INFINITY;
      return this.become(this.status, this.expiresAt);
    }
    if (this.status === 'initialized') {
      if (event.type === 'choose') {
        const way = `${event.choice.connector} ${event.choice.mode}`;
        if (way === this.way && event.upstream === null && event.choice.ticket === undefined) return 'ok';
        return this.chooseWay(event, now);
      }
      if (event.type === 'arm') return this.armBy(now);
      if (event.type === 'withdraw' && this.way !== '' && this.provider === null) {
        this.way = '';
        this.ticket = undefined;
        return this.become('initialized', this.expiresAt);
      }
      if (event.type === 'unbegun') return this.become('initialized', this.expiresAt);
      if (event.type === 'restart' && this.provider?.run === event.upstream.run)
        return this.waitFor(event.upstream, now);
      if (event.type === 'decline' && event.reason === 'not_me' && this.way !== '') return this.become('declined', now);
      if (event.type !== 'retrieve' || this.way !== `${event.choice.connector} ${event.choice.mode}`) {
        return 'invalid_transition';
      }
      if (this.ticket !== event.choice.ticket) return 'invalid_transition';
      if (event.armed === true && !this.isArmed(now)) return 'invalid_transition';
      const near = event.device?.address === NEAR.address;
      if (!near && this.crossDevice && this.policy.network === 'require') return 'verification_failed';
      this.holder = event.holder;
      this.clicks = event.armed === true ? this.clicks - 1 : 0;
      const asks = { auto: this.canAsk, number: true, none: false }[this.policy.verification];
      this.mustMatch = this.crossDevice && asks;
      this.unrecognised = this.crossDevice && this.policy.confirm_person;
      const providerEnds = this.provider?.expires_at ?? null;
      const ours = now + LIFETIMES.scanned_ms;
      return this.become('retrieved', providerEnds !== null && providerEnds < ours ? providerEnds : ours);
    }
    if (event.type === 'match' && this.status === 'confirmed') return 'invalid_transition';
    if (this.status === 'retrieved' && event.type === 'retrieve' && event.holder !== this.holder) {
      if (event.armed !== true || this.ticket !== event.choice.ticket || !this.isArmed(now)) return 'already_claimed';
      this.holder = event.holder;
      this.clicks -= 1;
      return this.become('retrieved', this.expiresAt);
    }
    if ('holder' in event && event.holder !== this.holder) return 'already_claimed';
    if (this.status === 'retrieved') {
      if (event.type === 'arm') return this.armBy(now);
      if (event.type === 'choose' && this.ticket !== undefined && event.choice.ticket !== undefined)
        return this.chooseWay(event, now);
      if (event.type === 'retrieve') return 'ok';
      if (event.type === 'decline') return this.become('declined', now);
      if (event.type !== 'confirm' && event.type !== 'match') return 'invalid_transition';
      if (this.mustMatch && event.number !== NUMBER) {
        this.become('declined', now);
        return 'verification_failed';
      }
      if (event.type === 'match') {
        const first = this.mustMatch;
        this.mustMatch = false;
        return first ? this.become('retrieved', this.expiresAt) : 'ok';
      }
      return this.become('confirmed', now + LIFETIMES.scanned_ms);
    }
    const fresh = this.code > 0 && now - this.codeAt < LIFETIMES.code_ms;
    if (event.type === 'confirm') return 'ok';
    if (event.type === 'recognise') {
      if (!this.unrecognised) return 'ok';
      this.unrecognised = false;
      return this.become('confirmed', this.expiresAt);
    }
    if (event.type === 'mint') {
      if (this.unrecognised) return 'invalid_transition';
      if (fresh) return 'ok';
      this.code += 1;
      this.codeAt = now;
      return this.become('confirmed', this.expiresAt);
    }
    if (event.type === 'deliver' && fresh && event.n === this.code) {
      this.code += 1;
      this.codeAt = now;
      return this.become('confirmed', this.expiresAt);
    }
    if (event.type === 'redeem' && fresh && event.n === this.code) return this.become('completed', now);
    return 'invalid_transition';
  }

  private chooseWay({ choice: to, upstream: begun }: Extract<SessionEvent, { type: 'choose' }>, now: number): 'ok' {
    this.way = `${to.connector} ${to.mode}`;
    this.ticket = to.ticket;
    this.clicks = 0;
    this.crossDevice = to.cross_device;
    this.canAsk = to.verifies_number;
    return this.waitFor(begun, now);
  }

  private armBy(now: number): string {
    if (this.ticket === undefined) return 'invalid_transition';
    this.clicks = this.isArmed(now) ? this.clicks + 1 : 1;
    this.clicksUntil = now + 10_000;
    return this.become(this.status, this.expiresAt);
  }

  private isArmed(now: number): boolean {
    return this.clicks > 0 && now < this.clicksUntil;
  }

  private waitFor(provider: Model['provider'], now: number): 'ok' {
    this.provider = provider;
    if (provider !== null && provider.expires_at !== null) return this.become('initialized', provider.expires_at);
    const fresh = now + LIFETIMES.unscanned_ms;
    return this.become('initialized', fresh < this.expiresAt ? fresh : this.expiresAt);
  }

  private become(status: string, expiresAt: number): 'ok' {
    this.status = status;
    this.expiresAt = expiresAt;
    this.version += 1;
    return 'ok';
  }
}
