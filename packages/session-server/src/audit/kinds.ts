import { type KindOf, kindOf } from '../store/kinds.ts';
import type { AuditEvent, NewEvent } from './event.ts';

/** What one commit tells. */
export interface ToldEvents {
  /** The sign-in that they are about. A row that lives for seconds keeps its id; what is kept for long, a keyed hash. */
  readonly session_id: string | null;
  /** When it was told, ms since the epoch. */
  readonly at: number;
  readonly events: readonly NewEvent[];
}

/** By the partition of what it tells and an id of its own. Due once it is to be sealed into the chain of its partition. */
export const AUDIT_EVENT: KindOf<ToldEvents> = kindOf('audit_event');

/** An event with its place in the chain of its partition. */
export interface ChainedEvent extends AuditEvent {
  /** 1 for the first that the partition ever had, and one more for each. */
  readonly n: number;
  /** SHA-256 of the hash before it and of all of it, base64url. */
  readonly hash: string;
}

/** Events of a partition that were sealed together. */
export interface AuditBatch {
  /** 1 for the first that the partition ever had, and one more for each. */
  readonly seq: number;
  /** The hash of the last event of the batch before; of the first batch, of the partition's name. */
  readonly previous: string;
  /** How long the batch before is kept, ms since the epoch; null for the first. */
  readonly previous_until: number | null;
  /** Ms since the epoch. */
  readonly sealed_at: number;
  readonly events: readonly [ChainedEvent, ...ChainedEvent[]];
}

/** `{partition}.{seq, of 12 digits}` */
export const AUDIT_BATCH: KindOf<AuditBatch> = kindOf('audit_batch', {
  tagsOf: ({ events }) => [...new Set(events.flatMap(tagsOf))],
  tagsStay: true,
});

/** Where the chain of a partition ends. */
export interface AuditHead {
  /** The last batch, */
  readonly seq: number;
  /** until when it is kept, ms since the epoch, */
  readonly until: number;
  /** and its last event. */
  readonly n: number;
  readonly hash: string;
}

/** `{partition}.head` */
export const AUDIT_HEAD: KindOf<AuditHead> = kindOf('audit_head');

/** Events are found by the ten minutes in which they happened: the newest are looked for first. */
export const SLOT_MS = 600_000;

export function slotOf(at: number): number {
  return Math.floor(at / SLOT_MS);
}

/** By what batches are found. */
export const TAG = {
  request: (id: string): string => `request ${id}`,
  session: (hash: string): string => `session ${hash}`,
  person: (person: string): string => `person ${person}`,
  client: (client_id: string, slot: number): string => `client ${slot} ${client_id}`,
  slot: (slot: number): string => `slot ${slot}`,
} as const;

function tagsOf({ at, request_id, session, person, client_id }: AuditEvent): readonly string[] {
  const slot = slotOf(at);
  return [
    TAG.slot(slot),
    ...(request_id === null ? [] : [TAG.request(request_id)]),
    ...(session === null ? [] : [TAG.session(session)]),
    ...(person === null ? [] : [TAG.person(person)]),
    ...(client_id === null ? [] : [TAG.client(client_id, slot)]),
  ];
}

/** How far the audit trail was sent to another place. */
export interface ForwardState {
  /** By partition, the last batch that was taken. */
  readonly at: Readonly<Record<string, number>>;
  /** How often it failed since something was taken. */
  readonly failures: number;
}

/** By a hash of where to. Due when the next ones are to be sent. */
export const AUDIT_FORWARD: KindOf<ForwardState> = kindOf('audit_forward');
