import type { Course, Known } from './course.ts';
import type { SessionView, SignInState } from './sign-in.ts';

/** What a person sees of the course. */
export function view(course: Course): SignInState {
  const { connection } = course;
  switch (course.step) {
    case 'idle':
      return { phase: 'idle', connection };
    case 'starting':
    case 'renewing':
      return { phase: 'starting', connection };
    case 'failed': {
      const { known, code, canRetry } = course;
      const session = known === null ? null : viewSession(known);
      return { phase: 'failed', connection, session, code, redirectTo: known?.snapshot.redirect_to ?? null, canRetry };
    }
    case 'following':
      if (course.requestOver) return viewRequestOver(course, connection);
      return viewSnapshot(course, connection, course.refresh !== 'never');
    default:
      return course satisfies never;
  }
}

function viewSnapshot(known: Known, connection: SignInState['connection'], canRenew: boolean): SignInState {
  const { snapshot } = known;
  const base = { connection, session: viewSession(known) };
  const redirectTo = snapshot.redirect_to;
  switch (snapshot.status) {
    case 'initialized':
      if (snapshot.connector === null || snapshot.mode === null) return { ...base, phase: 'choosing' };
      if (snapshot.mode === 'direct') return { ...base, phase: 'direct' };
      if (snapshot.mode === 'qr' && snapshot.qr !== null) return { ...base, phase: 'qr', qr: snapshot.qr };
      if (snapshot.mode === 'same_device' && snapshot.same_device !== null)
        return { ...base, phase: 'same_device', url: snapshot.same_device.url };
      // Chosen, but the identity app has not given its code or link yet.
      return { phase: 'starting', connection };
    case 'retrieved':
      return { ...base, phase: 'retrieved', number: snapshot.verification?.number ?? null };
    case 'expired':
      return { ...base, phase: 'expired', redirectTo, canRenew };
    case 'failed':
      return { ...base, phase: 'failed', code: snapshot.error?.error ?? 'server_error', redirectTo, canRetry: true };
    case 'completed':
      return { ...base, phase: 'completed' };
    case 'confirmed':
    case 'declined':
    case 'cancelled':
      return { ...base, phase: snapshot.status, redirectTo };
    default:
      return snapshot.status satisfies never;
  }
}

/** However the session ended, there is only the way back. */
function viewRequestOver(known: Known, connection: SignInState['connection']): SignInState {
  const redirectTo = known.snapshot.redirect_to;
  return { phase: 'expired', connection, session: viewSession(known), redirectTo, canRenew: false };
}

function viewSession({ snapshot, offset }: Known): SessionView {
  return {
    sessionId: snapshot.session_id,
    clientName: snapshot.client.name,
    logoUri: snapshot.client.logo_uri,
    connectors: snapshot.connectors,
    connector: snapshot.connectors.find(({ id }) => id === snapshot.connector) ?? null,
    mode: snapshot.mode,
    expiresAt: snapshot.expires_at * 1000 - offset,
    clockOffset: offset,
  };
}
