import type { Secrets } from '../secrets/index.ts';
import { SESSION_HASH_LENGTH } from '../telemetry/index.ts';

/** What log lines and the audit trail call a session: a keyed hash of its id. */
export function hashOf(session_id: string, { fingerprint }: Pick<Secrets, 'fingerprint'>): string {
  return fingerprint(session_id).slice(0, SESSION_HASH_LENGTH);
}
