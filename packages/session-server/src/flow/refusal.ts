import type { RefusalCode } from '../session/index.ts';
import { FlowError } from './flow-error.ts';

const DESCRIPTIONS: Readonly<Record<RefusalCode, string>> = {
  session_expired: 'the session is over: start again in the browser',
  already_claimed: 'another phone has scanned this code',
  invalid_transition: 'the session does not allow this any more',
  verification_failed:
    'the sign-in was refused: the number does not match, or phone and browser are not known to be on one network',
};

/** What the caller is told when the session's machine refuses an event. */
export function refusal(code: RefusalCode): FlowError {
  return new FlowError(code, DESCRIPTIONS[code]);
}
