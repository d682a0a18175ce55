import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_LIFETIMES, exampleSession } from '../testing/example-session.ts';
import { END_STATUSES, STATUSES } from '@beckon/protocol';
import type { CrossDevicePolicy, Session, SessionEvent, Transition } from './index.ts';
import { transition } from './index.ts';

const START = Date.UTC(2026, 0, 1);
const LIFETIMES = EXAMPLE_LIFETIMES;
const NUMBER = '42';
const NEAR = { address: '192.0.2.77', user_agent: 'Phone', origin: null };
const FAR = { address: '2001:db8::1', user_agent: 'Phone', origin: null };

/** One thing that happens: the clock moves on by ms, or to just around the end of the session's time, then an event. */
interface Step {
  readonly wait: { readonly ms: number } | { readonly beyondExpiry: number };
  readonly event: SessionEvent;
}

const holder = fc.constantFrom('mine', 'mine', 'theirs');
const scope = fc.subarray(['openid', 'profile', 'email', 'phone']);
const identity = fc.constant({ subject: 'p', claims: {}, acr: null, amr: [], auth_time: null });
const choice = fc.record({
  connector: fc.constantFrom('wallet', 'other'),
  mode: fc.constantFrom('qr', 'qr', 'same_device', 'direct' as const),
});
// Weighted towards what leads on: a walk that is mostly `cancel` tells nothing about `confirmed`.
const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('choose' as const), choice }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('retrieve' as const),
      holder,
      party: fc.constantFrom(NEAR, NEAR, FAR),
      number: fc.constant(NUMBER),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('confirm' as const),
      holder,
      number: fc.constantFrom(NUMBER, NUMBER, NUMBER, '24', null),
      identity,
      scope,
    }),
  },
  { weight: 6, arbitrary: fc.constant({ type: 'mint' as const }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('redeem' as const), n: fc.constantFrom(1, 1, 2, 3) }) },
  { weight: 2, arbitrary: fc.constant({ type: 'tick' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('decline' as const), holder, reason: fc.constantFrom('user', 'not_me') }),
  },
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
  verification: fc.constantFrom('number', 'none'),
  network: fc.constantFrom('allow', 'warn', 'require'),
  scope: fc.option(scope, { nil: null }),
});
/** The way to `completed`; a walk begins with some of it, so that the far statuses are seen often. */
const WAY: readonly SessionEvent[] = [
  { type: 'choose', choice: { connector: 'wallet', mode: 'qr', cross_device: true } },
  { type: 'retrieve', holder: 'mine', party: NEAR, number: NUMBER },
  {
    type: 'confirm',
    holder: 'mine',
    number: NUMBER,
    identity: { subject: 'p', claims: {}, acr: null, amr: [], auth_time: null },
    scope: ['openid', 'email'],
  },
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
  it('nothing reaches confirmed but through retrieved, by the very holder', () => {
    always(({ before, event, result }) => {
      if (result.session.status !== 'confirmed' || before.status === 'confirmed') return;
      expect(before.status).toBe('retrieved');
      expect(
        event.type === 'confirm' && before.status === 'retrieved' && event.holder === before.retrieval.holder,
      ).toBe(true);
    });
  });

  it('ends absorb', () => {
    always(({ before, result }) => {
      if (!ended(before)) return;
      expect(result.session).toBe(before);
      expect(result.effects).toEqual([]);
    });
  });

  it('the version grows by one with every change, and a change is told', () => {
    always(({ before, result }) => {
      const changed = result.session !== before;
      expect(result.session.version).toBe(before.version + (changed ? 1 : 0));
      expect(result.effects.some(({ type }) => type === 'publish')).toBe(changed);
      const endedNow = changed && ended(result.session) && result.session.status !== 'completed';
      expect(result.effects.some(({ type }) => type === 'cancel_upstream')).toBe(endedNow);
    });
  });

  it('a second wallet never displaces the first', () => {
    always(({ before, event, now, result }) => {
      if (before.status !== 'retrieved' && before.status !== 'confirmed') return;
      const after = result.session;
      const kept = after.status === 'retrieved' || after.status === 'confirmed' ? after.retrieval : before.retrieval;
      expect(kept).toEqual(before.retrieval);
      if (!('holder' in event) || event.holder === before.retrieval.holder) return;
      expect(result.ok).toBe(false);
      expect(after === before, 'a stranger changes nothing; only time does').toBe(now < before.expires_at);
    });
  });

  it('nothing but the end is possible from the ms of expires_at on', () => {
    always(({ before, event, now, result }) => {
      if (ended(before)) return;
      const over = now >= before.expires_at;
      expect(result.session.status === 'expired').toBe(over);
      expect(result.ok && over).toBe(over && event.type === 'tick');
    });
  });

  it('what is granted was asked for, accepted, and across devices within the cap', () => {
    always(({ before, event, result }) => {
      if (result.session.status !== 'confirmed' || before.status !== 'retrieved' || event.type !== 'confirm') return;
      const cap = before.choice.mode === 'same_device' ? null : before.policy.scope;
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
 * The machine once more, as somebody who only read the contract would write it: mutable, one long
 * method, no table. It shares no code with the real one.
 */
class Model {
  status = 'initialized';
  version = 1;
  expiresAt = START + LIFETIMES.unscanned_ms;
  choice = '';
  holder = '';
  mustMatch = false;
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
    if (event.type === 'tick') return 'ok';
    if (this.status === 'expired') return 'session_expired';
    if (!live) {
      const same = { cancelled: 'cancel', declined: 'decline', failed: 'fail' }[this.status];
      return event.type === same ? 'ok' : 'invalid_transition';
    }
    if (event.type === 'cancel') return this.become('cancelled', now);
    if (event.type === 'fail') return this.become('failed', now);
    if (this.status === 'initialized') {
      if (event.type === 'choose') {
        const chosen = `${event.choice.connector} ${event.choice.mode}`;
        if (chosen === this.choice) return 'ok';
        this.choice = chosen;
        return this.become('initialized', this.expiresAt);
      }
      if (event.type !== 'retrieve' || this.choice === '') return 'invalid_transition';
      const far = event.party.address !== NEAR.address;
      const oneDevice = this.choice.endsWith('same_device');
      if (far && !oneDevice && this.policy.network === 'require') return 'verification_failed';
      this.holder = event.holder;
      this.mustMatch = !oneDevice && this.policy.verification === 'number';
      return this.become('retrieved', now + LIFETIMES.scanned_ms);
    }
    if ('holder' in event && event.holder !== this.holder) return 'already_claimed';
    if (this.status === 'retrieved') {
      if (event.type === 'retrieve') return 'ok';
      if (event.type === 'decline') return this.become('declined', now);
      if (event.type !== 'confirm') return 'invalid_transition';
      if (this.mustMatch && event.number !== NUMBER) {
        this.become('declined', now);
        return 'verification_failed';
      }
      return this.become('confirmed', now + LIFETIMES.scanned_ms);
    }
    const fresh = this.code > 0 && now - this.codeAt < LIFETIMES.code_ms;
    if (event.type === 'confirm') return 'ok';
    if (event.type === 'mint') {
      if (fresh) return 'ok';
      this.code += 1;
      this.codeAt = now;
      return this.become('confirmed', this.expiresAt);
    }
    if (event.type === 'redeem' && fresh && event.n === this.code) return this.become('completed', now);
    return 'invalid_transition';
  }

  private become(status: string, expiresAt: number): 'ok' {
    this.status = status;
    this.expiresAt = expiresAt;
    this.version += 1;
    return 'ok';
  }
}
