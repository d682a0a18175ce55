import type { DerivedTokens } from '../secrets/index.ts';
import { awaitsRecognition, type Session } from '../session/index.ts';
import type { PushedRequests } from './pushed-requests.ts';
import type { SessionRows } from './session-rows.ts';

/** Gives a confirmed session's code to whoever may collect it. */
export interface Codes {
  /** The session as it is then, and its code; null unless it is confirmed, and recognised where that is asked for. */
  collect(session_id: string): Promise<{ readonly session: Session; readonly code: string | null }>;
}

export function createCodes(rows: SessionRows, requests: PushedRequests, tokens: DerivedTokens): Codes {
  return {
    async collect(id) {
      const session = await rows.load(id);
      // Before anything is burned: the person here may still say that this is not them.
      if (session.status !== 'confirmed' || awaitsRecognition(session)) return { session, code: null };
      // The first code burns the request: another session of it that is confirmed as well gets none.
      if (!(await requests.burn(session.request_id, session.id))) {
        const failed = await rows.apply(id, { type: 'fail', error: 'server_error' });
        return { session: failed.session, code: null };
      }
      const { session: minted } = await rows.apply(id, { type: 'mint' });
      if (minted.status !== 'confirmed' || minted.code === null) return { session: minted, code: null };
      return { session: minted, code: tokens.make('ac', { id, n: minted.code.n }) };
    },
  };
}
