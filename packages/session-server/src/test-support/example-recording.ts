import { randomBytes } from 'node:crypto';
import { createRecording, type Recording } from '../audit/index.ts';

/** An audit trail that keeps its events for a day. */
export function exampleRecording(): Recording {
  return createRecording({ newId: () => randomBytes(13).toString('hex').toUpperCase(), retention_ms: 86_400_000 });
}
