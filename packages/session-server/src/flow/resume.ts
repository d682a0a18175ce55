import { isEnd } from '@beckon/protocol';
import type { AuthorizationRequest, Session } from '../session/index.ts';
import type { OpenRequest, PushedRequests } from './pushed-requests.ts';
import type { Loaded, SessionRows } from './session-rows.ts';

/**
 * Goes on with a session for a browser that was reloaded: for the very request that it serves, or
 * for a newer one of the same sign-in, whose `state`, `nonce` and challenge then take the old ones'
 * places. The relying party thus gets its code for the request that it asked for last.
 * @returns null where there is nothing to go on with: a new session begins.
 * @throws FlowError `request_expired`, also when too many have begun
 */
export async function resume(
  { rows, requests }: { readonly rows: SessionRows; readonly requests: Pick<PushedRequests, 'enter' | 'leave'> },
  session: Session,
  open: OpenRequest,
): Promise<Loaded | null> {
  const { id: request_id, request } = open;
  if (isEnd(session.status) || askOf(session.request) !== askOf(request)) return null;
  // A request that got about takes in no session without a place, whatever that served before.
  if (session.request_id !== request_id) {
    await requests.enter(open, session.id, { replaces: session.id, beside: () => [] });
  }
  const result = await rows.apply(session.id, { type: 'resume', request_id, request });
  if (!result.ok) return null;
  // Of what it served at that moment: another reload may have been faster.
  const left = result.before.request_id;
  if (left !== request_id) await requests.leave(left, session.id);
  return result;
}

/** What the person is asked for: a request without that by which its website tells one sign-in from another. */
function askOf(request: AuthorizationRequest): string {
  const { state: _state, nonce: _nonce, code_challenge: _challenge, ...ask } = request;
  return JSON.stringify(Object.entries(ask).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
