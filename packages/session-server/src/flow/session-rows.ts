import type { Bus, Change } from '../bus/index.ts';
import {
  beginStory,
  type Cause,
  continueStory,
  transition,
  type Lifetimes,
  type Session,
  type SessionEvent,
  type Transition,
} from '../session/index.ts';
import { type Next, collectionOf, inserting } from '../store/collection.ts';
import type { Store, Write } from '../store/store.ts';
import { cancelUpstream } from './cancel-upstream.ts';
import { FlowError } from './flow-error.ts';
import { SESSION } from './kinds.ts';
import type { StoryAtEnd } from './stories.ts';
import type { Trace, Why } from './trace.ts';

/** How long a session stays readable after its end, so that a watcher who was away hears of it, in ms. */
const RETENTION_MS = 3_600_000;

/** A session as it was read, and when that was by the store's clock. A change that was told stands in for a look at the store. */
export type Loaded = Change;

/** Sessions at rest: loaded, changed by compare-and-swap, and told about. */
export interface SessionRows {
  /** @throws FlowError `session_not_found` */
  load(id: string): Promise<Loaded>;
  /** Null where there is none. */
  find(id: string): Promise<Loaded | null>;
  /** The write that stores a new session; `began` is to be called once it is stored. */
  inserting(session: Session): Write;
  began(session: Session): void;
  /**
   * Applies an event to the newest version, however many others try at the same time. `writes` are
   * stored in the same commit; null is a veto, and answers `invalid_transition`. A refusal that
   * changes the session is stored as well. `why`: what the event itself does not say, for the story.
   * @param of its id, or the session as it was just read: most often it is the newest, and is not read again
   * @throws FlowError `session_not_found`
   */
  apply(of: string | Session, event: SessionEvent, writes?: Beside, why?: Why): Promise<Applied>;
  /**
   * The same, once, on the session as it was read. Null where that is not the newest version any more, the event is
   * refused, or a write beside it does not hold: then nothing was stored.
   */
  attempt(session: Session, event: SessionEvent, writes?: Beside, why?: Why): Promise<Applied | null>;
}

/** What is stored in the same commit; null is a veto. */
type Beside = (before: Session, now: number) => readonly Write[] | null;

export type Applied = Transition & {
  /** What the event was applied to. */
  readonly before: Session;
  readonly now: number;
};

export interface SessionRowsDependencies {
  readonly store: Store;
  readonly lifetimes: Lifetimes;
  readonly bus: Pick<Bus, 'publish'>;
  readonly storyAtEnd: StoryAtEnd;
  readonly trace: Trace;
  readonly changed: (before: Session | null, after: Session) => void;
}

export function createSessionRows(deps: SessionRowsDependencies): SessionRows {
  const { store, lifetimes, bus, storyAtEnd, trace, changed } = deps;
  const sessions = collectionOf(store, SESSION);
  const find = async (id: string): Promise<Loaded | null> => {
    const { row, now } = await sessions.get(id);
    if (row === null) return null;
    trace.met(row.value, 'found');
    return { session: row.value, now };
  };
  const causeOf = (id: string, why: Why | undefined): Cause => ({
    request_id: trace.requestOf(id),
    reason: why?.reason ?? null,
    detail: why?.detail ?? null,
  });
  /** `change` decides, and may be asked several times; `applied` is what it made of it the last time. */
  const applying = (
    id: string,
    event: SessionEvent,
    writes: Beside | undefined,
    why: Why | undefined,
  ): {
    readonly change: (session: Session, now: number) => Next<Session> | null;
    readonly applied: () => Applied | null;
  } => {
    let applied = null as Applied | null;
    return {
      applied: () => applied,
      change(session, now) {
        trace.met(session, 'found');
        const result = transition(session, event, now, lifetimes);
        applied = { ...result, before: session, now };
        if (result.session === session) return null;
        const story = continueStory(session, event, result.session, causeOf(id, why), now);
        const after = { ...result.session, story };
        const given = result.ok && writes !== undefined ? writes(session, now) : [];
        if (given === null) {
          applied = { ok: false, error: 'invalid_transition', session, effects: [], before: session, now };
          return null;
        }
        const owed = result.effects.some(({ type }) => type === 'cancel_upstream') ? cancelUpstream(session, now) : [];
        applied = { ...result, session: after, before: session, now };
        return { ...nextOf(after), also: [...given, ...owed, ...storyAtEnd(after, now)] };
      },
    };
  };
  /** Once it is stored. */
  const told = (applied: Applied): Applied => {
    const { before, session, effects, now } = applied;
    if (session === before) return applied;
    changed(before, session);
    if (effects.some(({ type }) => type === 'publish')) bus.publish({ session, now });
    return applied;
  };
  const attempt: SessionRows['attempt'] = async (session, event, writes, why) => {
    const work = applying(session.id, event, writes, why);
    // Each change of a session is one more of both versions; where they differ, nothing is stored.
    const row = { id: session.id, version: session.version, schema: SESSION.schema, due_at: null, ...nextOf(session) };
    const stored = await sessions.attempt(row, ({ value }, now) => {
      const next = work.change(value, now);
      // What is refused may be allowed of a newer version.
      return work.applied()?.ok === true ? next : null;
    });
    const applied = work.applied();
    return stored === null || applied === null ? null : told(applied);
  };
  return {
    find,
    async load(id) {
      const found = await find(id);
      if (found === null) throw notFound();
      return found;
    },
    inserting(session) {
      trace.met(session, 'begun');
      const story = beginStory(session, causeOf(session.id, undefined));
      return inserting(SESSION, session.id, nextOf({ ...session, story }));
    },
    began(session) {
      // Others of the same request may have been looked at meanwhile.
      trace.met(session, 'begun');
      changed(null, session);
    },
    async apply(of, event, writes, why) {
      const tried = typeof of === 'string' ? null : await attempt(of, event, writes, why);
      if (tried !== null) return tried;
      const id = typeof of === 'string' ? of : of.id;
      const work = applying(id, event, writes, why);
      const { before } = await sessions.update(id, (row, now) => {
        if (row === null) throw notFound();
        return work.change(row.value, now);
      });
      const applied = work.applied();
      if (applied === null || before === null) throw notFound();
      return told(applied);
    },
    attempt,
  };
}

function notFound(): FlowError {
  return new FlowError('session_not_found', 'there is no such session');
}

function nextOf(session: Session): Next<Session> {
  const live = session.status === 'initialized' || session.status === 'retrieved' || session.status === 'confirmed';
  return {
    value: session,
    expires_at: session.expires_at + RETENTION_MS,
    // A job must tell the watchers when its time is over.
    due_at: live ? session.expires_at : null,
  };
}
