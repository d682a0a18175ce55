import type { Session, SessionEvent, Transition } from '../session/index.ts';
import { transition, type Lifetimes } from '../session/index.ts';
import type { Row, Store, Write } from '../store/store.ts';
import type { Changes } from './changes.ts';
import { cancelUpstream } from './cancel-upstream.ts';
import { FlowError } from './flow.ts';

/** How long a session stays readable after its end, so that a watcher who was away hears of it, in ms. */
const RETENTION_MS = 3_600_000;

/** Sessions at rest: loaded, changed by compare-and-swap, and told about. */
export interface SessionRows {
  /** @throws FlowError `session_not_found` */
  load(id: string): Promise<Session>;
  /** `writes` are stored in the same commit. */
  insert(session: Session, writes?: readonly Write[]): Promise<void>;
  /**
   * Applies an event to the newest version, however many others try at the same time. `writes` are
   * stored in the same commit; null is a veto, and answers `invalid_transition`. A refusal that
   * changes the session is stored as well.
   */
  apply(
    id: string,
    event: SessionEvent,
    writes?: (before: Session, now: number) => readonly Write[] | null,
  ): Promise<Applied>;
}

export type Applied = Transition & {
  /** What the event was applied to. */
  readonly before: Session;
  readonly now: number;
};

export function createSessionRows(
  store: Store,
  lifetimes: Lifetimes,
  changes: Changes,
  changed: (before: Session | null, after: Session) => void,
): SessionRows {
  const load = async (id: string): Promise<Session> => {
    const row = await store.get<Session>('session', id);
    if (row === null) throw new FlowError('session_not_found', 'there is no such session');
    return row.value;
  };
  return {
    load,
    async insert(session, writes = []) {
      const stored = await store.commit([{ op: 'insert', kind: 'session', row: rowOf(session) }, ...writes]);
      // 130 bits of randomness: a doubled id means that the random source is broken.
      if (!stored) throw new Error('a session id was drawn twice');
      changed(null, session);
    },
    async apply(id, event, writes) {
      for (;;) {
        const before = await load(id);
        const now = await store.now();
        const result = transition(before, event, now, lifetimes);
        if (result.session === before) return { ...result, before, now };
        const given = result.ok && writes !== undefined ? writes(before, now) : [];
        if (given === null)
          return { ok: false, error: 'invalid_transition', session: before, effects: [], before, now };
        const also = [
          ...given,
          ...(result.effects.some(({ type }) => type === 'cancel_upstream') ? cancelUpstream(before, now) : []),
        ];
        if (await store.commit([{ op: 'swap', kind: 'session', row: rowOf(result.session) }, ...also])) {
          changed(before, result.session);
          if (result.effects.some(({ type }) => type === 'publish')) changes.publish(id);
          return { ...result, before, now };
        }
        // Somebody else was faster: look again at what they left. If nobody was, it is a write beside
        // the session that does not hold, and it never will.
        if ((await load(id)).version === before.version) throw new Error('a write beside the session does not hold');
      }
    },
  };
}

function rowOf(session: Session): Row<Session> {
  const live = session.status === 'initialized' || session.status === 'retrieved' || session.status === 'confirmed';
  return {
    id: session.id,
    version: session.version,
    expires_at: session.expires_at + RETENTION_MS,
    // Somebody must tell the watchers when its time is over.
    due_at: live ? session.expires_at : null,
    value: session,
  };
}
