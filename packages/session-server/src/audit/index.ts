/**
 * What happened, kept for the operator. Owns the events, that each is stored in the commit that it tells of, the chain
 * that they are sealed into, and how they are found and verified. Depends on the store's contract and on jobs. Leaves
 * what is worth telling to the rooms in which it happens, and who may read it to `operator`.
 */
export { AUDIT_TYPES, type AuditData, type AuditEvent, type AuditType, type NewEvent } from './event.ts';
export { AUDIT_EVENT, type ToldEvents } from './kinds.ts';
export { createNotes, type Notes, type NotesDependencies, type Refused } from './note.ts';
export { createRecording, type Recording, type RecordingOptions, tellAlone } from './recording.ts';
export { createSealing, type SealingDependencies } from './sealing.ts';
export { type AuditFilter, type AuditPage, createSearch, type SearchDependencies } from './search.ts';
export { type BrokenLink, type Verification, verifyChains } from './verify.ts';
export { createForwarding, type ForwardedEvent, type Forwarding, type ForwardTarget, type Send } from './forwarding.ts';
