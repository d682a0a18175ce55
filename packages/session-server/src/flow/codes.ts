import type { DerivedTokens } from '../secrets/index.ts';
import { awaitsRecognition, type Lifetimes, type Session, type SessionEvent, transition } from '../session/index.ts';
import type { PushedRequests } from './pushed-requests.ts';
import { partitionOf } from '../store/partition.ts';
import type { Applied, Beside, Events, Loaded, SessionRows } from './session-rows.ts';

const MINT = { type: 'mint' } as const;

/** Gives a confirmed session's code to the browser that may collect it. */
export interface Codes {
  /**
   * The session as it is then, and its code; null unless it is confirmed, and recognised where that is asked for.
   * @param known the session as it was just read: then it is not read again
   */
  collect(id: string, known?: Loaded): Promise<Loaded & { readonly code: string | null }>;
  /**
   * As `SessionRows.apply`. Where the browser watches here, or is the one that confirms, it would collect at once: its
   * code is then made in the same change.
   */
  confirm(session: Session, event: Extract<SessionEvent, { type: 'confirm' }>, beside: Beside): Promise<Applied>;
}

export interface CodesDependencies {
  readonly rows: SessionRows;
  readonly requests: Pick<PushedRequests, 'consuming' | 'consume'>;
  readonly tokens: DerivedTokens;
  readonly lifetimes: Lifetimes;
  /** Whether the browser that began the session watches it at this process. */
  readonly isWatched: (session_id: string) => boolean;
}

export function createCodes({ rows, requests, tokens, lifetimes, isWatched }: CodesDependencies): Codes {
  /** The first code and its claim on the request in one change. Null where that does not hold, or could not be. */
  const withFirst = async (session: Session, events: Events, beside: Beside): Promise<Applied | null> => {
    const { id, request_id } = session;
    const claim = isBeside(request_id, id) ? await requests.consuming(request_id, id) : null;
    if (claim === null) return null;
    return rows.attempt(session, events, (before, now) => {
      const given = beside(before, now);
      return given === null ? null : [...given, ...claim];
    });
  };

  return {
    async collect(id, known) {
      for (let fresh = known; ; fresh = undefined) {
        const { session, now } = fresh ?? (await rows.load(id));
        // Before anything is consumed: the person here may still say that this is not them.
        if (session.status !== 'confirmed' || awaitsRecognition(session)) return { session, now, code: null };
        // One that is still good is given again: whether it was redeemed meanwhile, redeeming it says.
        if (session.code !== null && !wouldMint(session, now, lifetimes))
          return { session, now, code: tokens.make('ac', { id, n: session.code.n }) };
        const { request_id } = session;
        // Where another writer was faster, step by step.
        const minted = session.code === null ? await withFirst(session, [MINT], () => []) : null;
        if (minted?.session.status === 'confirmed' && minted.session.code !== null)
          return { ...minted, code: tokens.make('ac', { id, n: minted.session.code.n }) };
        const serves = (before: Session): readonly [] | null => (before.request_id === request_id ? [] : null);
        // The first code consumes the request: another session of it that is confirmed as well gets none.
        const first = await requests.consume(request_id, id);
        const event = first ? MINT : ({ type: 'fail', error: 'server_error' } as const);
        const why = first
          ? undefined
          : { reason: 'request_used', detail: 'another session of the same authorization request was first' };
        const { session: after, now: at } = await rows.apply(id, event, serves, why);
        // The browser was reloaded meanwhile, and a code for the newer request consumes that one.
        if (after.request_id !== request_id) continue;
        if (after.status !== 'confirmed' || after.code === null) return { session: after, now: at, code: null };
        return { session: after, now: at, code: tokens.make('ac', { id, n: after.code.n }) };
      }
    },
    async confirm(session, event, beside) {
      const collects = session.choice?.cross_device === false || isWatched(session.id);
      const both = collects ? await withFirst(session, [event, MINT], beside) : null;
      return both ?? rows.apply(session, event, beside);
    },
  };
}

/** Whether a code would be made now: none was, or it is too old. */
function wouldMint(session: Session, now: number, lifetimes: Lifetimes): boolean {
  return transition(session, MINT, now, lifetimes).session !== session;
}

/** Whether both can change in one commit: those of release 0.1 lie anywhere. */
function isBeside(request_id: string, id: string): boolean {
  return partitionOf(request_id) === partitionOf(id);
}
