import type { Snapshot } from '@beckon/protocol';
import { describe, expect, it } from 'vitest';
import { BEGIN, fakeSnapshot } from '../transport/fake-browser.ts';
import { idleFlowState, type FlowState, type FlowEvent } from './flow-state.ts';
import { reduce } from './reduce.ts';
import { view } from './view.ts';

function after(events: readonly FlowEvent[], from: FlowState = idleFlowState({})): FlowState {
  return events.reduce((flowState, event) => reduce(flowState, event, BEGIN), from);
}

function session(changes: Partial<Snapshot> = {}): FlowEvent {
  return { type: 'session', snapshot: fakeSnapshot(changes), picked: null, lastUsed: null, requestId: null };
}

function following(changes: Partial<Snapshot> = {}, refreshExpired?: 'auto' | 'manual' | 'never'): FlowState {
  return after([{ type: 'started' }, session(changes)], idleFlowState({ refreshExpired }));
}

const heard = (changes: Partial<Snapshot>): FlowEvent => ({ type: 'snapshot', snapshot: fakeSnapshot(changes) });
const expired = heard({
  version: 2,
  status: 'expired',
  qr: null,
  redirect_to: 'https://shop.example/callback?error=x',
});

const offset = (flowState: FlowState) => ('offset' in flowState ? flowState.offset : null);
const withTime = (server_time_ms: number, version: number) => heard({ server_time_ms, version });

describe('what is newer', () => {
  it.each([
    ['a higher version', { version: 2, status: 'retrieved' }, true],
    ['the same version with a later clock', { server_time_ms: BEGIN + 1 }, true],
    ['the same once more', {}, false],
    ['the same version with an earlier clock', { server_time_ms: BEGIN - 1 }, false],
    ['a lower version, however late', { version: 0, server_time_ms: BEGIN + 9_999 }, false],
    ['another session, however new', { session_id: 'older', version: 99 }, false],
  ] as const)('%s', (_, changes, taken) => {
    const flowState = following();
    const next = reduce(flowState, heard(changes), BEGIN);
    expect(next !== flowState, 'the very same object means that nothing changed').toBe(taken);
  });
});

describe('the server’s clock', () => {
  it('is as far off as the snapshot that was least long on its way says', () => {
    const flowState = following({ server_time_ms: BEGIN + 1_000 });
    expect(offset(flowState)).toBe(1_000);
    expect(offset(reduce(flowState, withTime(BEGIN + 1_040, 2), BEGIN)), 'quicker').toBe(1_040);
    expect(offset(reduce(flowState, withTime(BEGIN + 800, 2), BEGIN)), 'slower').toBe(1_000);
  });

  it('is measured anew when this device’s clock was set', () => {
    const flowState = following({ server_time_ms: BEGIN });
    expect(offset(reduce(flowState, withTime(BEGIN + 1, 2), BEGIN + 60_000))).toBe(-59_999);
  });

  it('is taken out of what is counted down', () => {
    const state = view(following({ server_time_ms: BEGIN + 7_000, expires_at: BEGIN / 1000 + 120 }));
    expect(state).toMatchObject({ phase: 'qr', session: { expiresAt: BEGIN + 113_000, clockOffset: 7_000 } });
  });
});

describe('running out', () => {
  it('renews an unscanned code three times, then asks', () => {
    let flowState = following();
    for (let i = 0; i < 3; i += 1) {
      flowState = reduce(flowState, expired, BEGIN);
      expect(flowState.step).toBe('renewing');
      expect(view(flowState).phase, 'the person does not see that it ran out').toBe('starting');
      flowState = reduce(flowState, session(), BEGIN);
    }
    expect(view(reduce(flowState, expired, BEGIN))).toMatchObject({ phase: 'expired', canRenew: true });
  });

  it('FT-C30c: says of a code whether a fresh one comes by itself', () => {
    expect(view(following())).toMatchObject({ phase: 'qr', renews: true });
    expect(view({ ...following(), renewalsLeft: 0 })).toMatchObject({ phase: 'qr', renews: false });
    expect(view(following({}, 'manual'))).toMatchObject({ phase: 'qr', renews: false });
  });

  it('FT-C30a: tells a phone that did not answer from a code that was not scanned', () => {
    const late = { type: 'expired' } as const;
    const expiredOf = (changes: Partial<Snapshot>) => view(reduce(following(changes, 'manual'), late, BEGIN));
    expect(expiredOf({})).toMatchObject({ phase: 'expired', noAnswer: false });
    expect(expiredOf({ status: 'retrieved', qr: null })).toMatchObject({ phase: 'expired', noAnswer: true });
    expect(expiredOf({ mode: 'direct', qr: null })).toMatchObject({ phase: 'expired', noAnswer: true });
    const error = { error: 'access_denied', error_description: '', reason: 'not_decided' } as const;
    expect(view(following({ status: 'expired', error }))).toMatchObject({ phase: 'expired', noAnswer: true });
  });

  it('counts anew when the person asked', () => {
    const spent = { ...following(), renewalsLeft: 0 };
    const asked = after([expired, { type: 'renewed' }, session(), expired], spent);
    expect(asked.step).toBe('renewing');
  });

  it('does not renew what was scanned already: the person may still be typing', () => {
    const flowState = following({ status: 'retrieved', qr: null });
    expect(view(reduce(flowState, expired, BEGIN))).toMatchObject({ phase: 'expired', canRenew: true });
  });

  it('may be told by a bare error too', () => {
    expect(reduce(following(), { type: 'expired' }, BEGIN).step).toBe('renewing');
    expect(view(reduce(following({}, 'manual'), { type: 'expired' }, BEGIN))).toMatchObject({
      phase: 'expired',
      canRenew: true,
      redirectTo: null,
    });
  });

  it('asks at once with `manual`, and offers nothing with `never`', () => {
    expect(view(reduce(following({}, 'manual'), expired, BEGIN))).toMatchObject({ phase: 'expired', canRenew: true });
    expect(view(reduce(following({}, 'never'), expired, BEGIN))).toMatchObject({ phase: 'expired', canRenew: false });
  });

  it('leaves only the way back once the request is over', () => {
    expect(view(after([expired, { type: 'request_over' }], following()))).toMatchObject({
      phase: 'expired',
      canRenew: false,
      redirectTo: 'https://shop.example/callback?error=x',
    });
  });
});

