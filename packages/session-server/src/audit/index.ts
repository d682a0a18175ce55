/**
 * What happened, kept for the operator. Owns the events, that each is stored in the commit that it tells of, and where
 * they are found. Depends on the store's contract. Leaves what is worth telling to the rooms in which it happens.
 */
export type { AuditData, AuditEvent, AuditType, NewEvent } from './event.ts';
export { AUDIT_EVENT, type ToldEvents } from './kinds.ts';
export { createRecording, type Recording, type RecordingOptions } from './recording.ts';
