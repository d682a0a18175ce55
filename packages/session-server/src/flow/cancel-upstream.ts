import type { Session } from '../session/index.ts';
import type { Write } from '../store/store.ts';

/** An order that nobody could deliver is given up after this long, in ms. */
const CANCEL_RETENTION_MS = 600_000;

/** What is owed to a provider whose session nobody waits for any more. */
export interface CancelOrder {
  readonly connector: string;
  readonly kept: unknown;
  readonly attempts: number;
}

/** What is owed to the provider when a session that it conducts ends on our side: stored with that end. */
export function cancelUpstream(before: Session, now: number): readonly Write[] {
  if ((before.status !== 'initialized' && before.status !== 'retrieved') || before.upstream === null) return [];
  const value: CancelOrder = { connector: before.choice?.connector ?? '', kept: before.upstream.kept, attempts: 0 };
  const id = `${before.id}.${before.version}`;
  return [
    {
      op: 'insert',
      kind: 'upstream_cancel',
      row: { id, version: 1, expires_at: now + CANCEL_RETENTION_MS, due_at: now, value },
    },
  ];
}