describe('the connection', () => {
  it('is shown, and is no error', () => {
    const flowState = after([{ type: 'connection', connection: 'reconnecting' }], following());
    expect(view(flowState)).toMatchObject({ phase: 'qr', connection: 'reconnecting' });
  });

  it('changes nothing when it did not change, or after an end', () => {
    const flowState = after([{ type: 'connection', connection: 'socket' }], following());
    expect(reduce(flowState, { type: 'connection', connection: 'socket' }, BEGIN)).toBe(flowState);
    const ended = reduce(flowState, heard({ version: 2, status: 'declined' }), BEGIN);
    expect(view(ended).connection).toBe('none');
    expect(reduce(ended, { type: 'connection', connection: 'reconnecting' }, BEGIN)).toBe(ended);
  });
});

describe('what is seen', () => {
  const redirect_to = 'https://shop.example/callback?code=1';
  const verification = { method: 'number', number: '42' } as const;
  it.each([
    [{ connector: null, mode: null, qr: null }, { phase: 'choosing' }],
    [{}, { phase: 'qr', qr: fakeSnapshot().qr }],
    [{ qr: null }, { phase: 'starting' }],
    [
      { mode: 'same_device', qr: null, same_device: { url: 'https://a' } },
      { phase: 'same_device', url: 'https://a' },
    ],
    [{ mode: 'direct', qr: null }, { phase: 'direct' }],
    [
      { mode: 'direct', qr: null, verification: { method: 'words', words: 'amber river' } as const },
      { phase: 'direct', session: expect.objectContaining({ words: 'amber river' }) as unknown },
    ],
    [
      { status: 'retrieved', verification: { method: 'words', words: 'amber river' } as const },
      { phase: 'retrieved', number: null, session: expect.objectContaining({ words: 'amber river' }) as unknown },
    ],
    [
      { status: 'retrieved', verification },
      { phase: 'retrieved', number: '42' },
    ],
    [{ status: 'retrieved' }, { phase: 'retrieved', number: null }],
    [
      { status: 'confirmed', redirect_to },
      { phase: 'confirmed', redirectTo: redirect_to, person: null, confirmPerson: false },
    ],
    [
      { status: 'confirmed', person: { name: 'A… L…' }, confirm_person: true },
      { phase: 'confirmed', redirectTo: null, person: 'A… L…', confirmPerson: true },
    ],
    [{ status: 'completed' }, { phase: 'completed' }],
    [
      { status: 'declined', redirect_to },
      { phase: 'declined', redirectTo: redirect_to, reason: null },
    ],
    [
      { status: 'declined', error: { error: 'access_denied', error_description: '', reason: 'wrong_number' } },
      { phase: 'declined', reason: 'wrong_number' },
    ],
    [{ status: 'cancelled' }, { phase: 'cancelled', redirectTo: null }],
    [
      { status: 'failed', error: { error: 'temporarily_unavailable', error_description: '' } },
      { phase: 'failed', code: 'temporarily_unavailable', canRetry: true },
    ],
  ] as const)('of %j', (changes, state) => {
    expect(view(following(changes))).toMatchObject(state);
  });

  it('keeps what is known of the session when something fails', () => {
    const failed = reduce(following(), { type: 'failed', code: 'network', canRetry: true, requestId: null }, BEGIN);
    expect(view(failed)).toMatchObject({ phase: 'failed', code: 'network', session: { clientName: 'Shop' } });
  });
});
