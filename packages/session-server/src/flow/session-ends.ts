import { isEnd } from '@beckon/protocol';
import type { NewEvent, Recording } from '../audit/index.ts';
import type { Bus } from '../bus/index.ts';
import type { Worker } from '../jobs/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Lifetimes, LiveSession, Session } from '../session/index.ts';
import { personOf } from '../secrets/index.ts';
import { collectionOf, inserting } from '../store/collection.ts';
import { createKeptRows } from '../store/kept-rows.ts';
import type { At, Row, Store, Write } from '../store/store.ts';
import { tokensEnd } from '../upstream-tokens/index.ts';
import { SESSION, WAKE } from './kinds.ts';
import { sessionEvents } from './session-events.ts';
import { createSessionRows } from './session-rows.ts';
import { NO_TRACE } from './trace.ts';

/** A browser that is not told by then finds the end itself, in ms. */
const WAKE_RETENTION_MS = 60_000;
const WAKE_LEASE_MS = 5_000;

/** Sessions as an operator sees and ends them. */
export interface SessionEnds {
  /** Null where there is none, or it was over more than an hour ago. */
  get(id: string): Promise<At & { readonly session: Session | null }>;
  /** At most `limit`, by id, those after `after`. */
  page(limit: number, after: string): Promise<At & { readonly rows: readonly Row<Session>[] }>;
  /**
   * Ends a session that is under way: its code is none any more, its provider is told, and so are the browsers that watch
   * it. `events` tell of that end, and are stored in the same commit.
   * @returns what it was; null where none was under way
   */
  end(of: string | Session, events: (before: Session) => readonly NewEvent[]): Promise<LiveSession | null>;
  /** Removes the row of one that has ended. */
  forget(id: string): Promise<void>;
  /** Who approved it; null before a person did, and once the website has them. */
  personOf(session: Session): string | null;
}

export interface SessionEndsDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint' | 'subject'>;
  readonly lifetimes: Lifetimes;
  readonly recording: Recording;
  /** The server's own feed. Null: this process is none, so that a server's is told by a row. */
  readonly bus: Pick<Bus, 'publish'> | null;
}

/** Why it ended, for its story. */
const WHY = { reason: 'revoked', detail: null } as const;

export function createSessionEnds({ store, secrets, lifetimes, recording, bus }: SessionEndsDependencies): SessionEnds {
  const sessions = collectionOf(store, SESSION);
  const person = (connector: string, subject: string): string => personOf(secrets.subject(connector, subject));
  /** The end itself is told by who ends it. */
  const stepsBefore = (before: Session | null, after: Session): readonly NewEvent[] =>
    sessionEvents(before, after, person).filter(({ reason }) => reason !== WHY.reason);
  const rows = createSessionRows({
    // An operator ends what is switched off too.
    barred: () => null,
    // Nothing is kept: an operator's act is rare, and looks at the store.
    kept: createKeptRows(store, { elapsed: () => 0, keeps: new Map() }),
    lifetimes,
    bus: bus ?? { publish: () => undefined },
    recorded: (before, after, now) => recording.writes(after.id, after.id, stepsBefore(before, after), now),
    trace: NO_TRACE,
    changed: () => undefined,
  });
  const beside = (before: Session, now: number, events: readonly NewEvent[]): readonly Write[] => [
    ...recording.writes(before.id, before.id, events, now),
    // No grant takes them over any more.
    ...(before.status === 'confirmed' ? tokensEnd(before.confirmation.tokens_id ?? null, before.version, now) : []),
    ...(bus === null
      ? [
          inserting(WAKE, `${before.id}.${before.version}`, {
            value: { session_id: before.id },
            expires_at: now + WAKE_RETENTION_MS,
            due_at: now,
          }),
        ]
      : []),
  ];
  return {
    async get(id) {
      const { row, now } = await sessions.get(id);
      return { session: row?.value ?? null, now };
    },
    page: (limit, after) => sessions.list(limit, after),
    async end(of, events) {
      const id = typeof of === 'string' ? of : of.id;
      // One that is gone meanwhile has ended.
      if ((await rows.find(id)) === null) return null;
      const cancelled = { type: 'cancel' } as const;
      const applied = await rows.apply(id, cancelled, (before, now) => beside(before, now, events(before)), WHY);
      const { before, session } = applied;
      return applied.ok && session !== before && !isEnd(before.status) ? (before as LiveSession) : null;
    },
    async forget(id) {
      const { row } = await sessions.get(id);
      if (row !== null && isEnd(row.value.status)) await sessions.remove(row);
    },
    personOf: (session) =>
      session.status === 'confirmed' ? person(session.choice.connector, session.confirmation.identity.subject) : null,
  };
}

/** Wakes the browsers that watch a session which another process has ended. */
export function wakeWorker(store: Store, bus: Pick<Bus, 'wake'>): Worker {
  const wakes = collectionOf(store, WAKE);
  return {
    kind: WAKE.name,
    concurrency: 100,
    lease_ms: WAKE_LEASE_MS,
    renew_ms: null,
    async handle({ id }) {
      const { row } = await wakes.get(id);
      if (row === null) return;
      bus.wake(row.value.session_id);
      await wakes.remove(row);
    },
  };
}
