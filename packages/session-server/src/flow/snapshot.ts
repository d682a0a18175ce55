import type { Snapshot, SnapshotError, Verification } from '@beckon/protocol';
import type { Session } from '../session/index.ts';
import { authorizationResponse } from './authorization-response.ts';
import type { Links } from './links.ts';

/** What a watcher may see of a session at `now`. `code` is the authorization code that this watcher may collect. */
export function snapshotOf(
  session: Session,
  {
    now,
    code,
    issuer,
    links,
  }: { readonly now: number; readonly code: string | null; readonly issuer: string; readonly links: Links },
): Snapshot {
  const { choice } = session;
  const waiting = session.status === 'initialized';
  const error = endOf(session);
  return {
    session_id: session.id,
    version: session.version,
    status: session.status,
    connector: choice?.connector ?? null,
    mode: choice?.mode ?? null,
    connectors: session.offers,
    created_at: Math.floor(session.created_at / 1000),
    expires_at: Math.floor(session.expires_at / 1000),
    server_time_ms: now,
    client: { name: session.client_name, logo_uri: session.logo_uri },
    qr: waiting && choice?.mode === 'qr' ? { order: 'timed', frames: links.qrFrames(session, now) } : null,
    same_device: waiting && choice?.mode === 'same_device' ? { url: links.sameDevice(session) } : null,
    typed_code: null,
    verification: verificationOf(session),
    redirect_to:
      code !== null
        ? authorizationResponse(session.request, issuer, { code })
        : error !== null
          ? authorizationResponse(session.request, issuer, error)
          : null,
    error,
  };
}

function verificationOf(session: Session): Verification | null {
  const matches =
    session.policy.verification === 'number' && session.choice !== null && session.choice.mode !== 'same_device';
  if (!matches) return null;
  return { method: 'number', number: session.status === 'retrieved' ? session.retrieval.number : null };
}

/** What the relying party is told of an end other than `completed` (RFC 6749 §4.1.2.1). */
function endOf(session: Session): SnapshotError | null {
  switch (session.status) {
    case 'initialized':
    case 'retrieved':
    case 'confirmed':
    case 'completed':
      return null;
    case 'declined':
      return { error: 'access_denied', error_description: DECLINED[session.reason] };
    case 'expired':
      return { error: 'access_denied', error_description: 'nobody confirmed the sign-in in time' };
    case 'cancelled':
      return { error: 'access_denied', error_description: 'the sign-in was cancelled in the browser' };
    case 'failed':
      return { error: session.error, error_description: 'the sign-in could not be finished' };
  }
}

const DECLINED = {
  user: 'the person declined the sign-in',
  not_me: 'the person says that they did not start this sign-in',
  verification_failed: 'the number that was typed did not match',
} as const;
