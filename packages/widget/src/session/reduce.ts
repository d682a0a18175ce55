import { isEnd, type Snapshot } from '@beckon/protocol';
import { renewalsOf, type FlowState, type FlowEvent, type Known } from './flow-state.ts';

/** What the event makes of the flow's state; the very same object when it changes nothing. `now` is ms since the epoch. */
export function reduce(flowState: FlowState, event: FlowEvent, now: number): FlowState {
  const { refresh, renewalsLeft } = flowState;
  const base = { connection: 'none', refresh, renewalsLeft, busyUntil: null, slow: false } as const;
  switch (event.type) {
    case 'started':
      return { ...base, step: 'starting' };
    case 'session': {
      const { snapshot, picked, lastUsed, requestId } = event;
      const offset = snapshot.server_time_ms - now;
      const known = { snapshot, offset, picked, lastUsed, given: snapshot.redirect_to !== null, requestId };
      return { ...base, ...known, step: 'following', requestOver: false };
    }
    case 'snapshot':
      return flowState.step === 'following' && isNewer(event.snapshot, flowState.snapshot)
        ? settle(flowState, event.snapshot, betterOffset(flowState.offset, event.snapshot.server_time_ms - now))
        : flowState;
    case 'picked':
      return flowState.step === 'following' && (flowState.picked !== null || event.picked !== null)
        ? { ...flowState, picked: event.picked, slow: false }
        : flowState;
    case 'busy':
      return { ...flowState, busyUntil: event.until, slow: false };
    case 'slow':
      return { ...flowState, slow: true };
    case 'connection':
      return flowState.step === 'following' &&
        flowState.connection !== event.connection &&
        !isEnd(flowState.snapshot.status)
        ? { ...flowState, connection: event.connection }
        : flowState;
    case 'expired':
      return flowState.step === 'following' && !isEnd(flowState.snapshot.status)
        ? settle(flowState, ended(flowState.snapshot, 'expired'), flowState.offset)
        : flowState;
    case 'renewed':
      return flowState.step === 'following' ? renewing(flowState, renewalsOf(refresh)) : flowState;
    case 'request_over':
      return flowState.step === 'renewing' ? { ...flowState, step: 'following', requestOver: true } : flowState;
    case 'left':
      return flowState.step === 'following'
        ? { ...flowState, snapshot: ended(flowState.snapshot, 'cancelled'), connection: 'none' }
        : { ...base, step: 'idle' };
    case 'failed': {
      const { code, canRetry } = event;
      const known = knownOf(flowState);
      return { ...base, step: 'failed', known, code, canRetry, requestId: event.requestId ?? known?.requestId ?? null };
    }
    case 'closed':
      return flowState.step === 'idle' ? flowState : { ...base, step: 'idle', renewalsLeft: renewalsOf(refresh) };
    default:
      return event satisfies never;
  }
}

/** Takes over what the server says, and goes on to renew by itself where an unscanned code has run out. */
function settle(flowState: Extract<FlowState, { step: 'following' }>, snapshot: Snapshot, offset: number): FlowState {
  const unscanned = flowState.snapshot.status === 'initialized' && snapshot.status === 'expired';
  const { picked } = flowState;
  const shown = picked?.connector === snapshot.connector && picked.mode === snapshot.mode;
  const given = flowState.given || snapshot.redirect_to !== null;
  const next = { ...flowState, snapshot, offset, picked: shown ? null : picked, given, slow: false };
  // No phone is asked again without the person at this end wanting it.
  if (unscanned && flowState.renewalsLeft > 0 && snapshot.mode !== 'direct')
    return renewing(next, flowState.renewalsLeft - 1);
  return isEnd(snapshot.status) ? { ...next, connection: 'none', busyUntil: null } : next;
}

function renewing(
  { refresh, ...flowState }: Extract<FlowState, { step: 'following' }>,
  renewalsLeft: number,
): FlowState {
  const { snapshot, offset, picked, lastUsed, given, requestId } = flowState;
  const known = { snapshot, offset, picked, lastUsed, given, requestId };
  return { ...known, step: 'renewing', connection: 'none', refresh, renewalsLeft, busyUntil: null, slow: false };
}

/** A snapshot of another session is an older session's, on its way before that one was left. */
function isNewer(heard: Snapshot, known: Snapshot): boolean {
  if (heard.session_id !== known.session_id) return false;
  if (heard.version !== known.version) return heard.version > known.version;
  return heard.server_time_ms > known.server_time_ms;
}

/**
 * What is measured is the offset less the time on the way, so the largest measurement is the best;
 * one that is far lower means that the server's clock was set.
 */
function betterOffset(known: number, measured: number): number {
  return measured > known || known - measured > 5_000 ? measured : known;
}

/** An end that the server did not get to tell: nothing to go back with. */
function ended(snapshot: Snapshot, status: 'expired' | 'cancelled'): Snapshot {
  const asked = snapshot.status === 'retrieved' || snapshot.mode === 'direct';
  const error: Snapshot['error'] =
    status === 'expired' && asked ? { error: 'access_denied', error_description: '', reason: 'not_decided' } : null;
  return { ...snapshot, status, qr: null, same_device: null, typed_code: null, redirect_to: null, error };
}

function knownOf(flowState: FlowState): Known | null {
  if (flowState.step === 'failed') return flowState.known;
  return 'snapshot' in flowState ? flowState : null;
}
