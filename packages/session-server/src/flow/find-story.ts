import { isEnd, type Mode } from '@beckon/protocol';
import { type AuditEvent, createSearch } from '../audit/index.ts';
import type { Secrets } from '../secrets/index.ts';
import { isSessionId, type Session, type Spent, type Step, type Story } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { SESSION_HASH_LENGTH } from '../telemetry/index.ts';
import { type Ended, endedOf } from './ended.ts';
import { SESSION } from './kinds.ts';
import { stepOfType } from './session-events.ts';
import { hashOf } from './session-hash.ts';

/** Sessions that are looked through for one hash, or for the request of a step, where the audit trail has no step of it. */
const LOOKED_THROUGH = 20_000;
/** Events of one sign-in, or of one request's id, that are read: the newest. */
const EVENTS = 500;
/** Refusals of one sign-in that are told. */
const TOLD = 20;
/** Sign-ins of one request's id that are compared: only a caller that chooses ids gives one to several. */
const OF_ONE_ID = 20;

/** A request that was refused, as the audit trail has it. */
export interface ToldRefusal {
  readonly request_id: string;
  /** Ms since the epoch. */
  readonly at: number;
  readonly method: string;
  /** The pattern. */
  readonly route: string;
  readonly status: number;
  readonly error: string;
  readonly reason: string | null;
  readonly detail: string | null;
  /** It is the one that was asked for. */
  readonly asked: boolean;
}

/** What the store knows of a sign-in, or of a request that was refused. */
export interface FoundStory {
  /** What log lines call the session. */
  readonly hash: string | null;
  readonly client_id: string | null;
  readonly client_name: string | null;
  readonly connector: string | null;
  readonly mode: string | null;
  /** Null where there is no session, or an earlier release began it. */
  readonly story: Story | null;
  /** Null while it goes on, and where there is no session. */
  readonly ended: Pick<Ended, 'outcome' | 'reason'> | null;
  /** Requests that were refused, the oldest first. */
  readonly refusals: readonly ToldRefusal[];
  /** By the store's clock, ms since the epoch. */
  readonly now: number;
}

/** Null where nothing is known. `more`: not all sessions were looked through. */
export interface Search {
  readonly found: FoundStory | null;
  readonly more: boolean;
}

export interface FindStoryDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
}

/**
 * Finds a sign-in by a request's id, a session's id, or the hash that log lines have: by its own row while that is there,
 * by the audit trail for as long as that is kept. Only reads.
 */
export async function findStory({ store, secrets }: FindStoryDependencies, id: string): Promise<Search> {
  const sessions = collectionOf(store, SESSION);
  const sessionHash = (session_id: string): string => hashOf(session_id, secrets);
  // What is asked for has a tag of its own, so that no time is looked through.
  const search = createSearch({ store, sessionHash, retention_ms: 0 });
  const eventsOf = async (filter: Parameters<typeof search>[0]): Promise<readonly AuditEvent[]> =>
    (await search(filter, { limit: EVENTS, cursor: null })).events.toReversed();
  const now = await store.now();

  /** The first session, of as many as are looked through, that it is true of. */
  const lookThrough = async (isIt: (session: Session) => boolean) => {
    const { rows } = await sessions.list(LOOKED_THROUGH);
    return { session: rows.find(({ value }) => isIt(value))?.value ?? null, more: rows.length === LOOKED_THROUGH };
  };
  const ofSession = async (session: Session): Promise<FoundStory> => {
    const hash = sessionHash(session.id);
    const refusals = refusalsIn(await eventsOf({ session: hash }), id);
    return { ...summaryOf(session), hash, refusals, now };
  };
  const ofHash = async (hash: string): Promise<FoundStory | null> => {
    const events = await eventsOf({ session: hash });
    const told = toldBy(events);
    if (told !== null) return { ...told, hash, refusals: refusalsIn(events, id), now };
    const [first] = events;
    if (first === undefined) return null;
    // Nothing but refusals: its page waits, or was closed.
    const { session } = await lookThrough((each) => sessionHash(each.id) === hash);
    return session === null ? { ...ofRefusal(first, id), now } : ofSession(session);
  };
  /** The session that the request began, or of which it is a step: the newest, where there are several. */
  const ofRequest = async (events: readonly AuditEvent[]): Promise<FoundStory | null> => {
    const { rows } = await sessions.find(id, { limit: OF_ONE_ID, after: null });
    const begun = rows.map(({ value }) => ({ at: value.created_at, session: value }));
    const [newest] = begun.toSorted((a, b) => b.at - a.at);
    const step = events.findLast((event) => event.session !== null);
    if (newest !== undefined && newest.at >= (step?.at ?? 0)) return ofSession(newest.session);
    return step?.session == null ? null : ofHash(step.session);
  };

  const events = await eventsOf({ request_id: id });
  const refused = events.findLast(({ type }) => type === 'request.refused');
  if (refused !== undefined) {
    const found = refused.session === null ? null : await ofHash(refused.session);
    return { found: found ?? { ...ofRefusal(refused, id), now }, more: false };
  }
  // An id of a request may look like one of a session.
  if (isSessionId(id)) {
    const { row } = await sessions.get(id.toUpperCase());
    const found = row === null ? await ofHash(sessionHash(id.toUpperCase())) : await ofSession(row.value);
    if (found !== null) return { found, more: false };
  }
  const found = (await ofRequest(events)) ?? (id.length === SESSION_HASH_LENGTH ? await ofHash(id) : null);
  if (found !== null) return { found, more: false };
  const { session, more } = await lookThrough((each) => sessionHash(each.id) === id || hasStepOf(each.story, id));
  return { found: session === null ? null : await ofSession(session), more };
}

