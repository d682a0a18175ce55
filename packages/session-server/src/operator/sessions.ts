import type { NewEvent } from '../audit/index.ts';
import { findStory, type FoundStory, hashOf, type SessionEnds } from '../flow/index.ts';
import type { GrantEnds, Person } from '../oauth/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { Secrets } from '../secrets/index.ts';
import { isSessionId, type Session } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import type { AuditReads, AuditRecord } from './audit.ts';
import { type Operator, told } from './by.ts';
import type { GrantActs } from './grants.ts';
import { OperatorError } from './operator-error.ts';
import { type Page, type PageOptions, pageOf, type Slice, sliceOf } from './pages.ts';
import { type GrantRecord, grantRecord, type SessionRecord, sessionRecord } from './records.ts';

/** Which sign-ins. Each that is given must fit. */
export interface SessionFilter extends PageOptions {
  readonly client_id?: string | undefined;
  readonly connector?: string | undefined;
  readonly status?: Session['status'] | undefined;
  /** Those of which the website has this person. */
  readonly person?: Person | undefined;
  /** That began then or later, in Unix seconds. */
  readonly after?: number | undefined;
}

/** A whole sign-in. */
export interface SessionStory {
  /** Null where its row is over: an hour after its end. */
  readonly record: SessionRecord | null;
  /** Null before its code was redeemed, and once its tokens are over. */
  readonly grant: GrantRecord | null;
  /** Step by step, with what was refused; null where nothing is kept of it any more. */
  readonly story: FoundStory | null;
  /** What the audit trail says of it, the newest first; the last 500. */
  readonly events: readonly AuditRecord[];
}

export interface SessionActs {
  /** By id, which has no order in time. */
  list(filter: SessionFilter): Promise<Page<SessionRecord>>;
  /** @param id a session's id, or what the log calls it. @throws OperatorError `not_found` */
  show(id: string): Promise<SessionStory>;
  /**
   * Ends one sign-in, whatever it has come to: page and app are told, its code is none any more, its tokens are over, the
   * provider's are given back, and its website hears of it.
   * @param id as for `show`
   * @returns what ended; both are false where it had ended before
   * @throws OperatorError `not_found`
   */
  revoke(by: Operator, id: string): Promise<{ readonly session: boolean; readonly grant: boolean }>;
}

export interface SessionActsDependencies {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'fingerprint'>;
  readonly timers: Pick<Timers, 'yieldTurn'>;
  readonly sessions: SessionEnds;
  readonly grants: GrantEnds;
  readonly grantActs: Pick<GrantActs, 'revoke'>;
  readonly audit: Pick<AuditReads, 'list'>;
}

export function createSessionActs(deps: SessionActsDependencies): SessionActs {
  const { store, secrets, sessions, grants } = deps;
  const yieldTurn = (): Promise<void> => deps.timers.yieldTurn();

  const readAll = async (limit: number, after: string | null): Promise<Slice<Session>> => {
    const { rows } = await sessions.page(limit, after ?? '');
    return sliceOf(
      rows.map(({ value }) => value),
      limit,
    );
  };
  const ofPerson = async (
    person: Person,
    fits: (session: Session) => boolean,
    page: PageOptions,
  ): Promise<Page<SessionRecord>> => {
    const tag = { person: await grants.personOf(person) };
    return pageOf(
      page,
      async (limit, after) => {
        const read = await grants.page(tag, limit, after);
        return { rows: read.grants, next: read.next };
      },
      ({ id }) => id,
      async ({ id }) => {
        const { session } = await sessions.get(id);
        return session === null || !fits(session) ? null : sessionRecord(session, secrets);
      },
      yieldTurn,
    );
  };

  /** The id of what a hash of the log stands for: all rows are looked through. */
  const unhashed = async (hash: string): Promise<string | null> => {
    const isIt = (id: string): boolean => hashOf(id, secrets) === hash;
    for (let after: string | null = null; ;) {
      const slice: Slice<Session> = await readAll(SLICE, after);
      const found = slice.rows.find(({ id }) => isIt(id));
      if (found !== undefined) return found.id;
      if (slice.next === null) break;
      after = slice.next;
      await yieldTurn();
    }
    for (let after: string | null = null; ;) {
      const page = await grants.page(null, SLICE, after);
      const found = page.grants.find(({ id }) => isIt(id));
      if (found !== undefined) return found.id;
      if (page.next === null) return null;
      after = page.next;
      await yieldTurn();
    }
  };
  const idOf = async (given: string): Promise<string> => {
    const id = isSessionId(given) ? given.toUpperCase() : await unhashed(given);
    if (id === null) throw unknown(given);
    return id;
  };

  return {
    async list({ client_id, connector, status, person, after, ...page }) {
      const fits = (session: Session): boolean =>
        (client_id === undefined || session.request.client_id === client_id) &&
        (connector === undefined || session.choice?.connector === connector) &&
        (status === undefined || session.status === status) &&
        (after === undefined || session.created_at >= after * 1000);
      if (person !== undefined) return ofPerson(person, fits, page);
      return pageOf(
        page,
        readAll,
        ({ id }) => id,
        (session) => (fits(session) ? sessionRecord(session, secrets) : null),
        yieldTurn,
      );
    },
    async show(given) {
      const { found } = await findStory({ store, secrets }, given);
      const id = isSessionId(given) ? given.toUpperCase() : await unhashed(given);
      const session = id === null ? null : (await sessions.get(id)).session;
      const grant = id === null ? null : await grants.get(id);
      // A hash of a sign-in whose rows are over is still one of the audit trail.
      const events = (await deps.audit.list({ session: id ?? given, limit: EVENTS })).items;
      if (found === null && session === null && grant === null && events.length === 0) throw unknown(given);
      return {
        record: session === null ? null : sessionRecord(session, secrets),
        grant: grant === null ? null : grantRecord(grant, secrets),
        story: found,
        events,
      };
    },
    async revoke(by, given) {
      const id = await idOf(given);
      const event = ({ request, choice }: Session): NewEvent => ({
        type: 'session.revoked',
        client_id: request.client_id,
        connector: choice?.connector ?? null,
        reason: 'revoked',
        ...told(by),
      });
      const { session } = await sessions.get(id);
      // First the session: once it has ended, no code of it becomes a grant.
      const ended = session === null ? null : await sessions.end(session, (before) => [event(before)]);
      const grant = await grants.get(id);
      if (session === null && grant === null) throw unknown(given);
      const isEnded = grant !== null && (await deps.grantActs.revoke(by, id)).grant;
      return { session: ended !== null, grant: isEnded };
    },
  };
}

const SLICE = 200;
const EVENTS = 500;

function unknown(given: string): OperatorError {
  return new OperatorError('not_found', `there is no sign-in "${given}", or nothing of it is kept any more`);
}
