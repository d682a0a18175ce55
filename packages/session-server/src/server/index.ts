/**
 * The composition root: the only room that chooses implementations, and where time and randomness
 * come from. Owns how the rooms are put together (`compose.ts`), opened (`open.ts`) and served on
 * HTTP servers (`listen.ts`), and what the command line asks of them without a server
 * (`for-commands.ts`). Depends on every room. Leaves all that they do to them.
 */
export { createSessionServer } from './compose.ts';
export { inspectClients, isInMemory, openKeys, openOperator, searchStory } from './for-commands.ts';
export type { FoundStory, Search } from '../flow/index.ts';
export { AUDIT_TYPES } from '../audit/index.ts';
export {
  type AuditRecord,
  type OperatorActs,
  OperatorError,
  type SessionStory,
  type VerificationRecord,
} from '../operator/index.ts';
export { flushStderr } from './stderr-lines.ts';
export type { Reloaded, SessionServer, SessionServerOptions } from './session-server.ts';
