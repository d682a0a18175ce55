/** What can happen that an operator may be asked about later. */
export const AUDIT_TYPES = [
  'session.started',
  /** The person chose an app. */
  'session.chosen',
  /** The provider did not begin what was chosen. */
  'session.trouble',
  'session.scanned',
  /** The number that was typed is the right one. */
  'session.matched',
  'session.approved',
  /** The person in front of the waiting browser said that this is them. */
  'session.recognised',
  'session.declined',
  'session.failed',
  'session.expired',
  'session.cancelled',
  'session.revoked',
  'code.issued',
  'code.replayed',
  'token.issued',
  'token.refreshed',
  'token.replayed',
  'token.revoked',
  'grant.revoked',
  'person.ended',
  'person.exported',
  'person.erased',
  'request.refused',
  'client.created',
  'client.changed',
  'client.removed',
  'client.disabled',
  'client.enabled',
  'client.secret_added',
  'client.secret_removed',
  'connector.disabled',
  'connector.enabled',
  'key.rotated',
  'webhook.redelivered',
  'server.started',
  'server.reloaded',
  'operator.refused',
  'audit.exported',
] as const;
export type AuditType = (typeof AUDIT_TYPES)[number];

/** What else an event says: never a claim, a secret or what a person typed. */
export type AuditData = Readonly<Record<string, string | number | boolean | null>>;

/** One thing that happened, as the room says it in which it happened. What it does not say is not known, or does not apply. */
export interface NewEvent {
  readonly type: AuditType;
  /** When it happened, ms since the epoch, where that was before the commit that tells it. */
  readonly at?: number;
  /** The request that did it. */
  readonly request_id?: string | null;
  readonly client_id?: string | null;
  readonly connector?: string | null;
  /** `Grant.person`: a hash of the `sub` that is no client's own. */
  readonly person?: string | null;
  /** The operator who did it: the name of their token, or of the way in. */
  readonly by?: string | null;
  /** A code of a closed list. */
  readonly reason?: string | null;
  /** In our own words. */
  readonly detail?: string | null;
  readonly data?: AuditData;
}

/** One thing that happened, as it is kept and shown. */
export interface AuditEvent {
  readonly type: AuditType;
  /** Ms since the epoch, by the store's clock. */
  readonly at: number;
  readonly request_id: string | null;
  /** What log lines call the session: a keyed hash of its id. */
  readonly session: string | null;
  readonly client_id: string | null;
  readonly connector: string | null;
  readonly person: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly data: AuditData;
}