function hasStepOf(story: Story | undefined, request_id: string): boolean {
  return story?.steps.some((step) => step.request_id === request_id) ?? false;
}

type Summary = Omit<FoundStory, 'refusals' | 'hash' | 'now'>;

function summaryOf(session: Session): Summary {
  const { choice, request, client_name, story } = session;
  const ended = endedOf(session);
  return {
    client_id: request.client_id,
    client_name,
    connector: choice?.connector ?? null,
    mode: choice?.mode ?? null,
    story: story ?? null,
    ended: ended === null ? null : { outcome: ended.outcome, reason: ended.reason },
  };
}

/** The same of what the audit trail has of it, the oldest first; null where no step is there. */
function toldBy(events: readonly AuditEvent[]): Summary | null {
  const told = events.flatMap((event) => {
    const what = stepOfType(event.type);
    return what === null ? [] : [{ event, step: stepOf(event, what) }];
  });
  // Of what happened within one ms the trail gives no order, and a sign-in's own order is known.
  told.sort((a, b) => a.step.at - b.step.at || ORDER.indexOf(a.step.what) - ORDER.indexOf(b.step.what));
  const [first] = told;
  const last = told.at(-1);
  if (first === undefined || last === undefined) return null;
  const { client_name } = first.event.data;
  let choice: { readonly connector: string; readonly mode: string } | null = null;
  let status: keyof Spent = 'initialized';
  let since = first.step.at;
  const spent = { initialized: 0, retrieved: 0, confirmed: 0 };
  for (const { event, step } of told) {
    const { connector, data } = event;
    if (step.what === 'trouble') choice = null;
    else if (connector !== null && typeof data['mode'] === 'string') choice = { connector, mode: data['mode'] };
    const reached = statusAfter(step.what, status);
    if (reached === status) continue;
    spent[status] += step.at - since;
    since = step.at;
    if (reached === null) break;
    status = reached;
  }
  const outcome = last.step.what;
  return {
    client_id: first.event.client_id,
    client_name: typeof client_name === 'string' ? client_name : null,
    connector: choice?.connector ?? null,
    mode: choice?.mode ?? null,
    story: { steps: told.map(({ step }) => step), left_out: 0, since, spent },
    ended: isOutcome(outcome) ? { outcome, reason: last.step.reason ?? null } : null,
  };
}

const ORDER: readonly Step['what'][] = [
  'began',
  'chosen',
  'trouble',
  'retrieved',
  'matched',
  'confirmed',
  'recognised',
  'code',
  'completed',
  'declined',
  'expired',
  'cancelled',
  'failed',
];

function stepOf({ at, connector, request_id, reason, detail, data }: AuditEvent, what: Step['what']): Step {
  const { mode } = data;
  // Where it is about a choice, its mode is told.
  const isChoice = (what === 'began' || what === 'chosen' || what === 'trouble') && typeof mode === 'string';
  return {
    at,
    what,
    ...(connector !== null && isChoice ? { connector, mode: mode as Mode } : {}),
    ...(request_id === null ? {} : { request_id }),
    ...(reason === null ? {} : { reason }),
    ...(detail === null ? {} : { detail }),
  };
}

/** Null at the end. */
function statusAfter(what: Step['what'], before: keyof Spent): keyof Spent | null {
  if (what === 'retrieved' || what === 'confirmed') return what;
  if (what === 'chosen') return 'initialized';
  return isOutcome(what) ? null : before;
}

function isOutcome(what: Step['what']): what is Ended['outcome'] {
  return isEnd(what as Ended['outcome']);
}

function refusalsIn(events: readonly AuditEvent[], id: string): readonly ToldRefusal[] {
  const replays = new Set(events.flatMap(({ type, request_id }) => (type === 'code.replayed' ? [request_id] : [])));
  return events
    .filter(({ type }) => type === 'request.refused')
    .map((event) => refusalOf(event, id))
    .map((each) => (replays.has(each.request_id) ? { ...each, reason: 'code_replayed' } : each))
    .slice(-TOLD);
}

function refusalOf({ request_id, at, reason, detail, data }: AuditEvent, id: string): ToldRefusal {
  const { method, route, status, error } = data;
  return {
    request_id: request_id ?? '',
    at,
    method: String(method),
    route: String(route),
    status: Number(status),
    error: String(error),
    reason: reason === error ? null : reason,
    detail,
    asked: request_id === id,
  };
}

function ofRefusal(event: AuditEvent, id: string): Omit<FoundStory, 'now'> {
  const { client_id, connector, session: hash } = event;
  const refusals = [refusalOf(event, id)];
  return { hash, client_id, client_name: null, connector, mode: null, story: null, ended: null, refusals };
}
