import type { RefusalCode, Session } from '../session/index.ts';
import { isBar } from './barred.ts';
import { unmetError } from './demands.ts';
import { FlowError, type FlowReason } from './flow-error.ts';

const DESCRIPTIONS: Readonly<Record<RefusalCode, string>> = {
  session_expired: 'the session is over: start again in the browser',
  already_claimed: 'another phone has scanned this code',
  invalid_transition: 'the session does not allow this any more',
  verification_failed:
    'the sign-in was refused: the number does not match, or phone and browser are not known to be on one network',
};

/** A sign-in that stands on what the operator has switched off (`barred.ts`). */
const SWITCHED_OFF = 'the sign-in is over: the operator has disabled the website or the identity app for now';

const BY_REASON: Readonly<Partial<Record<FlowReason, string>>> = {
  wrong_number: 'the number that was typed does not match, so the sign-in is over: start again in the browser',
  other_network: 'phone and browser are not known to be on one network, which the website asks for',
};

/**
 * What the caller is told when the session's machine refuses an event.
 * @param session as it is then. One that a wrong number ended, or another person than the website asked for, says so from
 *   then on, whatever is asked of it
 */
export function refusal(code: RefusalCode, session: Session | null = null): FlowError {
  const unmet = session === null || code !== 'invalid_transition' ? null : unmetError(session);
  if (unmet !== null) return unmet;
  if (session?.status === 'failed' && isBar(session.story?.steps.at(-1)?.reason))
    return new FlowError(code, SWITCHED_OFF);
  const reason = reasonOf(code, session);
  const description = (reason === null ? undefined : BY_REASON[reason]) ?? DESCRIPTIONS[code];
  return new FlowError(code, description, null, reason);
}

function reasonOf(code: RefusalCode, session: Session | null): FlowReason | null {
  if (session?.status === 'declined' && session.reason === 'verification_failed') return 'wrong_number';
  return code === 'verification_failed' && session !== null ? 'other_network' : null;
}
