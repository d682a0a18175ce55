import { hash } from 'node:crypto';
import type { AuditEvent } from './event.ts';
import type { AuditBatch, AuditHead, ChainedEvent } from './kinds.ts';

/** What the first event of a partition follows. */
export function beginningOf(partition: string): string {
  return hash('sha256', JSON.stringify(['beckon audit 1', partition]), 'base64url');
}

/** All members in one order, so that one event has one text. */
function textOf({ n, ...event }: AuditEvent & Pick<ChainedEvent, 'n'>): string {
  const { type, at, request_id, session, client_id, connector, person, by, reason, detail, data } = event;
  const sorted = Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([n, type, at, request_id, session, client_id, connector, person, by, reason, detail, sorted]);
}

export function hashOf(previous: string, event: AuditEvent & Pick<ChainedEvent, 'n'>): string {
  return hash('sha256', `${previous}\n${textOf(event)}`, 'base64url');
}

/** The next batch of a chain. @param events at least one, in the order in which they happened */
export function nextBatch(
  partition: string,
  head: AuditHead | null,
  events: readonly [AuditEvent, ...AuditEvent[]],
  sealed_at: number,
): AuditBatch {
  const previous = head?.hash ?? beginningOf(partition);
  let before = previous;
  let n = head?.n ?? 0;
  const chained = events.map((event): ChainedEvent => {
    n += 1;
    before = hashOf(before, { ...event, n });
    return { ...event, n, hash: before };
  });
  return {
    seq: (head?.seq ?? 0) + 1,
    previous,
    previous_until: head?.until ?? null,
    sealed_at,
    events: chained as [ChainedEvent, ...ChainedEvent[]],
  };
}

export function headOf({ seq, events }: AuditBatch, until: number): AuditHead {
  const { n, hash: last } = events.at(-1) ?? events[0];
  return { seq, until, n, hash: last };
}

export function batchId(partition: string, seq: number): string {
  return `${partition}.${String(seq).padStart(12, '0')}`;
}

export function headId(partition: string): string {
  return `${partition}.head`;
}
