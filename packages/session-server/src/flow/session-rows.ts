import type { Bus, Change } from '../bus/index.ts';
import {
  beginStory,
  type Cause,
  continueStory,
  type Effect,
  type Lifetimes,
  type Session,
  type SessionEvent,
  type Transition,
} from '../session/index.ts';
import { type Next, inserting } from '../store/collection.ts';
import { type KeptRows, keptCollectionOf } from '../store/kept-rows.ts';
import type { Row, Write } from '../store/store.ts';
import { type Barred, transitionUnlessBarred } from './barred.ts';
import { cancelUpstream } from './cancel-upstream.ts';
import { FlowError } from './flow-error.ts';
import { SESSION } from './kinds.ts';
import type { Trace, Why } from './trace.ts';

/** How long a session stays readable after its end, so that a watcher who was away hears of it, in ms. */
const RETENTION_MS = 3_600_000;

/** A session as it was read, and when that was by the store's clock. A change that was told stands in for a look at the store. */
export type Loaded = Change;

/** Sessions at rest: loaded, changed by compare-and-swap, and told about. */
export interface SessionRows {
  /**
   * The session as the store has it; or as this process last saw it, where `serves` says that this will do. That may be
   * old: so nothing is refused for it, and what is done with it is decided by `apply` or `attempt`.
   * @param serves default: the store is asked
   * @throws FlowError `session_not_found`
   */
  load(id: string, serves?: (known: Loaded) => boolean): Promise<Loaded>;
  /** The same; null where there is none. */
  find(id: string, serves?: (known: Loaded) => boolean): Promise<Loaded | null>;
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
   * The same, once, on the session as it was read, with events that follow one another and are stored as one change. Null
   * where that is not the newest version any more, an event is refused, or a write beside it does not hold: then nothing
   * was stored.
   */
  attempt(session: Session, events: Events, writes?: Beside, why?: Why): Promise<Applied | null>;
}

export type Events = readonly [SessionEvent, ...SessionEvent[]];

/** What is stored in the same commit; null is a veto. */
export type Beside = (before: Session, now: number) => readonly Write[] | null;

export type Applied = Transition & {
  /** What the event was applied to. */
  readonly before: Session;
  readonly now: number;
};

export interface SessionRowsDependencies {
  readonly kept: KeptRows;
  readonly lifetimes: Lifetimes;
  readonly bus: Pick<Bus, 'publish'>;
  /** What a change tells the audit trail, as a write of the same commit. */
  readonly recorded: (before: Session | null, after: Session, now: number) => readonly Write[];
  /** Why the operator lets no such sign-in go on; null lets it. */
  readonly barred: Barred;
  readonly trace: Trace;
  readonly changed: (before: Session | null, after: Session, now: number) => void;
}

export function createSessionRows(deps: SessionRowsDependencies): SessionRows {
  const { kept, lifetimes, bus, recorded, barred, trace, changed } = deps;
  const step = transitionUnlessBarred(barred, lifetimes);
  const sessions = keptCollectionOf(kept, SESSION);
  const loadedOf = (found: { readonly row: Row<Session> | null; readonly now: number } | null): Loaded | null =>
    found === null || found.row === null ? null : { session: found.row.value, now: found.now };
  const find: SessionRows['find'] = async (id, serves) => {
    const known = serves === undefined ? null : loadedOf(sessions.known(id));
    const found = known !== null && serves?.(known) === true ? known : loadedOf(await sessions.get(id));
    if (found !== null) trace.met(found.session, 'found');
    return found;
  };
  const causeOf = (id: string, why: Why | undefined): Cause => ({
    request_id: trace.requestOf(id),
    reason: why?.reason ?? null,
    detail: why?.detail ?? null,
  });
  /** What events make of a session, one after another: one change, of one version. The first that is refused is the last. */
  const follow = (session: Session, events: Events, cause: Cause, now: number): Transition => {
    let after = session;
    const effects: Effect[] = [];
    for (const event of events) {
      const { bar, done, ...result } = step(after, event, now);
      effects.push(...result.effects);
      if (result.session !== after) {
        const why = bar === null ? cause : { ...cause, reason: bar, detail: null };
        const story = continueStory(after, done, result.session, why, now);
        after = { ...result.session, version: session.version + 1, story };
      }
      if (!result.ok) return { ...result, session: after, effects };
    }
    return { ok: true, session: after, effects };
  };
  /** Whether the events would change the session right now: what would not be stored takes no write lock. */
  const wouldChange = (session: Session, events: Events): boolean => {
    const now = kept.around();
    let after = session;
    for (const event of events) {
      const result = step(after, event, now);
      if (!result.ok) return false;
      after = result.session;
    }
    return after !== session;
  };
  /** `change` decides, and may be asked several times; `applied` is what it made of it the last time. */
  const applying = (
    id: string,
    events: Events,
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
        const result = follow(session, events, causeOf(id, why), now);
        applied = { ...result, before: session, now };
        if (result.session === session) return null;
        const given = result.ok && writes !== undefined ? writes(session, now) : [];
        if (given === null) {
          applied = { ok: false, error: 'invalid_transition', session, effects: [], before: session, now };
          return null;
        }
        const after = result.session;
        const owed = result.effects.some(({ type }) => type === 'cancel_upstream') ? cancelUpstream(session, now) : [];
        return {
          ...nextOf(after),
          also: [...given, ...owed, ...recorded(session, after, now)],
        };
      },
    };
  };
  /** Once it is stored. */
  const told = (applied: Applied): Applied => {
    const { before, session, effects, now } = applied;
    if (session === before) return applied;
    changed(before, session, now);
    if (effects.some(({ type }) => type === 'publish')) bus.publish({ session, now });
    return applied;
  };
  const attempt: SessionRows['attempt'] = async (session, events, writes, why) => {
    if (!wouldChange(session, events)) return null;
    const work = applying(session.id, events, writes, why);
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
    async load(id, serves) {
      const found = await find(id, serves);
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
      changed(null, session, session.created_at);
    },
    async apply(of, event, writes, why) {
      const tried = typeof of === 'string' ? null : await attempt(of, [event], writes, why);
      if (tried !== null) return tried;
      const id = typeof of === 'string' ? of : of.id;
      const work = applying(id, [event], writes, why);
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
