/**
 * What an operator reads and does, as plain functions over rows: sign-ins, grants, persons, clients, what is switched off,
 * and the audit trail. Owns what an act ends or changes, that websites and the audit trail hear of it, and that a long one is finished.
 * Depends on `flow`, `oauth` and `clients` for what they keep, and on `config` for its checks. Leaves HTTP, tokens and
 * scopes to `admin`, words and tables to `commands`.
 */
export {
  type AuditReads,
  type AuditRecord,
  type AuditListFilter,
  brokenLinkText,
  type VerificationRecord,
} from './audit.ts';
export type { Operator } from './by.ts';
export type { Changed, ClientActs, ClientChange, ShownClient, TemporaryChange, WithSecret } from './clients.ts';
export type { Progress } from './ending.ts';
export type { GrantActs, GrantFilter } from './grants.ts';
export { createOperator, type OperatorActs, type OperatorDependencies } from './operator.ts';
export { operatorTokenOf } from './operator-token.ts';
export { OperatorError, type OperatorErrorCode } from './operator-error.ts';
export type { Page } from './pages.ts';
export type { ExportedPerson, PersonActs } from './persons.ts';
export { type GrantRecord, type SessionRecord, timeText } from './records.ts';
export type { SessionActs, SessionFilter, SessionStory } from './sessions.ts';
export type { SwitchActs } from './switches.ts';
export { whyIn, whyOf } from './explain.ts';
export { tell } from './story-words.ts';
export type { DeliveryFilter, DeliveryRecord, WebhookActs } from './webhooks.ts';
