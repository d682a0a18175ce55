import { type KindOf, kindOf } from '../store/kinds.ts';
import type { NewEvent } from './event.ts';

/** What one commit tells. */
export interface ToldEvents {
  /** The sign-in that they are about. A row that lives for seconds keeps its id; what is kept for long, a keyed hash. */
  readonly session_id: string | null;
  /** When it was told, ms since the epoch. */
  readonly at: number;
  readonly events: readonly NewEvent[];
}

/** By the partition of what it tells and an id of its own. Due once it is to be sealed into the chain of its partition. */
export const AUDIT_EVENT: KindOf<ToldEvents> = kindOf('audit_event');
