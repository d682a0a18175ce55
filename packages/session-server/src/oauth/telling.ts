import type { NewEvent, Recording } from '../audit/index.ts';
import type { Write } from '../store/store.ts';
import type { Grant } from './kinds.ts';

/** Where `oauth` tells the audit trail what becomes of a grant. */
export interface Telling {
  readonly recording: Recording;
  /** The id of the request that is answered right now; null where none is. */
  readonly requestId: () => string | null;
}

/** The write that tells it, for the commit that does it. @param id the grant's */
export function telling(
  { recording, requestId }: Telling,
  id: string,
  { client_id, person }: Pick<Grant, 'client_id' | 'person'>,
  event: Pick<NewEvent, 'type' | 'connector' | 'reason' | 'data'>,
  now: number,
): readonly Write[] {
  return recording.writes(id, id, [{ ...event, request_id: requestId(), client_id, person }], now);
}
