import type { ConnectorOffer } from '@beckon/protocol';
import type { FlowState, Known } from './flow-state.ts';
import type { SessionView, SignInState } from './sign-in.ts';

/** What a person sees of the flow's state. */
export function view(flowState: FlowState): SignInState {
  const { connection } = flowState;
  switch (flowState.step) {
    case 'idle':
      return { phase: 'idle', connection };
    case 'starting':
      return viewWait(flowState, null);
    case 'renewing': {
      // A person who is typing must not notice.
      const state = viewInitialized(flowState);
      return state.phase === 'identifier' ? state : viewWait(flowState, null);
    }
    case 'failed': {
      const { known, code, canRetry, requestId } = flowState;
      const session = known === null ? null : viewSession(known);
      const redirectTo = known?.snapshot.redirect_to ?? null;
      return { phase: 'failed', connection, session, code, redirectTo, canRetry, requestId };
    }
    case 'following':
      return viewSnapshot(flowState);
    default:
      return flowState satisfies never;
  }
}

function viewSnapshot(flowState: Extract<FlowState, { step: 'following' }>): SignInState {
  const { snapshot, connection, requestOver, requestId } = flowState;
  const base = { connection, session: viewSession(flowState) };
  const redirectTo = snapshot.redirect_to;
  // However the session ended, there is only the way back.
  if (requestOver) return { ...base, phase: 'expired', redirectTo, canRenew: false, noAnswer: false };
  switch (snapshot.status) {
    case 'initialized':
      return viewInitialized(flowState);
    case 'retrieved':
      return { ...base, phase: 'retrieved', number: snapshot.verification?.number ?? null };
    case 'expired':
      return {
        ...base,
        phase: 'expired',
        redirectTo,
        canRenew: flowState.refresh !== 'never',
        noAnswer: snapshot.error?.reason === 'not_decided',
      };
    case 'failed':
      return {
        ...base,
        phase: 'failed',
        code: snapshot.error?.error ?? 'server_error',
        redirectTo,
        canRetry: true,
        requestId,
      };
    case 'completed':
      return { ...base, phase: 'completed', elsewhere: !flowState.given };
    case 'confirmed':
      return {
        ...base,
        phase: 'confirmed',
        redirectTo,
        person: snapshot.person?.name ?? null,
        confirmPerson: snapshot.confirm_person,
        slow: flowState.slow,
      };
    case 'declined':
      return { ...base, phase: 'declined', redirectTo, reason: snapshot.error?.reason ?? null, requestId };
    case 'cancelled':
      return { ...base, phase: 'cancelled', redirectTo };
    default:
      return snapshot.status satisfies never;
  }
}

/** What the person chose comes before what the server shows: that may still be the choice before. */
function viewInitialized(flowState: FlowState & Known): SignInState {
  const { snapshot, picked, connection } = flowState;
  const session = viewSession(flowState);
  const base = { connection, session };
  if (picked?.stage === 'identifier') return { ...base, phase: 'identifier', problem: picked.problem };
  if (picked?.stage === 'unavailable') {
    const unavailable = session.connector;
    return {
      ...base,
      phase: 'choosing',
      session: { ...session, connector: null, mode: null },
      unavailable,
      requestId: picked.problem?.requestId ?? null,
    };
  }
  if (picked !== null) return viewWait(flowState, session);
  if (snapshot.connector === null || snapshot.mode === null) {
    const [only, ...others] = snapshot.connectors;
    // Nothing to choose, and no provider to ask before the person says who they are.
    return only && others.length === 0 && isDirectOnly(only)
      ? { ...base, phase: 'identifier', session: { ...session, connector: only, mode: 'direct' }, problem: null }
      : { ...base, phase: 'choosing', unavailable: null, requestId: null };
  }
  if (snapshot.mode === 'direct') return { ...base, phase: 'direct' };
  if (snapshot.mode === 'qr' && snapshot.qr !== null)
    return { ...base, phase: 'qr', qr: snapshot.qr, renews: flowState.renewalsLeft > 0 };
  if (snapshot.mode === 'same_device' && snapshot.same_device !== null)
    return { ...base, phase: 'same_device', url: snapshot.same_device.url };
  // Chosen, but the identity app has not given its code or link yet.
  return viewWait(flowState, session);
}

function viewWait({ connection, busyUntil, slow }: FlowState, session: SessionView | null): SignInState {
  return busyUntil === null
    ? { phase: 'starting', connection, session, slow }
    : { phase: 'busy', connection, session, retryAt: busyUntil };
}

function isDirectOnly({ modes }: ConnectorOffer): boolean {
  return modes.every((mode) => mode === 'direct');
}

function viewSession({ snapshot, offset, picked, lastUsed }: Known): SessionView {
  const { connector, mode } = snapshot.status === 'initialized' ? (picked ?? snapshot) : snapshot;
  return {
    sessionId: snapshot.session_id,
    clientName: snapshot.client.name,
    logoUri: snapshot.client.logo_uri,
    connectors: snapshot.connectors,
    connector: snapshot.connectors.find(({ id }) => id === connector) ?? null,
    mode,
    words: snapshot.verification?.words ?? null,
    lastUsed,
    expiresAt: snapshot.expires_at * 1000 - offset,
    clockOffset: offset,
  };
}
