import type { Secrets } from '../secrets/index.ts';
import type { Session } from '../session/index.ts';
import type { FoundGrant } from '../oauth/index.ts';
import { hashOf } from '../flow/index.ts';

/** A sign-in as an operator sees it. Times are Unix seconds. */
export interface SessionRecord {
  readonly session_id: string;
  /** What log lines and audit events call it. */
  readonly session: string;
  readonly client_id: string;
  readonly connector: string | null;
  readonly mode: string | null;
  readonly status: Session['status'];
  /** Why it ended; null while it goes on, and for `completed`. */
  readonly reason: string | null;
  readonly created_at: number;
  /** When it is over, or was. */
  readonly expires_at: number;
}

/** What a sign-in granted, as an operator sees it: no claim is in it. Times are Unix seconds. */
export interface GrantRecord {
  /** The session's id is its own. */
  readonly grant_id: string;
  readonly session: string;
  readonly client_id: string;
  readonly sub: string;
  readonly scope: string;
  readonly state: FoundGrant['state'];
  /** When the person agreed. */
  readonly agreed_at: number;
  /** When its last token is over, unless it is refreshed. */
  readonly expires_at: number;
  /** Whether the client has a refresh token. */
  readonly refreshable: boolean;
}

/** `2026-06-01 12:00:03`, in UTC. @param ms since the epoch */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

export const seconds = (ms: number): number => Math.floor(ms / 1000);

export function sessionRecord(session: Session, secrets: Pick<Secrets, 'fingerprint'>): SessionRecord {
  const { id, choice, request, status, created_at, expires_at, story } = session;
  return {
    session_id: id,
    session: hashOf(id, secrets),
    client_id: request.client_id,
    connector: choice?.connector ?? null,
    mode: choice?.mode ?? null,
    status,
    reason: story?.steps.at(-1)?.reason ?? null,
    created_at: seconds(created_at),
    expires_at: seconds(expires_at),
  };
}

export function grantRecord(
  { id, grant, state, expires_at }: FoundGrant,
  secrets: Pick<Secrets, 'fingerprint'>,
): GrantRecord {
  const { client_id, sub, scope, confirmed_at, refresh } = grant;
  return {
    grant_id: id,
    session: hashOf(id, secrets),
    client_id,
    sub,
    scope: scope.join(' '),
    state,
    agreed_at: seconds(confirmed_at),
    expires_at: seconds(expires_at),
    refreshable: refresh !== null,
  };
}
