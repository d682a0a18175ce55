import type { DerivedTokens } from '../secrets/index.ts';
import { awaitsRecognition, type Session } from '../session/index.ts';
import type { PushedRequests } from './pushed-requests.ts';
import { partitionOf } from '../store/partition.ts';
import type { Loaded, SessionRows } from './session-rows.ts';

/** Gives a confirmed session's code to the browser that may collect it. */
export interface Codes {
  /**
   * The session as it is then, and its code; null unless it is confirmed, and recognised where that is asked for.
   * @param known the session as it was just read: then it is not read again
   */
  collect(id: string, known?: Loaded): Promise<Loaded & { readonly code: string | null }>;
}

export function createCodes(rows: SessionRows, requests: PushedRequests, tokens: DerivedTokens): Codes {
  return {
    async collect(id, known) {
      for (let fresh = known; ; fresh = undefined) {
        const { session, now } = fresh ?? (await rows.load(id));
        // Before anything is consumed: the person here may still say that this is not them.
        if (session.status !== 'confirmed' || awaitsRecognition(session)) return { session, now, code: null };
        const { request_id } = session;
        // The first code and its claim on the request in one change. Where another writer was faster, step by step.
        const isFirst = session.code === null && isBeside(request_id, id);
        const claim = isFirst ? await requests.consuming(request_id, id) : null;
        const minted = claim === null ? null : await rows.attempt(session, { type: 'mint' }, () => claim);
        if (minted?.session.status === 'confirmed' && minted.session.code !== null)
          return { ...minted, code: tokens.make('ac', { id, n: minted.session.code.n }) };
        const serves = (before: Session): readonly [] | null => (before.request_id === request_id ? [] : null);
        // The first code consumes the request: another session of it that is confirmed as well gets none.
        const first = await requests.consume(request_id, id);
        const event = first ? ({ type: 'mint' } as const) : ({ type: 'fail', error: 'server_error' } as const);
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
  };
}

/** Whether both can change in one commit: those of release 0.1 lie anywhere. */
function isBeside(request_id: string, id: string): boolean {
  return partitionOf(request_id) === partitionOf(id);
}
