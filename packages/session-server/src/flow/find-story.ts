import type { Secrets } from '../secrets/index.ts';
import { isSessionId, type Session, type Story } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import { partitionOf } from '../store/partition.ts';
import type { Store } from '../store/store.ts';
import { SESSION_HASH_LENGTH } from '../telemetry/index.ts';
import { type Ended, endedOf } from './ended.ts';
import { type Refusal, REFUSAL, SESSION, STORY } from './kinds.ts';
import { refusalId } from './refusals.ts';
import { hashOf, storyId } from './stories.ts';

/** Sessions that are looked through for one hash, or for the request of a step: their rows are not found by it. */
const LOOKED_THROUGH = 20_000;
const PARTITIONS: readonly string[] = Array.from({ length: 256 }, (_, n) =>
  n.toString(16).toUpperCase().padStart(2, '0'),
);
/** Refusals of one sign-in that are told. */
const TOLD = 20;
/** Sign-ins of one request's id that are compared: only a caller that chooses ids gives one to several. */
const OF_ONE_ID = 20;

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
  /** Requests that were refused, the oldest first, and which of them was asked for. */
  readonly refusals: readonly (Refusal & { readonly asked: boolean })[];
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

/** Finds a sign-in by a request's id, a session's id, or the hash that log lines have. Only reads. */
export async function findStory({ store, secrets }: FindStoryDependencies, id: string): Promise<Search> {
  const sessions = collectionOf(store, SESSION);
  const stories = collectionOf(store, STORY);
  const refusals = collectionOf(store, REFUSAL);

  const ofSession = async (session_id: string): Promise<Omit<FoundStory, 'refusals'> | null> => {
    const { row, now } = await sessions.get(session_id);
    if (row !== null) return { ...summaryOf(row.value), hash: hashOf(session_id, secrets), now };
    return ofHash(partitionOf(session_id), hashOf(session_id, secrets));
  };
  const ofHash = async (partition: string, hash: string): Promise<Omit<FoundStory, 'refusals'> | null> => {
    const { row, now } = await stories.get(storyId(partition, hash));
    if (row === null) return null;
    const { client_id, client_name, connector, mode, story, outcome, reason } = row.value;
    return { hash, client_id, client_name, connector, mode, story, ended: { outcome, reason }, now };
  };
  const withRefusals = async (
    summary: Omit<FoundStory, 'refusals'>,
    session_id: string,
    asked: Refusal | null,
  ): Promise<FoundStory> => {
    const { rows } = await refusals.find(session_id, { limit: TOLD, after: null });
    const others = rows.map(({ value }) => value).filter((each) => !isSame(each, asked));
    const all = [
      ...others.map((each) => ({ ...each, asked: false })),
      ...(asked === null ? [] : [{ ...asked, asked: true }]),
    ];
    return { ...summary, refusals: all.toSorted((a, b) => a.at - b.at) };
  };
  const known = async (session_id: string, asked: Refusal | null): Promise<FoundStory | null> => {
    const summary = await ofSession(session_id);
    return summary === null ? null : withRefusals(summary, session_id, asked);
  };
  /** The session of a request that began one, or that is a step of one that went wrong: the newest, where there are several. */
  const bySteps = async (request_id: string): Promise<string | null> => {
    const page = { limit: OF_ONE_ID, after: null };
    const begun = await sessions.find(request_id, page);
    const stored = await stories.find(request_id, page);
    const all = [
      ...begun.rows.map(({ id: session_id, value }) => ({ session_id, story: value.story })),
      ...stored.rows.map(({ value }) => value),
    ];
    const [newest] = all.toSorted((a, b) => (b.story?.since ?? 0) - (a.story?.since ?? 0));
    return newest?.session_id ?? null;
  };

  const { row: refused, now } = await refusals.get(refusalId(id, secrets));
  if (refused !== null) {
    const { value: asked } = refused;
    const story = asked.session_id === null ? null : await known(asked.session_id, asked);
    return { found: story ?? ofRefusal(asked, now, secrets), more: false };
  }
  // An id of a request may look like one of a session.
  const session = isSessionId(id) ? await known(id.toUpperCase(), null) : null;
  if (session !== null) return { found: session, more: false };
  const ofRequest = await bySteps(id);
  if (ofRequest !== null) return { found: await known(ofRequest, null), more: false };
  if (id.length === SESSION_HASH_LENGTH) {
    for (const partition of PARTITIONS) {
      const { row } = await stories.get(storyId(partition, id));
      if (row !== null) return { found: await known(row.value.session_id, null), more: false };
    }
  }
  const { rows } = await sessions.list(LOOKED_THROUGH);
  const seen = rows.find((row) => hashOf(row.id, secrets) === id || hasStepOf(row.value.story, id));
  return { found: seen === undefined ? null : await known(seen.id, null), more: rows.length === LOOKED_THROUGH };
}

function hasStepOf(story: Story | undefined, request_id: string): boolean {
  return story?.steps.some((step) => step.request_id === request_id) ?? false;
}

function summaryOf(session: Session): Omit<FoundStory, 'refusals' | 'hash' | 'now'> {
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

function ofRefusal(asked: Refusal, now: number, secrets: Pick<Secrets, 'fingerprint'>): FoundStory {
  const { client_id, connector, session_id } = asked;
  return {
    hash: session_id === null ? null : hashOf(session_id, secrets),
    client_id,
    client_name: null,
    connector,
    mode: null,
    story: null,
    ended: null,
    refusals: [{ ...asked, asked: true }],
    now,
  };
}

function isSame(one: Refusal, other: Refusal | null): boolean {
  return one.request_id === other?.request_id;
}
