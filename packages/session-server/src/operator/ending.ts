import type { NewEvent, Recording } from '../audit/index.ts';
import type { SessionEnds } from '../flow/index.ts';
import type { Timers, Worker } from '../jobs/index.ts';
import type { FoundGrant, GrantEnds } from '../oauth/index.ts';
import type { Session } from '../session/index.ts';
import { collectionOf, inserting } from '../store/collection.ts';
import type { Row, Store, Write } from '../store/store.ts';
import { type Operator, told } from './by.ts';
import { END_ORDER, type EndOrder } from './kinds.ts';

/** How far an act has come that takes many commits. */
export interface Progress {
  /** Sign-ins that were under way and ended, and grants that held and ended; with an erasure, the grants that went. */
  readonly sessions: number;
  readonly grants: number;
  /** False: the server goes on with it by itself, to the end. */
  readonly done: boolean;
}

/** Acts that end the access of many: in batches, each of which stands by itself, and each act to its end. */
export interface Ending {
  /** @param erase the rows go as well */
  person(by: Operator, person: string, erase: boolean): Promise<Progress>;
  client(by: Operator, client_id: string): Promise<Progress>;
  /** Goes on with what a process has left. */
  readonly worker: Worker;
}

export interface EndingDependencies {
  readonly store: Store;
  readonly sessions: SessionEnds;
  readonly grants: GrantEnds;
  readonly recording: Recording;
  readonly newId: () => string;
  readonly timers: Pick<Timers, 'yieldTurn'>;
  /** Ends that the caller waits for; the rest is left to the jobs. Default: all. */
  readonly atOnce?: number | undefined;
}

/** Sessions that are looked at while the caller waits, for each that may end meanwhile: 50,000 take a second. */
const LOOKED_FOR_ONE = 100;
/** Rows that are read at a time; what is to end of them ends together. */
const BATCH = 100;
/** Nothing but a store that fails for so long keeps an act from its end, in ms. */
const ORDER_RETENTION_MS = 30 * 86_400_000;
/** The process that was asked has this long before others help, in ms. */
const OWN_TURN_MS = 10_000;
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;

export function createEnding(deps: EndingDependencies): Ending {
  const { store, sessions, grants, recording, newId, timers, atOnce = Number.POSITIVE_INFINITY } = deps;
  const orders = collectionOf(store, END_ORDER);

  /** Ends everything that the order is about; how often it was begun before makes no difference. */
  const carryOut = async (order: EndOrder, most: number, signal?: AbortSignal): Promise<Progress> => {
    const { of, until, erase, by } = order;
    const progress = { sessions: 0, grants: 0 };
    let looked = 0;
    const isEnough = (): boolean =>
      signal?.aborted === true || progress.sessions + progress.grants >= most || looked >= most * LOOKED_FOR_ONE;

    const isMeant = (session: Session): boolean =>
      'person' in of
        ? session.status === 'confirmed' && session.confirmation.at <= until && sessions.personOf(session) === of.person
        : session.request.client_id === of.client_id && session.created_at <= until;
    const endSession = async (session: Session): Promise<void> => {
      const event = { type: 'session.revoked', client_id: session.request.client_id, reason: 'revoked' } as const;
      const ended = await sessions.end(session, () => [{ ...event, ...whose(of), ...told(by) }]);
      if (ended !== null) progress.sessions += 1;
    };
    const endGrant = async ({ id }: FoundGrant): Promise<void> => {
      const event = ({ client_id, person }: FoundGrant['grant'], now: number): readonly Write[] =>
        recording.writes(id, id, [{ type: 'grant.revoked', client_id, person, reason: 'revoked', ...told(by) }], now);
      if (erase) await sessions.forget(id);
      if ((await (erase ? grants.erase(id, event) : grants.end(id, event, 'person' in of))) !== null)
        progress.grants += 1;
    };

    // Sessions come first: once they have ended, no code of theirs becomes a grant behind our back.
    for (let after = ''; ;) {
      const { rows } = await sessions.page(BATCH, after);
      await Promise.all(rows.flatMap(({ value }) => (isMeant(value) ? [endSession(value)] : [])));
      looked += rows.length;
      const last = rows.at(-1);
      if (last === undefined || rows.length < BATCH) break;
      after = last.id;
      if (isEnough()) return { ...progress, done: false };
      await timers.yieldTurn();
    }
    for (let after: string | null = null; ;) {
      const page = await grants.page(of, BATCH, after);
      const meant = page.grants.filter(
        ({ grant, state }) => grant.confirmed_at <= until && (erase || state !== 'revoked'),
      );
      await Promise.all(meant.map(endGrant));
      if (page.next === null) return { ...progress, done: true };
      after = page.next;
      if (isEnough()) return { ...progress, done: false };
      await timers.yieldTurn();
    }
  };

  const insertOrder = (id: string, value: EndOrder, now: number): Write =>
    inserting(END_ORDER, id, { value, expires_at: now + ORDER_RETENTION_MS, due_at: now + OWN_TURN_MS });
  const begin = async (id: string): Promise<Progress> => {
    const { row } = await orders.get(id);
    // Another process was faster with all of it.
    if (row === null) return { sessions: 0, grants: 0, done: true };
    const progress = await carryOut(row.value, atOnce);
    await (progress.done ? orders.remove(row) : leave(row));
    return progress;
  };
  /** To the process that is next. */
  const leave = async (row: Row<EndOrder>): Promise<void> => {
    const { value, expires_at } = row;
    await store.commit((now) => [orders.swapping(row, { value, expires_at, due_at: now })]);
  };

  return {
    async person(by, person, erase) {
      const id = `${person}.${newId()}`;
      await grants.endPerson(person, (now) => {
        const event: NewEvent = { type: erase ? 'person.erased' : 'person.ended', person, ...told(by) };
        return [
          insertOrder(id, { of: { person }, until: now, erase, by }, now),
          ...recording.writes(person, null, [event], now),
        ];
      });
      return begin(id);
    },
    async client(by, client_id) {
      const id = newId();
      await store.commit((now) => {
        const event: NewEvent = { type: 'grant.revoked', client_id, reason: 'all_of_client', ...told(by) };
        return [
          insertOrder(id, { of: { client_id }, until: now, erase: false, by }, now),
          ...recording.writes(id, null, [event], now),
        ];
      });
      return begin(id);
    },
    worker: {
      kind: END_ORDER.name,
      concurrency: 2,
      lease_ms: LEASE_MS,
      renew_ms: RENEW_MS,
      async handle({ id }, signal) {
        const { row } = await orders.get(id);
        if (row === null) return;
        const { done } = await carryOut(row.value, Number.POSITIVE_INFINITY, signal);
        if (done) await orders.remove(row);
      },
    },
  };
}

function whose(of: EndOrder['of']): Pick<NewEvent, 'person'> {
  return 'person' in of ? { person: of.person } : {};
}
