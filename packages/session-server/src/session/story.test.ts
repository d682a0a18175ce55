import { describe, expect, it } from 'vitest';
import { EXAMPLE_LIFETIMES, exampleSession } from '../testing/example-session.ts';
import type { SessionEvent } from './event.ts';
import type { Session } from './session.ts';
import { beginStory, type Cause, continueStory } from './story.ts';
import { transition } from './transition.ts';

const cause: Cause = { request_id: 'r1', reason: null, detail: null };
const begun = (): Session => {
  const session = exampleSession(1_000);
  return { ...session, story: beginStory(session, cause) };
};
/** As the code that stores sessions does it. */
function after(session: Session, event: SessionEvent, now: number, why: Partial<Cause> = {}): Session {
  const next = transition(session, event, now, EXAMPLE_LIFETIMES).session;
  return { ...next, story: continueStory(session, event, next, { ...cause, ...why }, now) };
}
const choice = { connector: 'wallet', mode: 'qr', cross_device: true, verifies_number: true } as const;
const choose: SessionEvent = { type: 'choose', choice, upstream: null };
const other: SessionEvent = { type: 'choose', choice: { ...choice, connector: 'oidc' }, upstream: null };
const scan = { type: 'retrieve', choice, holder: 'h', device: null, number: '42' } as const;

describe('a story', () => {
  it('has each step with its time and its request, and the ms in each status', () => {
    let session = after(begun(), choose, 1_500);
    session = after(session, scan, 2_500);
    session = after(session, { type: 'cancel' }, 4_000);
    expect(session.story).toEqual({
      steps: [
        expect.objectContaining({ at: 1_000, what: 'began', request_id: 'r1' }),
        { at: 1_500, what: 'chosen', connector: 'wallet', mode: 'qr', request_id: 'r1' },
        { at: 2_500, what: 'retrieved', request_id: 'r1' },
        { at: 4_000, what: 'cancelled', request_id: 'r1', reason: 'in_browser' },
      ],
      left_out: 0,
      since: 4_000,
      spent: { initialized: 1_500, retrieved: 1_500, confirmed: 0 },
    });
  });

  it('says why an end came, and a cause says more than the event', () => {
    const last = (session: Session): string | undefined => session.story?.steps.at(-1)?.reason;
    const chosen = after(begun(), choose, 1_500);
    expect(last(after(chosen, { type: 'cancel' }, 2_000, { reason: 'renewed' }))).toBe('renewed');
    expect(last(after(chosen, { type: 'tick' }, 9e12))).toBe('not_scanned');
    expect(last(after(after(chosen, scan, 2_000), { type: 'tick' }, 9e12))).toBe('not_decided');
    expect(last(after(chosen, { type: 'expire' }, 2_000))).toBe('provider_expired');
    const failed = after(chosen, { type: 'fail', error: 'server_error' }, 2_000, {
      reason: 'time_limit',
      detail: 'words',
    });
    expect(failed.story?.steps.at(-1)).toMatchObject({ what: 'failed', reason: 'time_limit', detail: 'words' });
    expect(last(after(chosen, { type: 'fail', error: 'server_error' }, 2_000))).toBe('server_error');
  });

  it('says which choice did not begin, whatever is shown', () => {
    const last = (session: Session): unknown => session.story?.steps.at(-1);
    const why = { reason: 'time_limit', detail: 'words' };
    const missed = { type: 'unbegun', choice: { connector: 'pasby', mode: 'direct' } } as const;
    const step = { at: 2_000, what: 'trouble', request_id: 'r1', ...why };
    expect(last(after(begun(), missed, 2_000, why))).toEqual({ ...step, connector: 'pasby', mode: 'direct' });
    const chosen = after(begun(), choose, 1_500);
    const beside = after(chosen, missed, 2_000, why);
    expect(last(beside)).toMatchObject({ connector: 'pasby', mode: 'direct' });
    expect(beside, 'what is shown stays').toMatchObject({ status: 'initialized', choice });
    const withdraw: SessionEvent = { type: 'withdraw', trouble: { error: 'connector_unavailable', retry_at: null } };
    expect(last(after(chosen, withdraw, 2_000, why))).toEqual({ ...step, connector: 'wallet', mode: 'qr' });
  });

  it('stays small, whatever is chosen how often: the first steps and the last ones are kept', () => {
    let session = begun();
    for (let n = 1; n <= 100; n += 1) session = after(session, n % 2 === 0 ? choose : other, 1_000 + n);
    const { steps = [], left_out } = session.story ?? {};
    expect(steps).toHaveLength(16);
    expect(steps.slice(0, 4).map(({ at }) => at)).toEqual([1_000, 1_001, 1_002, 1_003]);
    expect(steps.at(-1)?.at).toBe(1_100);
    expect(left_out).toBe(101 - 16);
  });

  it('of a session that an earlier release began goes on from where it is', () => {
    const { story: _, ...old } = begun();
    const session = after(old, choose, 1_500);
    expect(session.story?.steps.map(({ what }) => what)).toEqual(['began', 'chosen']);
  });
});
