import type { AuditEvent } from './event.ts';
import type { ToldEvents } from './kinds.ts';

/** What was told as it is kept: every member is there, and the session is what the log calls it. */
export function eventsOf(
  { session_id, at, events }: ToldEvents,
  sessionHash: (session_id: string) => string,
): readonly AuditEvent[] {
  const session = session_id === null ? null : sessionHash(session_id);
  return events.map((event) => ({
    type: event.type,
    at: event.at ?? at,
    request_id: event.request_id ?? null,
    session,
    client_id: event.client_id ?? null,
    connector: event.connector ?? null,
    person: event.person ?? null,
    by: event.by ?? null,
    reason: event.reason ?? null,
    detail: event.detail ?? null,
    data: event.data ?? {},
  }));
}
