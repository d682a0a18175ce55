/** What the admin API answers, as schemas that its OpenAPI document is made of, and that a test holds every answer to. */
import { STATUSES } from '@beckon/protocol';
import { z } from 'zod';
import { AUDIT_TYPES } from '../audit/index.ts';
import { WEBHOOK_TYPES } from '../session/index.ts';

export const SECONDS: z.ZodNumber = z.number().int().nonnegative().describe('Unix seconds');

export const SessionShape: z.ZodType = z.strictObject({
  session_id: z.string(),
  session: z.string().describe('What log lines and audit events call it'),
  client_id: z.string(),
  connector: z.string().nullable(),
  mode: z.string().nullable(),
  status: z.enum(STATUSES),
  reason: z.string().nullable(),
  created_at: SECONDS,
  expires_at: SECONDS,
});
export const GrantShape: z.ZodType = z.strictObject({
  grant_id: z.string(),
  session: z.string(),
  client_id: z.string(),
  sub: z.string(),
  scope: z.string(),
  state: z.enum(['active', 'revoked', 'ended']),
  agreed_at: SECONDS,
  expires_at: SECONDS,
  refreshable: z.boolean(),
});
export const EventShape: z.ZodType = z.strictObject({
  at_ms: z.number().int().describe('Ms since the epoch'),
  type: z.enum(AUDIT_TYPES),
  request_id: z.string().nullable(),
  session: z.string().nullable(),
  client_id: z.string().nullable(),
  connector: z.string().nullable(),
  person: z.string().nullable().describe('A hash of the `sub` that is no client’s own'),
  by: z.string().nullable().describe('The name of the operator’s token'),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
const pageOf = (items: z.ZodType): z.ZodType =>
  z.strictObject({
    items: z.array(items),
    next: z
      .string()
      .nullable()
      .describe('The `cursor` of the next page; null at the end. A page may be short, or empty'),
  });
export const SessionsPage: z.ZodType = pageOf(SessionShape);
export const GrantsPage: z.ZodType = pageOf(GrantShape);
export const EventsPage: z.ZodType = pageOf(EventShape);

export const StoryShape: z.ZodType = z.strictObject({
  record: SessionShape.nullable().describe('Null an hour after its end'),
  grant: GrantShape.nullable(),
  events: z.array(EventShape).describe('The newest first; the last 500'),
  why: z.array(z.string()).describe('Why it went wrong and what to do, in plain words; empty where nothing did'),
});
export const EndedSession: z.ZodType = z.strictObject({ session: z.boolean(), grant: z.boolean() });
export const EndedGrant: z.ZodType = z.strictObject({ grant: z.boolean() });
export const ProgressShape: z.ZodType = z.strictObject({
  person: z.string(),
  sessions: z.number().int(),
  grants: z.number().int(),
  done: z.boolean().describe('False: the server goes on with it by itself'),
});
export const ExportShape: z.ZodType = z.strictObject({
  person: z.string(),
  grants: z.array(z.looseObject({ grant_id: z.string(), client_id: z.string(), sub: z.string() })),
  events: z.array(EventShape),
});

const DisabledShape = z.strictObject({ at: SECONDS, by: z.string(), reason: z.string().nullable() });
export const ClientShape: z.ZodType = z.strictObject({
  client_id: z.string(),
  source: z.enum(['file', 'store']),
  version: z.number().int().nullable().describe('For `If-Match`; null for a client of the file, which is read-only'),
  hidden: z.boolean().describe('A client of the file has the same id'),
  disabled: DisabledShape.nullable(),
  client: z.record(z.string(), z.unknown()).describe('Every member with its default'),
  secrets: z.array(z.strictObject({ n: z.number().int(), added_at: SECONDS, until: SECONDS.nullable() })),
  temporary: z.array(z.strictObject({ member: z.string(), value: z.string(), until: SECONDS })),
  created_at: SECONDS.nullable(),
  changed_at: SECONDS.nullable(),
});
export const ClientsShape: z.ZodType = z.strictObject({ items: z.array(ClientShape) });
const warnings = z.array(z.strictObject({ path: z.string(), message: z.string() }));
export const ChangedClient: z.ZodType = z.strictObject({ client: ClientShape, warnings });
export const ClientWithSecret: z.ZodType = z.strictObject({
  client: ClientShape,
  warnings,
  client_secret: z.string().nullable().describe('Shown once; null for a public client'),
});
export const SwitchShape: z.ZodType = z.strictObject({ id: z.string(), disabled: DisabledShape.nullable() });
export const ConnectorsShape: z.ZodType = z.strictObject({ items: z.array(SwitchShape) });

export const KeyShape: z.ZodType = z.strictObject({
  alg: z.string(),
  kid: z.string(),
  state: z.enum(['signs', 'next', 'retired']),
  created_at: SECONDS,
  signs_from: SECONDS,
  retired_at: SECONDS.nullable(),
  removed_at: SECONDS.nullable(),
});
export const KeysShape: z.ZodType = z.strictObject({ items: z.array(KeyShape) });
export const VerificationShape: z.ZodType = z.strictObject({
  is_whole: z.boolean(),
  broken: z.array(
    z.strictObject({
      partition: z.string(),
      batch: z.number().int().nullable(),
      event: z.number().int().nullable(),
      problem: z.enum(['changed', 'reordered', 'missing', 'unreadable']),
    }),
  ),
  batches: z.number().int(),
  events: z.number().int(),
  unsealed: z.number().int(),
  unsealed_since: SECONDS.nullable(),
});
export const DeliveryShape: z.ZodType = z.strictObject({
  delivery_id: z.string(),
  client_id: z.string(),
  type: z.enum(WEBHOOK_TYPES),
  state: z.enum(['waiting', 'dead']),
  attempts: z.number().int(),
  reason: z.string().nullable(),
  happened_at: SECONDS,
  last_at: SECONDS.nullable(),
  next_at: SECONDS.nullable(),
});
export const DeliveriesPage: z.ZodType = pageOf(DeliveryShape);
export const NothingShape: z.ZodType = z.null();
