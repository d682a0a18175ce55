import { isEnd, type EndStatus, type Mode } from '@beckon/protocol';
import type { Session, Spent } from '../session/index.ts';

/** How a sign-in ended, for the log and the metrics. */
export interface Ended {
  readonly session_id: string;
  readonly client_id: string;
  readonly outcome: EndStatus;
  /** An `EndReason`, why a provider could not be reached, or an error code; null for `completed`. */
  readonly reason: string | null;
  readonly connector: string | null;
  readonly mode: Mode | null;
  /** Ms in each status; null for a session that an earlier release began. */
  readonly spent: Spent | null;
}

/** Null for a session that goes on. */
export function endedOf(session: Session): Ended | null {
  const { status, choice, story, request } = session;
  if (!isEnd(status)) return null;
  return {
    session_id: session.id,
    client_id: request.client_id,
    outcome: status,
    reason: story?.steps.at(-1)?.reason ?? null,
    connector: choice?.connector ?? null,
    mode: choice?.mode ?? null,
    spent: story?.spent ?? null,
  };
}
