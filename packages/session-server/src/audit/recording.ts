import { inserting } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import type { Store, Write, Writes } from '../store/store.ts';
import type { NewEvent } from './event.ts';
import { AUDIT_EVENT } from './kinds.ts';

/** Events wait this long to be sealed, in ms: those of one partition are sealed together. */
const SEALED_AFTER_MS = 3_000;

/** Where rooms tell what happens. */
export interface Recording {
  /**
   * The write that stores events in the commit of what they tell: one row for all of them, and no write for none.
   * @param beside the id of a row in that commit, whose partition it is
   * @param session_id the sign-in that they are about
   * @param now by the store's clock
   */
  writes(beside: string, session_id: string | null, events: readonly NewEvent[], now: number): readonly Write[];
}

/** Tells of something that has no commit of its own: by one that tells it alone. */
export function tellAlone(
  store: Pick<Store, 'commit'>,
  recording: Recording,
  beside: string,
  session_id: string | null,
  event: NewEvent,
): Promise<unknown> {
  return store.commit((now) => recording.writes(beside, session_id, [event], now) as Writes);
}

export interface RecordingOptions {
  /** A fresh id: 26 characters. */
  readonly newId: () => string;
  /** How long events are kept, in ms. */
  readonly retention_ms: number;
}

export function createRecording({ newId, retention_ms }: RecordingOptions): Recording {
  return {
    writes(beside, session_id, events, now) {
      if (events.length === 0) return [];
      return [
        inserting(AUDIT_EVENT, `${partitionOf(beside)}.${newId()}`, {
          value: { session_id, at: now, events },
          expires_at: now + retention_ms,
          due_at: now + SEALED_AFTER_MS,
        }),
      ];
    },
  };
}
